package dev.sluice.harness.export.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.harness.export.gguf.Vocabulary.Kind;
import dev.sluice.harness.export.gguf.Vocabulary.Rules;
import dev.sluice.harness.export.gguf.Vocabulary.Token;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads a tokenizer.json in terms of llama.cpp. */
final class VocabularyReader {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern BYTE = Pattern.compile("<0x[0-9A-F]{2}>");
  private static final String BLANK = "\u2581";

  private final JsonNode root;
  private final JsonNode model;
  private final List<Token> tokens;

  private VocabularyReader(JsonNode root, int vocabulary) {
    this.root = root;
    this.model = root.path("model");
    this.tokens = new ArrayList<>(Collections.nCopies(vocabulary, new Token("", Kind.UNUSED)));
  }

  /** Read the tokenizer of a checkpoint that has one. */
  static Vocabulary read(Checkpoint checkpoint) throws InexpressibleException {
    Path file = checkpoint.tokenizerFile().orElseThrow();
    VocabularyReader reader = new VocabularyReader(tree(file), checkpoint.config().vocabulary());
    reader.requireBytePairs();
    boolean pieces = reader.model.path("byte_fallback").asBoolean();
    reader.addTokens(pieces);
    Rules rules = pieces ? reader.pieces() : reader.bytes();
    SpecialTokenReader specials =
        new SpecialTokenReader(checkpoint.folder(), reader.root, reader.tokens);
    return new Vocabulary(
        reader.tokens, rules, specials.specials(), specials.chatTemplate(), reader.notes());
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (root.path("normalizer").path("type").asText().equals("NFC")) {
      notes.add(
          "The tokenizer composes characters (NFC) and llama.cpp does not: texts with separate"
              + " accents get other tokens.");
    }
    for (JsonNode added : root.path("added_tokens")) {
      if (added.path("lstrip").asBoolean()
          || added.path("rstrip").asBoolean()
          || added.path("single_word").asBoolean()) {
        notes.add(
            "Added tokens such as "
                + added.path("content").asText()
                + " look at what is around them; llama.cpp finds them everywhere and keeps blanks.");
        break;
      }
    }
    return notes;
  }

