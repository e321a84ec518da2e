package dev.sluice.harness.masks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.harness.masks.CutList.Origin;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskFileTest {
  private static final int BLOCKS = 4;

  @TempDir private Path folder;

  private CutList read(String name, String text) throws IOException {
    return MaskFile.read(Files.writeString(folder.resolve(name), text), BLOCKS);
  }

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    CutList list =
        new CutList(
            Stream.of("3.attention", "1.block", "0.ffn+2.attention").map(Candidate::parse).toList(),
            true,
            List.of(0.25, 1e-9, 3.0),
            new Origin(
                OptionalInt.of(BLOCKS),
                Optional.of("a \"model\"\n: of ours"),
                Optional.of("ab".repeat(32)),
                Optional.of("finercut"),
                Optional.of("ag")));
    assertThat(read("masks.json", SluiceMask.write(list, BLOCKS))).isEqualTo(list);
  }

  @Test
  void whatIsNotKnownIsLeftOut() throws IOException {
    CutList list = new CutList(List.of(Candidate.parse("2.ffn")), false, List.of(), Origin.UNKNOWN);
    assertThat(SluiceMask.write(list, BLOCKS))
        .isEqualTo(
            """
            {
              "format" : "sluice-mask",
              "version" : 1,
              "blocks" : 4,
              "ordered" : false,
              "cuts" : [ "2.ffn" ]
            }
            """);
    assertThat(read("masks.json", SluiceMask.write(list, BLOCKS)).variant())
        .isEqualTo(list.variant());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "cuts": ["2.fnn"]                            | '2.fnn' is no attention, FFN or block
          "cuts": ["9.ffn"]                            | block 9 is beyond the model, whose 4 blocks are 0 to 3
          "cuts": []                                   | lists no cuts. The whole model is the variant 'intact'
          "cuts": ["1.ffn", "1.block"]                 | cuts 1.block twice
          "cuts": [1]                                  | cut 1: write names such as "3.ffn"
          "cuts": "1.ffn"                              | 'cuts' must be a list
          "cuts": ["1.ffn"], "score": [1]              | unknown key 'score'. Did you mean 'scores'?
          "cuts": ["1.ffn"], "scores": [1, 2]          | 2 scores of 1 cuts
          "cuts": ["1.ffn"], "scores": [NaN]           | score "NaN": write a finite number
          "cuts": ["1.ffn"], "weights": "12"           | 'weights' must be sha256:
          "cuts": ["1.ffn"], "cuts": ["2.ffn"]         | not valid JSON: Duplicate field 'cuts'
          """)
  void ourFormIsReadStrictly(String keys, String message) {
    String text =
        "{\"format\": \"sluice-mask\", \"version\": 1, \"blocks\": 4, \"ordered\": true, "
            + keys
            + "}";
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> read("masks.json", text))
        .withMessageContaining(message)
        .withMessageContaining("masks.json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"format": "sluice-mask", "version": 2} | version 2 of sluice-mask, this release reads 1
          {"format": "sluice-mask", "version": 1, "blocks": 0} | 'blocks' must be the number
          {"format": "sluice-mask", "version": 1, "blocks": 32, "ordered": false, "cuts": ["1.ffn"]} | made for a model of 32 blocks, this one has 4
          {"model_type": "llama", "num_hidden_layers": 4} | no list of cuts of a known form
          {"drop_attn_list": [5], "num_hidden_layers": 4} | block 5 is beyond the model
          {"drop_attn_list": [true, false]} | drop_attn_list has 2 switches. The model has 4 blocks
          {"drop_attn_list": [1, true]} | drop_attn_list holds true
          {"drop_attn_list": [-1]} | drop_attn_list holds -1
          {"drop_attn_list": []} | lists no cuts
          {"1": [["mha", 1]], "2": [["mlp", 2], ["mlp", 3]]} | step 2 does not cut all that the step before it cuts
          {"1": [["attn", 1]]} | cut ["attn",1]: BlockPruner writes ["mha", 25]
          {"1": [["mha", "1"]]} | BlockPruner writes
          [] | lists no cuts
          [1, 2, 3, 4] | If the list counts from 1, take 1 off each number
          [0, 4] | Name the model that the list was made for
          [1, 1] | cuts 1.block twice
          [1, "x.mlp"] | 'x.mlp' among numbers of blocks
          ["1.mlp", "x.mlp"] | 'x.mlp' is no attention, FFN or block
          ["model.layers.1.mlp.experts.3"] | is no attention, FFN or block
          ["model.layers.1.self_attn.q_proj"] | is no attention, FFN or block
          [[1], [2]] | no list of cuts of a known form
          [1 | not valid JSON
          none none attn | no list of cuts of a known form
          root:x:0:0:root:/root:/bin/bash | no list of cuts of a known form
          """)
  void whatNobodyWroteSoIsRefusedWithTheRule(String text, String message) {
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> read("list", text))
        .withMessageContaining(message)
        .withMessageContaining(folder.resolve("list").toString());
  }

  @Test
  void aListOfEvoPressMustHaveALineForEachBlock() {
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> read("drops.txt", "none\nattn\n"))
        .withMessageContaining("made for a model of 2 blocks, this one has 4");
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> read("drops.txt", "none\nattn\nffn\nnone\n"))
        .withMessageContaining("line 3: 'ffn'. EvoPress writes");
  }

  @Test
  void keptBlocksThatDoNotSayWhichHalfAreRefused() {
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> read("reserved_layers.json", "[0, 1, 3]"))
        .withMessageContaining("Name the config.json beside it");
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> read("reserved_layers.json", "[0, 12]"))
        .withMessageContaining("12 is no place among the 8 sublayers");
  }

  @Test
  void filesThatAreNoTextAreRefused() throws IOException {
    Path masks = Files.write(folder.resolve("masks.pth"), new byte[] {'P', 'K', 3, 4, 0, 1});
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> MaskFile.read(masks, BLOCKS))
        .withMessageContaining("is no text")
        .withMessageContaining("layer_ranking.yaml");
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> MaskFile.read(folder, BLOCKS))
        .withMessageContaining("is a folder");
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> MaskFile.read(folder.resolve("a"), BLOCKS))
        .withMessageContaining("may not hold a comma");
  }

  @Test
  void aRankingThatIsNoYamlIsNamed() {
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> read("layer_ranking.yaml", "model.layers.1: [1\nmodel.layers.2: 3\n"))
        .withMessageContaining("not valid YAML");
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> read("layer_ranking.yaml", "model.layers.1: 3\nmodel.layers.1: 3\n"))
        .withMessageContaining("ranks 'model.layers.1' twice");
    assertThatExceptionOfType(PrerequisiteException.class)
        .isThrownBy(() -> read("layer_ranking.yaml", "model.layers.1.norm: 3\n"))
        .withMessageContaining("'model.layers.1.norm' is no attention, FFN or block");
  }
}
