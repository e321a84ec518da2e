package dev.sluice.harness.report;

import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.SublayerKind;
import dev.sluice.harness.sweep.Step;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;

/** The two-row map of a model in text: attention and FFN of each block, with the rank of removal. */
final class TextMap {
  private static final String LABEL = "  %-10s";
  private static final int LABEL_WIDTH = 12;

  private final Findings findings;
  private final TerminalStyle style;
  private final int cell;

  TextMap(Findings findings, TerminalStyle style) {
    this.findings = findings;
    this.style = style;
    int largest = Math.max(findings.blocks() - 1, findings.last().map(Step::number).orElse(0));
    int fraction = 2 * Integer.toString(findings.experts()).length() + 2;
    this.cell = Math.max(Math.max(4, fraction), Integer.toString(largest).length() + 1);
  }

  /** The map, wrapped into as many pairs of rows as the width asks for. */
  String lines() {
    StringBuilder out = new StringBuilder();
    int fitting = (TextReport.WIDTH - LABEL_WIDTH) / cell;
    int bands = (findings.blocks() + fitting - 1) / fitting;
    int blocks = (findings.blocks() + bands - 1) / bands;
    for (int from = 0; from < findings.blocks(); from += blocks) {
      int to = Math.min(from + blocks, findings.blocks());
      if (from > 0) {
        out.append('\n');
      }
      row(out, "block", from, to, b -> style.dim(pad(Integer.toString(b))));
      row(out, "attention", from, to, b -> rank(new Sublayer(b, SublayerKind.ATTENTION)));
      row(out, "ffn", from, to, b -> rank(new Sublayer(b, SublayerKind.FFN)));
    }
    return out.toString();
  }

  private static void row(
      StringBuilder out, String label, int from, int to, IntFunction<String> cells) {
    out.append(String.format(Locale.ROOT, LABEL, label));
    for (int block = from; block < to; block++) {
      out.append(cells.apply(block));
    }
    out.append('\n');
  }

  private String rank(Sublayer sublayer) {
    Optional<Step> step = findings.removal(sublayer);
    if (step.isEmpty()) {
      return findings.expertsCut(sublayer).map(this::pad).orElseGet(() -> style.dim(pad("·")));
    }
    int rank = step.get().number();
    int last = findings.last().map(Step::number).orElse(rank);
    double place = last == 1 ? 0 : (rank - 1.0) / (last - 1);
    String text = pad(Integer.toString(rank));
    return text.substring(0, 1) + style.onScale(text.substring(1), place);
  }

  private String pad(String text) {
    return String.format(Locale.ROOT, "%" + cell + "s", text);
  }
}
