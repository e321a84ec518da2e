package dev.sluice.harness.export.gguf;

import dev.sluice.harness.gguf.GgufValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A tokenizer in llama.cpp's terms.
 *
 * @param tokens as many as the embedding has rows
 * @param rules how a text becomes tokens
 * @param specials tokens with a meaning
 * @param chatTemplate in Jinja
 * @param notes where llama.cpp may find other tokens, a sentence each
 */
record Vocabulary(
    List<Token> tokens,
    Rules rules,
    Specials specials,
    Optional<String> chatTemplate,
    List<String> notes) {

  Vocabulary {
    tokens = List.copyOf(tokens);
    notes = List.copyOf(notes);
  }

  /** One token; bytes are written as the kind of tokenizer has it. */
  record Token(String text, Kind kind) {}

  /** What llama.cpp does with a token's text; numbered as its {@code llama_token_type}. */
  enum Kind {
    NORMAL(1),
    UNKNOWN(2),
    CONTROL(3),
    USER_DEFINED(4),
    UNUSED(5),
    BYTE(6);

    private final int number;

    Kind(int number) {
      this.number = number;
    }
  }

  /** How a text becomes tokens. */
  sealed interface Rules {

    /**
     * Merges by rank within what a regular expression finds, over bytes.
     *
     * @param pre llama.cpp's name of the expression
     * @param merges both parts with a blank between, the first one first
     */
    record Bytes(String pre, List<String> merges) implements Rules {}

    /**
     * Merges by the score of the result, over characters; what has no token becomes bytes.
     *
     * @param scores one for each token
     * @param prefixed whether a text gets a blank in front
     */
    record Pieces(List<Float> scores, boolean prefixed) implements Rules {}
  }

  /**
   * Tokens with a meaning, where there are such.
   *
   * @param first whether every sequence starts with {@code bos}
   * @param last whether every sequence ends with {@code eos}
   */
  record Specials(
      OptionalInt bos,
      OptionalInt eos,
      OptionalInt unknown,
      OptionalInt padding,
      boolean first,
      boolean last) {}

  /** Add all keys. */
  void writeTo(Map<String, GgufValue> metadata) {
    put(metadata, "tokens", new GgufValue.Texts(tokens.stream().map(Token::text).toList()));
    put(
        metadata,
        "token_type",
        new GgufValue.Wholes(tokens.stream().map(t -> t.kind().number).toList()));
    switch (rules) {
      case Rules.Bytes bytes -> {
        put(metadata, "model", new GgufValue.Text("gpt2"));
        put(metadata, "pre", new GgufValue.Text(bytes.pre()));
        put(metadata, "merges", new GgufValue.Texts(bytes.merges()));
      }
      case Rules.Pieces pieces -> {
        put(metadata, "model", new GgufValue.Text("llama"));
        put(metadata, "pre", new GgufValue.Text("default"));
        put(metadata, "scores", new GgufValue.Reals(pieces.scores()));
        put(metadata, "add_space_prefix", new GgufValue.Flag(pieces.prefixed()));
      }
    }
    putId(metadata, "bos_token_id", specials.bos());
    putId(metadata, "eos_token_id", specials.eos());
    putId(metadata, "unknown_token_id", specials.unknown());
    putId(metadata, "padding_token_id", specials.padding());
    put(metadata, "add_bos_token", new GgufValue.Flag(specials.first()));
    put(metadata, "add_eos_token", new GgufValue.Flag(specials.last()));
    chatTemplate.ifPresent(t -> metadata.put("tokenizer.chat_template", new GgufValue.Text(t)));
  }

  private static void putId(Map<String, GgufValue> metadata, String key, OptionalInt id) {
    id.ifPresent(i -> put(metadata, key, new GgufValue.Whole(i)));
  }

  private static void put(Map<String, GgufValue> metadata, String key, GgufValue value) {
    metadata.put("tokenizer.ggml." + key, value);
  }
}
