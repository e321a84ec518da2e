package dev.sluice.harness.model.family;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A model family, as the text file of its name says it. A file states what differs from the family
 * that it is like; {@code llama.properties} states everything.
 */
public final class Family {
  /** All families, by the {@code model_type} of their config.json. */
  public static final List<String> NAMES =
      List.of(
          "llama",
          "mistral",
          "qwen2",
          "qwen3",
          "gpt2",
          "gpt_neox",
          "gemma",
          "gemma2",
          "phi3",
          "opt",
          "olmo2",
          "mixtral",
          "qwen3_moe",
          "nemotron-nas");

  private static final String LIKE = "like";
  private static final String PREFIX = "prefix";
  private static final String TENSOR = "tensor.";
  private static final String REQUIRED = "require.";
  private static final Map<String, Family> READ = new ConcurrentHashMap<>();

  private final String name;
  private final Map<String, String> terms;
  private final Map<String, TensorLine> tensors;
  private final Map<String, String> required;

  private Family(
      String name,
      Map<String, String> terms,
      Map<String, TensorLine> tensors,
      Map<String, String> required) {
    this.name = name;
    this.terms = terms;
    this.tensors = tensors;
    this.required = required;
  }

  /** The family of a name in {@link #NAMES}. */
  public static Family of(String name) {
    Family known = READ.get(name);
    if (known == null) {
      // Not computeIfAbsent: a family reads the one that it is like.
      known = read(name);
      READ.put(name, known);
    }
    return known;
  }

  private static Family read(String name) {
    Properties text = text(name + ".properties");
    String like = text.getProperty(LIKE);
    Map<String, String> terms = new HashMap<>();
    Map<String, TensorLine> tensors = new HashMap<>();
    if (like != null) {
      terms.putAll(of(like).terms);
      tensors.putAll(of(like).tensors);
    }
    Map<String, String> required = new TreeMap<>();
    text.stringPropertyNames().stream()
        .filter(key -> !key.equals(LIKE))
        .forEach(key -> {
          String value = text.getProperty(key).strip();
          if (key.startsWith(TENSOR)) {
            addTensor(tensors, key.substring(TENSOR.length()), value);
          } else if (key.startsWith(REQUIRED)) {
            required.put(key.substring(REQUIRED.length()), value);
          } else if (terms.put(key, value) == null && like != null) {
            throw new IllegalStateException(name + ": " + like + " does not state '" + key + "'");
          }
        });
    return new Family(name, terms, tensors, required);
  }

  private static void addTensor(Map<String, TensorLine> tensors, String key, String value) {
    int part = key.indexOf('.') + 1;
    TensorLine line = TensorLine.parse(key.substring(part), value);
    line.roles().forEach(role -> tensors.put(key.substring(0, part) + role, line));
  }

  private static Properties text(String file) {
    Properties text = new Properties();
    try (InputStream in = Family.class.getResourceAsStream(file)) {
      text.load(new InputStreamReader(Objects.requireNonNull(in, file), UTF_8));
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The {@code model_type}. */
  public String name() {
    return name;
  }

  /** What names of tensors begin with; models saved without their head leave it out. */
  public String prefix() {
    return word(PREFIX);
  }

  /** A value that the family fixes, in words. */
  public String word(String term) {
    return Objects.requireNonNull(terms.get(term), () -> name + " does not state " + term);
  }

  /** A value that the family fixes or config.json has. */
  public Setting setting(String term) {
    return Setting.parse(word(term));
  }

  /**
   * Where the weights of a role are.
   *
   * @param part {@code model}, {@code attention}, {@code ffn} or {@code expert}
   */
  public Optional<TensorLine> tensor(String part, String role) {
    return Optional.ofNullable(tensors.get(part + "." + role));
  }

  /** Keys of config.json and the only value that is supported; {@code $key} is that key's value. */
  public Map<String, String> required() {
    return Map.copyOf(required);
  }
}
