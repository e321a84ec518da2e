package dev.sluice.harness.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.model.family.Family;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes small checkpoints with seeded random weights, as transformers would save them. */
public final class TinyCheckpoints {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double SPREAD = 0.08;

  /** What every checkpoint of the Mistral family gets as its {@code sliding_window}. */
  public static final int MISTRAL_WINDOW = 12;

  /** Vocabulary from which on a tokenizer is written: 256 bytes and two special tokens. */
  public static final int TOKENIZER_VOCABULARY = 258;

  private TinyCheckpoints() {}

  /**
   * What to write.
   *
   * @param family a {@code model_type}
   * @param biases for llama on all linear layers, for qwen3 on attention; other families decide
   *     themselves
   * @param shards number of files; with more than one an index is written
   * @param seed equal seeds give equal weights, whatever the dtype rounds away and however many
   *     shards there are
   */
  public record TinySpec(
      String family,
      int blocks,
      int hidden,
      int heads,
      int kvHeads,
      int headSize,
      int intermediate,
      int vocabulary,
      boolean tied,
      boolean biases,
      Dtype dtype,
      int shards,
      long seed) {

    public TinySpec withBlocks(int n) {
      return new TinySpec(
          family,
          n,
          hidden,
          heads,
          kvHeads,
          headSize,
          intermediate,
          vocabulary,
          tied,
          biases,
          dtype,
          shards,
          seed);
    }

    public TinySpec withVocabulary(int n) {
      return new TinySpec(
          family,
          blocks,
          hidden,
          heads,
          kvHeads,
          headSize,
          intermediate,
          n,
          tied,
          biases,
          dtype,
          shards,
          seed);
    }

    public TinySpec withTied(boolean ties) {
      return new TinySpec(
          family,
          blocks,
          hidden,
          heads,
          kvHeads,
          headSize,
          intermediate,
          vocabulary,
          ties,
          biases,
          dtype,
          shards,
          seed);
    }

    public TinySpec withBiases(boolean has) {
      return new TinySpec(
          family,
          blocks,
          hidden,
          heads,
          kvHeads,
          headSize,
          intermediate,
          vocabulary,
          tied,
          has,
          dtype,
          shards,
          seed);
    }

    public TinySpec withDtype(Dtype type) {
      return new TinySpec(
          family,
          blocks,
          hidden,
          heads,
          kvHeads,
          headSize,
          intermediate,
          vocabulary,
          tied,
          biases,
          type,
          shards,
          seed);
    }

    public TinySpec withShards(int n) {
      return new TinySpec(
          family,
          blocks,
          hidden,
          heads,
          kvHeads,
          headSize,
          intermediate,
          vocabulary,
          tied,
          biases,
          dtype,
          n,
          seed);
    }

    public TinySpec withSeed(long other) {
      return new TinySpec(
          family,
          blocks,
          hidden,
          heads,
          kvHeads,
          headSize,
          intermediate,
          vocabulary,
          tied,
          biases,
          dtype,
          shards,
          other);
    }
  }

  /** Grouped queries, tied head, three blocks, a tokenizer. */
  public static TinySpec llama() {
    return new TinySpec("llama", 3, 32, 4, 2, 8, 48, 264, true, false, Dtype.FLOAT32, 1, 1);
  }

  /** A sliding window of {@link #MISTRAL_WINDOW}, head untied. */
  public static TinySpec mistral() {
    return new TinySpec("mistral", 2, 32, 4, 2, 8, 48, 264, false, false, Dtype.FLOAT32, 1, 2);
  }

  /** Biases on q, k and v. */
  public static TinySpec qwen2() {
    return new TinySpec("qwen2", 3, 32, 4, 2, 8, 48, 264, true, true, Dtype.FLOAT32, 1, 3);
  }

  /** Norms on q and k, heads wider than hidden over heads. */
  public static TinySpec qwen3() {
    return new TinySpec("qwen3", 2, 32, 4, 2, 16, 48, 264, false, false, Dtype.FLOAT32, 1, 4);
  }

  /** One of each family. */
  public static List<TinySpec> all() {
    return Family.NAMES.stream().map(TinyCheckpoints::of).toList();
  }

  /** One of a family, small in its own way. */
  public static TinySpec of(String family) {
    return switch (family) {
      case "llama" -> llama();
      case "mistral" -> mistral();
      case "qwen2" -> qwen2();
      case "qwen3" -> qwen3();
      case "gpt2", "gpt_neox", "opt" -> tiny(family, 4, 8, family.length() % 2 == 0);
      case "gemma", "gemma2" -> tiny(family, 1, 12, true);
      default -> tiny(family, 2, 8, false);
    };
  }

  private static TinySpec tiny(String family, int kvHeads, int headSize, boolean tied) {
    return new TinySpec(
        family, 3, 32, 4, kvHeads, headSize, 48, 264, tied, false, Dtype.FLOAT32, 1, 5);
  }

