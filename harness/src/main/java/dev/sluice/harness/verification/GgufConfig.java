package dev.sluice.harness.verification;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.gguf.GgufFile;
import dev.sluice.harness.gguf.GgufTensor;
import dev.sluice.harness.gguf.GgufValue;
import dev.sluice.scorers.PrerequisiteException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/** What the metadata of a GGUF file says of its model, in the words of a Nemotron-NAS config.json. */
final class GgufConfig {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final GgufFile gguf;
  private final Path file;
  private final String architecture;
  private final List<Integer> attentions;
  private final List<Integer> ffns;

  private GgufConfig(GgufFile gguf, Path file) {
    this.gguf = gguf;
    this.file = file;
    this.architecture = gguf.text("general.architecture").orElse("");
    this.attentions = list("sluice.attention_from");
    this.ffns = list("sluice.ffn_from");
  }

  /**
   * @throws PrerequisiteException if something is missing, as in files that Sluice did not write
   */
  static GgufConfig of(GgufFile gguf, Path file) {
    return new GgufConfig(gguf, file);
  }

  /** Whether a block of the file has the part that a tensor such as {@code attn_q} belongs to. */
  boolean has(int block, String tensor) {
    return (tensor.startsWith("attn") ? attentions : ffns).get(block) >= 0;
  }

  int headSize() {
    return (int) whole("attention.key_length");
  }

  ObjectNode json() {
    ObjectNode root = JsonNodeFactory.instance.objectNode().put("model_type", "nemotron-nas");
    root.put("num_hidden_layers", whole("block_count"));
    root.put("hidden_size", whole("embedding_length")).put("hidden_act", "silu");
    root.put("intermediate_size", widest("feed_forward_length"));
    root.put("num_attention_heads", widest("attention.head_count"));
    root.put("num_key_value_heads", widest("attention.head_count_kv"));
    root.put("head_dim", headSize()).put("vocab_size", vocabulary());
    root.put("max_position_embeddings", whole("context_length"));
    root.put("rms_norm_eps", real("attention.layer_norm_rms_epsilon"));
    root.put("rope_theta", real("rope.freq_base"));
    root.put("attention_bias", anyEndsWith("attn_output.bias"));
    root.put("qkv_bias", anyEndsWith("attn_q.bias")).put("mlp_bias", anyEndsWith("ffn_up.bias"));
    root.put("tie_word_embeddings", !gguf.tensors().containsKey("output.weight"));
    putScaling(root);
    ArrayNode blocks = root.putArray("block_configs");
    for (int i = 0; i < attentions.size(); i++) {
      ObjectNode block = blocks.addObject();
      block.putObject("attention").put("no_op", attentions.get(i) < 0);
      block.putObject("ffn").put("no_op", ffns.get(i) < 0);
    }
    return root;
  }

  private void putScaling(ObjectNode root) {
    GgufTensor factors = gguf.tensors().get("rope_freqs.weight");
    if (factors != null) {
      ObjectNode scaling = root.putObject("rope_scaling").put("rope_type", "longrope");
      scaling.put("attention_factor", 1.0);
      scaling.put("original_max_position_embeddings", whole("context_length"));
      MemorySegment data = gguf.data(factors);
      for (String key : List.of("short_factor", "long_factor")) {
        ArrayNode list = scaling.putArray(key);
        for (long i = 0; i < factors.shape().getFirst(); i++) {
          list.add(data.getAtIndex(FLOAT, i));
        }
      }
    } else if (gguf.metadata().containsKey(key("rope.scaling.type"))) {
      ObjectNode scaling = root.putObject("rope_scaling");
      scaling.put("rope_type", gguf.text(key("rope.scaling.type")).orElse(""));
      scaling.put("factor", real("rope.scaling.factor"));
    }
  }

  private String key(String name) {
    return architecture + "." + name;
  }

  private long vocabulary() {
    GgufTensor embedding = gguf.tensors().get("token_embd.weight");
    if (embedding == null) {
      throw lacks("token_embd.weight");
    }
    return embedding.shape().getFirst();
  }

  private boolean anyEndsWith(String end) {
    return gguf.tensors().keySet().stream().anyMatch(name -> name.endsWith(end));
  }

  private long whole(String name) {
    if (gguf.metadata().get(key(name)) instanceof GgufValue.Whole whole) {
      return whole.value();
    }
    throw lacks(key(name));
  }

  private double real(String name) {
    if (gguf.metadata().get(key(name)) instanceof GgufValue.Real real) {
      return real.value();
    }
    throw lacks(key(name));
  }

  private long widest(String name) {
    return gguf.metadata().get(key(name)) instanceof GgufValue.Wholes all
        ? Collections.max(all.values())
        : whole(name);
  }

  private List<Integer> list(String key) {
    if (gguf.metadata().get(key) instanceof GgufValue.Wholes all) {
      return all.values();
    }
    throw lacks(key);
  }

  private PrerequisiteException lacks(String key) {
    return new PrerequisiteException(
        file + " has no '" + key + "': verify runs GGUF files that sluice export wrote");
  }
}
