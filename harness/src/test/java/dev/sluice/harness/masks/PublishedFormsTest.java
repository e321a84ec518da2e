package dev.sluice.harness.masks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishedFormsTest {
  private static final ModelConfig LLAMA =
      TinyCheckpoints.modelConfig(TinyCheckpoints.llama().withBlocks(32));

  @TempDir private Path folder;

  private CutList read(String name, String text, int blocks) throws IOException {
    return MaskFile.read(Files.writeString(folder.resolve(name), text), blocks);
  }

  private static List<String> names(CutList list) {
    return list.cuts().stream().map(Candidate::name).toList();
  }

  @Test
  void blockPrunersStepsGiveTheOrderThatIsKnownForLlama2() throws IOException {
    // Of Llama-2-7B with 64 Alpaca samples.
    List<String> order =
        List.of(
            "25.attention",
            "27.attention",
            "24.attention",
            "23.attention",
            "28.attention",
            "29.attention",
            "8.attention",
            "7.ffn",
            "19.attention",
            "30.attention",
            "22.ffn",
            "21.attention",
            "27.ffn",
            "18.attention",
            "21.ffn",
            "11.ffn",
            "12.attention",
            "14.attention",
            "14.ffn",
            "24.ffn");
    String steps =
        IntStream.rangeClosed(1, order.size())
            .mapToObj(n -> "\"" + n + "\": " + sorted(order.subList(0, n)))
            .collect(Collectors.joining(", ", "{", "}"));
    CutList list = read("Llama-2-7b_mix_alpaca_ns_64_del_order_list.json", steps, 32);
    assertThat(names(list)).isEqualTo(order);
    assertThat(list.ordered()).isTrue();
    assertThat(list.first(8, LLAMA).variant().cuts()).hasSize(8).noneMatch(s -> s.block() == 19);
    assertThat(list.origin().measure()).contains("perplexity");
  }

  /** A step as it is written: by block, whatever was cut first. */
  private static String sorted(List<String> cuts) {
    return cuts.stream()
        .sorted((a, b) -> Integer.compare(block(a), block(b)))
        .map(c -> "[\"" + (c.endsWith("ffn") ? "mlp" : "mha") + "\", " + block(c) + "]")
        .toList()
        .toString();
  }

  private static int block(String cut) {
    return Integer.parseInt(cut.substring(0, cut.indexOf('.')));
  }

  @Test
  void evoPressSaysOfEachBlockWhatIsLeftOut() throws IOException {
    // Llama-3-8B at 25 %.
    List<Integer> attentions = List.of(4, 9, 11, 19, 20, 25, 26, 27);
    List<Integer> ffns = List.of(4, 8, 9, 10, 19, 25, 26, 28);
    List<String> lines =
        IntStream.range(0, 32)
            .mapToObj(b ->
                attentions.contains(b)
                    ? ffns.contains(b) ? "attn+mlp" : "attn"
                    : ffns.contains(b) ? "mlp" : "none")
            .toList();
    Variant expected =
        Variant.parse(
            Stream.concat(
                    attentions.stream().map(b -> b + ".attention"),
                    ffns.stream().map(b -> b + ".ffn"))
                .collect(Collectors.joining(",")));
    CutList text = read("layer_drop_config.txt", String.join("\n", lines) + "\n", 32);
    assertThat(text.variant()).isEqualTo(expected);
    assertThat(text.ordered()).isFalse();
    String yaml = lines.stream().map(l -> "- " + l + "\n").reduce("", String::concat);
    assertThat(read("drops.yaml", yaml, 32).variant()).isEqualTo(expected);
    String json = lines.stream().map(l -> '"' + l + '"').toList().toString();
    assertThat(read("drops.json", json, 32).variant()).isEqualTo(expected);
  }

  @Test
  void finerCutsSortedKeysArePutInTheOrderOfTheirPerplexities() throws IOException {
    Path file = folder.resolve("layer_ranking.yaml");
    try (InputStream in =
        Objects.requireNonNull(getClass().getResourceAsStream("layer_ranking.yaml"))) {
      Files.copy(in, file);
    }
    CutList list = MaskFile.read(file, 12);
    assertThat(names(list)).containsExactly("11.attention", "9.ffn", "10.attention", "2.ffn");
    assertThat(list.scores()).containsExactly(5.5, 6.25, 7.5, 19.125);
    assertThat(list.ordered()).isTrue();
  }

  @Test
  void finerCutsKeysThatAreNotSortedStandInTheirOrder() throws IOException {
    String text =
        """
        model.layers.3.self_attn: 9.5
        model.layers.1.block_sparse_moe: 7.25
        model.layers.2.self_attn: .nan
        """;
    CutList list = read("layer_ranking.yaml", text, 4);
    assertThat(names(list)).containsExactly("3.attention", "1.ffn", "2.attention");
    assertThat(list.ordered()).isTrue();
    assertThat(list.scores()).isEmpty();
  }

  @Test
  void finerCutsSortedKeysWithoutNumbersHaveNoOrder() throws IOException {
    String text = "model.layers.1: null\nmodel.layers.3: null\n";
    CutList list = read("layer_ranking.yaml", text, 4);
    assertThat(names(list)).containsExactly("1.block", "3.block");
    assertThat(list.ordered()).isFalse();
  }

  @Test
  void finerCutsLogHasTheOrderThatItsFileLost() throws IOException {
    String log =
        """
        2024/08/02 10:00:01 - dissect - INFO - Layer ranking:
        2024/08/02 10:00:01 - dissect - INFO - Layer: model.layers.2.self_attn.o_proj, Perplexity: 8.10000000
        2024/08/02 10:00:01 - dissect - INFO - Layer: model.layers.1.mlp.down_proj, Perplexity: 8.00000000
        """;
    CutList list = read("240802_1000.log", log, 4);
    assertThat(names(list)).containsExactly("2.attention", "1.ffn");
    assertThat(list.scores()).containsExactly(8.1, 8.0);
  }

  @Test
  void llmDropsListsAreNumbersOrSwitches() throws IOException {
    String numbers =
        """
        {"model_type": "llama", "num_hidden_layers": 4, "drop_attn_list": [3, 1], "drop_mlp_list": []}
        """;
    assertThat(read("config.json", numbers, 4).variant())
        .isEqualTo(Variant.parse("1.attention,3.attention"));
    String switches =
        """
        {"drop_mlp_list": [false, true, false, false], "drop_attn_list": [true, true, false, false]}
        """;
    CutList list = read("config.json", switches, 4);
    assertThat(list.variant()).isEqualTo(Variant.parse("0.attention,1.attention,1.ffn"));
    assertThat(list.ordered()).isFalse();
  }

  @Test
  void llmDropsJointListNamesWhatIsKeptAttentionsFirst() throws IOException {
    CutList list = read("reserved_layers.json", "[0, 1, 3, 4, 5, 6]", 4);
    assertThat(list.variant()).isEqualTo(Variant.parse("2.attention,3.ffn"));
  }

  @Test
  void shortGptsBlocksAreCutWhole() throws IOException {
    CutList order = read("llama.json", "[27, 26, 25, 28, 24, 29, 23, 21, 22]", 32);
    assertThat(names(order.first(4, LLAMA))).containsExactly("27.block", "26.block");
    // Half a block is none.
    assertThat(order.first(5, LLAMA)).isEqualTo(order.first(4, LLAMA));
    CutList table = read("llama.txt", "21,22,23,24,25,26,27,28,29\n", 32);
    assertThat(table.variant()).isEqualTo(order.variant());
    assertThat(table.ordered()).as("a sorted list").isFalse();
    CutList printed = read("log.txt", "Remove order:[27, 25, 26, 28]\n", 32);
    assertThat(names(printed)).containsExactly("27.block", "25.block", "26.block", "28.block");
  }

  @Test
  void linesMayNameSublayersInOurWordsOrAsModules() throws IOException {
    String lines =
        """
        # the last ones
        9.attention
        model.layers.9.mlp, 3.block
        transformer.h.7.attn.c_proj
        gpt_neox.layers.6.mlp.dense_4h_to_h
        """;
    CutList list = read("cuts.txt", lines, 10);
    assertThat(names(list))
        .containsExactly("9.attention", "9.ffn", "3.block", "7.attention", "6.ffn");
    assertThat(list.ordered()).isTrue();
  }
}