  /** Write config, weights and, for a large enough vocabulary, a tokenizer; give the folder back. */
  public static Path write(Path folder, TinySpec spec) {
    try {
      Files.createDirectories(folder);
      ObjectNode config = config(spec);
      Files.writeString(folder.resolve("config.json"), config.toPrettyString());
      List<SafetensorsFile.Tensor> tensors = tensors(new WeightLayout(modelConfig(spec)), spec);
      writeWeights(folder, tensors, spec.shards());
      if (spec.vocabulary() >= TOKENIZER_VOCABULARY) {
        writeTokenizer(folder, true);
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The config.json of a specification, for tests that change it. */
  public static ObjectNode config(TinySpec spec) {
    return TinyConfigs.of(spec);
  }

  /** What a reader makes of that config. */
  public static ModelConfig modelConfig(TinySpec spec) {
    return new ConfigReader(config(spec), "config.json").read(spec.dtype());
  }

  /** The tensors of a checkpoint in the order of the layout. */
  public static List<SafetensorsFile.Tensor> tensors(WeightLayout layout, TinySpec spec) {
    Map<String, SafetensorsFile.Tensor> tensors = new LinkedHashMap<>();
    layout.all().forEach(slot -> tensors.putIfAbsent(slot.tensor(), tensor(slot, spec)));
    return List.copyOf(tensors.values());
  }

  /** Write tensors to one file, or to several with an index. */
  public static void writeWeights(Path folder, List<SafetensorsFile.Tensor> tensors, int shards)
      throws IOException {
    if (shards == 1) {
      SafetensorsFile.write(folder.resolve("model.safetensors"), tensors);
      return;
    }
    ObjectNode index = JSON.createObjectNode();
    index.putObject("metadata").put("total_size", 0);
    ObjectNode map = index.putObject("weight_map");
    for (int i = 0; i < shards; i++) {
      String name = "model-%05d-of-%05d.safetensors".formatted(i + 1, shards);
      int from = tensors.size() * i / shards;
      List<SafetensorsFile.Tensor> part = tensors.subList(from, tensors.size() * (i + 1) / shards);
      SafetensorsFile.write(folder.resolve(name), part);
      part.forEach(t -> map.put(t.name(), name));
    }
    Files.writeString(folder.resolve("model.safetensors.index.json"), index.toPrettyString());
  }

  /**
   * Write a byte-level tokenizer without merges: 0 is {@code <|bos|>}, 1 is {@code <|eos|>}, then
   * one token for each byte in the order of the byte-level alphabet.
   *
   * @param bos whether it puts {@code <|bos|>} first
   */
  public static void writeTokenizer(Path folder, boolean bos) throws IOException {
    ObjectNode root = JSON.createObjectNode().put("version", "1.0");
    root.putNull("truncation").putNull("padding");
    ArrayNode added = root.putArray("added_tokens");
    addSpecial(added, 0, "<|bos|>");
    addSpecial(added, 1, "<|eos|>");
    root.putNull("normalizer");
    root.set("pre_tokenizer", byteLevel(false));
    root.set("post_processor", bos ? startsWithBos() : JSON.nullNode());
    root.set("decoder", byteLevel(true));
    ObjectNode model = root.putObject("model").put("type", "BPE").putNull("dropout");
    model.putNull("unk_token").putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
    ObjectNode vocabulary = model.putObject("vocab").put("<|bos|>", 0).put("<|eos|>", 1);
    List<String> alphabet = byteAlphabet();
    for (int i = 0; i < alphabet.size(); i++) {
      vocabulary.put(alphabet.get(i), i + 2);
    }
    model.putArray("merges");
    Files.writeString(folder.resolve("tokenizer.json"), root.toString());
    ObjectNode config = JSON.createObjectNode().put("tokenizer_class", "PreTrainedTokenizerFast");
    config.put("bos_token", "<|bos|>").put("eos_token", "<|eos|>").put("add_bos_token", bos);
    Files.writeString(folder.resolve("tokenizer_config.json"), config.toPrettyString());
  }

  private static SafetensorsFile.Tensor tensor(WeightLayout.Slot slot, TinySpec spec) {
    boolean norm =
        switch (slot.role()) {
          case NORM, POST_NORM, FINAL_NORM, QUERY_NORM, KEY_NORM -> true;
          default -> false;
        };
    Random random = new Random(spec.seed() * 1_000_003 + slot.tensor().hashCode());
    int elements =
        Math.toIntExact(
            slot.shape().stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b));
    ByteBuffer data =
        ByteBuffer.allocate(elements * spec.dtype().bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      spec.dtype().put((float) (random.nextGaussian() * SPREAD + (norm ? 1 : 0)), data);
    }
    return new SafetensorsFile.Tensor(
        slot.tensor(), spec.dtype().safetensors(), slot.shape(), data.array());
  }

  private static ObjectNode byteLevel(boolean prefix) {
    return JSON.createObjectNode()
        .put("type", "ByteLevel")
        .put("add_prefix_space", prefix)
        .put("trim_offsets", true)
        .put("use_regex", true);
  }

  private static ObjectNode startsWithBos() {
    ObjectNode node = JSON.createObjectNode().put("type", "TemplateProcessing");
    for (String kind : List.of("single", "pair")) {
      ArrayNode parts = node.putArray(kind);
      for (String part : kind.equals("single") ? List.of("A") : List.of("A", "B")) {
        parts.addObject().putObject("SpecialToken").put("id", "<|bos|>").put("type_id", 0);
        parts.addObject().putObject("Sequence").put("id", part).put("type_id", 0);
      }
    }
    ObjectNode bos = node.putObject("special_tokens").putObject("<|bos|>").put("id", "<|bos|>");
    bos.putArray("ids").add(0);
    bos.putArray("tokens").add("<|bos|>");
    return node;
  }

  private static void addSpecial(ArrayNode added, int id, String content) {
    added
        .addObject()
        .put("id", id)
        .put("content", content)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", true);
  }

  /** GPT-2's printable stand-ins for the 256 bytes: the printable ones first, as themselves. */
  private static List<String> byteAlphabet() {
    List<Integer> printable =
        IntStream.range(0, 256)
            .filter(b -> (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xFF && b != 0xAD))
            .boxed()
            .collect(Collectors.toList());
    List<String> alphabet = new ArrayList<>();
    printable.forEach(b -> alphabet.add(Character.toString(b)));
    IntStream.range(0, 256 - printable.size())
        .forEach(i -> alphabet.add(Character.toString(256 + i)));
    return alphabet;
  }
}
