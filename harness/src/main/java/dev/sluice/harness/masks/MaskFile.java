package dev.sluice.harness.masks;

import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads lists of cuts in any form that docs/masks.md names, told apart by what is in them. */
public final class MaskFile {
  private static final List<MaskForm> FORMS =
      List.of(
          new SluiceMask(),
          new LlmDropLists(),
          new BlockPrunerOrder(),
          new EvoPressDrops(),
          new FinerCutRanking(),
          new PlainList());

  private MaskFile() {}

  /**
   * Read a list for a model of so many blocks.
   *
   * @throws PrerequisiteException if the file is of no known form, or cuts what the model lacks
   */
  public static CutList read(Path file, int blocks) {
    MaskText text = MaskText.read(file, blocks);
    CutList list =
        FORMS.stream()
            .map(form -> form.read(text))
            .flatMap(Optional::stream)
            .findFirst()
            .orElseThrow(() ->
                text.wrong(
                    "no list of cuts of a known form (sluice-mask, FinerCut, BlockPruner, EvoPress,"
                        + " LLM-Drop, block numbers, or lines such as 3.ffn). docs/masks.md shows"
                        + " each"));
    requireFitting(list, text);
    return list;
  }

  private static void requireFitting(CutList list, MaskText text) {
    if (list.cuts().isEmpty()) {
      throw text.wrong("lists no cuts. The whole model is the variant 'intact'");
    }
    list.origin()
        .blocks()
        .ifPresent(made -> {
          if (made != text.blocks()) {
            throw text.wrong(
                "made for a model of "
                    + made
                    + " blocks, this one has "
                    + text.blocks()
                    + ". Name the model that the list was made for");
          }
        });
    requireBlocks(list, text);
    Set<Sublayer> seen = new HashSet<>();
    for (Candidate cut : list.cuts()) {
      if (!cut.sublayers().stream().allMatch(seen::add)) {
        throw text.wrong("cuts " + cut + " twice. Name each sublayer once");
      }
    }
  }

  private static void requireBlocks(CutList list, MaskText text) {
    IntSummaryStatistics blocks =
        list.cuts().stream()
            .flatMap(c -> c.sublayers().stream())
            .mapToInt(Sublayer::block)
            .summaryStatistics();
    if (blocks.getMax() >= text.blocks()) {
      boolean fromOne = blocks.getMax() == text.blocks() && blocks.getMin() > 0;
      throw text.wrong(
          "block "
              + blocks.getMax()
              + " is beyond the model, whose "
              + text.blocks()
              + " blocks are 0 to "
              + (text.blocks() - 1)
              + (fromOne
                  ? ". If the list counts from 1, take 1 off each number"
                  : ". Name the model that the list was made for"));
    }
  }
}
