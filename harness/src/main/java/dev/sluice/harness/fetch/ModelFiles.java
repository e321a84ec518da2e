package dev.sluice.harness.fetch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Configuration, tokenizer and safetensors of a model: one file of weights, or all of an index. */
record ModelFiles() implements FileChoice {
  private static final String CONFIG = "config.json";
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  /** Taken where they are there; all but the first five only for other programs. */
  private static final List<String> BESIDES =
      List.of(
          CONFIG,
          "tokenizer.json",
          "tokenizer_config.json",
          "generation_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "tokenizer.model",
          "vocab.json",
          "merges.txt",
          "chat_template.jinja");

  @Override
  public List<HubFile> of(HubListing listing, SmallFiles small) throws InterruptedException {
    if (listing.file(SINGLE).isEmpty() && listing.file(INDEX).isEmpty()) {
      throw withoutWeights(listing);
    }
    if (listing.file(CONFIG).isEmpty()) {
      throw new PrerequisiteException(
          listing.repo() + " has weights but no config.json to describe them: it is no model");
    }
    List<HubFile> files = new ArrayList<>();
    BESIDES.forEach(name -> listing.file(name).ifPresent(files::add));
    // As a checkpoint is read: one file before an index.
    if (listing.file(SINGLE).isPresent()) {
      files.add(listing.file(SINGLE).get());
    } else {
      HubFile index = listing.file(INDEX).orElseThrow();
      files.add(index);
      files.addAll(shards(listing, small.read(index)));
    }
    return files;
  }

  private static PrerequisiteException withoutWeights(HubListing listing) {
    boolean pickled =
        listing.paths().stream().anyMatch(p -> p.matches("(?:.*/)?pytorch_model.*\\.bin"));
    return new PrerequisiteException(
        pickled
            ? listing.repo()
                + " has its weights only as pytorch_model.bin, a pickle, which can run any code"
                + " when it is read: take a revision or a copy that has "
                + SINGLE
            : listing.repo()
                + " has neither "
                + SINGLE
                + " nor its index; it has "
                + Shown.some(listing.paths()));
  }

  private static List<HubFile> shards(HubListing listing, byte[] index) {
    SortedSet<String> names = new TreeSet<>();
    try {
      JsonNode map = HubListing.tree(index).path("weight_map");
      map.forEach(shard -> names.add(shard.asText()));
    } catch (IOException e) {
      throw new PrerequisiteException(
          INDEX + " of " + listing.repo() + " is not valid JSON: " + Shown.reason(e), e);
    }
    List<String> missing = names.stream().filter(n -> listing.file(n).isEmpty()).toList();
    if (names.isEmpty() || !missing.isEmpty()) {
      throw new PrerequisiteException(
          listing.repo()
              + " is not whole: its "
              + INDEX
              + (names.isEmpty()
                  ? " names no shards"
                  : " names shards that are not there, " + Shown.some(missing))
              + ". Try another revision");
    }
    return names.stream().map(n -> listing.file(n).orElseThrow()).toList();
  }
}