  static JsonNode tree(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new PrerequisiteException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private void requireBytePairs() throws InexpressibleException {
    String type = model.path("type").asText("BPE");
    require(type.equals("BPE"), "is of the type " + type + "; byte pairs (BPE) can be expressed");
    boolean affixed =
        !model.path("continuing_subword_prefix").asText("").isEmpty()
            || !model.path("end_of_word_suffix").asText("").isEmpty();
    require(!affixed, "marks parts of words by a prefix or suffix");
  }

  private void addTokens(boolean pieces) throws InexpressibleException {
    for (Map.Entry<String, JsonNode> entry : model.path("vocab").properties()) {
      String text = entry.getKey();
      boolean isByte = pieces && BYTE.matcher(text).matches();
      add(entry.getValue().intValue(), new Token(text, isByte ? Kind.BYTE : Kind.NORMAL));
    }
    for (JsonNode added : root.path("added_tokens")) {
      Kind kind = added.path("special").asBoolean() ? Kind.CONTROL : Kind.USER_DEFINED;
      add(added.path("id").intValue(), new Token(added.path("content").asText(), kind));
    }
    String unknown = model.path("unk_token").asText("");
    for (int id = 0; id < tokens.size(); id++) {
      Token token = tokens.get(id);
      if (token.text().isEmpty()) {
        tokens.set(id, new Token("[PAD" + id + "]", Kind.UNUSED));
      } else if (pieces && token.text().equals(unknown)) {
        tokens.set(id, new Token(unknown, Kind.UNKNOWN));
      }
    }
  }

  private void add(int id, Token token) throws InexpressibleException {
    require(
        id < tokens.size(),
        "has a token "
            + id
            + ", but the embedding has "
            + tokens.size()
            + " rows, and llama.cpp wants as many of both");
    tokens.set(id, token);
  }

  private Rules bytes() throws InexpressibleException {
    String normalizer = root.path("normalizer").path("type").asText("");
    require(
        normalizer.isEmpty() || normalizer.equals("NFC"),
        "has the normalizer " + normalizer + "; none and NFC can be expressed");
    Optional<String> pre =
        PreTokenizers.name(root.path("pre_tokenizer"), model.path("ignore_merges").asBoolean());
    if (pre.isEmpty()) {
      throw inexpressible(
          "splits texts by a rule that llama.cpp has no name for; it has those of GPT-2, SmolLM,"
              + " Llama 3, Qwen2 and Mistral's Tekken");
    }
    List<String> merges = new ArrayList<>();
    for (PieceScores.Merge merge : merges()) {
      merges.add(merge.left() + " " + merge.right());
    }
    return new Rules.Bytes(pre.get(), List.copyOf(merges));
  }

  private Rules pieces() throws InexpressibleException {
    boolean prefixed = prefixed();
    Set<String> mergeable = new HashSet<>();
    for (Token token : tokens) {
      if (token.kind() == Kind.NORMAL) {
        mergeable.add(token.text());
      }
    }
    List<String> texts = tokens.stream().map(Token::text).toList();
    return new Rules.Pieces(PieceScores.of(merges(), texts, mergeable), prefixed);
  }

  private List<PieceScores.Merge> merges() throws InexpressibleException {
    List<PieceScores.Merge> merges = new ArrayList<>();
    for (JsonNode merge : model.path("merges")) {
      // Before tokenizers 0.20 both parts were one text.
      int blank = merge.asText().indexOf(' ');
      boolean parts = merge.isArray() && merge.size() == 2;
      require(parts || blank > 0, "has a merge that is no pair: " + merge);
      merges.add(
          parts
              ? new PieceScores.Merge(merge.get(0).asText(), merge.get(1).asText())
              : new PieceScores.Merge(
                  merge.asText().substring(0, blank), merge.asText().substring(blank + 1)));
    }
    return merges;
  }

  /** Whether a text gets a blank in front; fails unless blanks become ▁ and nothing else happens. */
  private boolean prefixed() throws InexpressibleException {
    JsonNode normalizer = root.path("normalizer");
    JsonNode pre = root.path("pre_tokenizer");
    if (pre.path("type").asText().equals("Metaspace") && normalizer.path("type").isMissingNode()) {
      boolean plain =
          pre.path("replacement").asText().equals(BLANK) && !pre.path("split").asBoolean(true);
      require(plain, "splits texts at blanks, which llama.cpp does not for this kind");
      return !pre.path("prepend_scheme").asText("always").equals("never");
    }
    boolean prefixed = false;
    boolean replaced = false;
    List<JsonNode> steps = new ArrayList<>();
    if (normalizer.path("type").asText().equals("Sequence")) {
      normalizer.path("normalizers").forEach(steps::add);
    } else {
      steps.add(normalizer);
    }
    for (JsonNode step : steps) {
      boolean prepends =
          step.path("type").asText().equals("Prepend")
              && step.path("prepend").asText().equals(BLANK);
      boolean replaces =
          step.path("type").asText().equals("Replace")
              && step.path("pattern").path("String").asText().equals(" ")
              && step.path("content").asText().equals(BLANK);
      require(prepends || replaces, "normalises texts in a way that llama.cpp does not have");
      prefixed |= prepends;
      replaced |= replaces;
    }
    require(replaced && pre.path("type").isMissingNode(), "splits texts before it merges");
    return prefixed;
  }

  private static void require(boolean holds, String otherwise) throws InexpressibleException {
    if (!holds) {
      throw inexpressible(otherwise);
    }
  }

  private static InexpressibleException inexpressible(String what) {
    return new InexpressibleException("its tokenizer.json " + what);
  }
}
