package dev.sluice.harness.cli;

import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.presentation.Quantities;
import dev.sluice.harness.session.VariantList;
import dev.sluice.harness.verification.Verification;
import dev.sluice.harness.verification.VerificationRequest;
import dev.sluice.scorers.PrerequisiteException;
import dev.sluice.scorers.divergence.DivergenceSummary;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs an export beside the variant that it was made of. */
@Command(
    name = "verify",
    description = "Run an export and the variant that it should be, and compare their logits.",
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "EXPORT", description = "Folder that export wrote, or its GGUF file.")
  private Path export = Path.of("");

  @Option(
      names = "--against",
      required = true,
      paramLabel = "VARIANT",
      description = "What it should be: SWEEP@0.25, cut:3.ffn;9.attention, or as of export.")
  private String against = "";

  @Mixin private final ModelOption model = new ModelOption();

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "The text that both read: plain, UTF-8. Default: the sweep's calibration text.")
  private @Nullable Path text;

  @Option(
      names = "--rows",
      paramLabel = "N",
      description = "Rows of the text, from the first. Default: ${DEFAULT-VALUE}.")
  private int rows = 8;

  @Option(
      names = "--length",
      paramLabel = "N",
      description = "Tokens of a row. Default: ${DEFAULT-VALUE}, or the model's context.")
  private int length = 256;

  @Option(
      names = "--tolerance",
      paramLabel = "X",
      description =
          "By how much the perplexities' ratio may differ from 1. Default: ${DEFAULT-VALUE}.")
  private double tolerance = 0.005;

  @Mixin private final ComputeOptions compute = new ComputeOptions();

  @Mixin private final JournalOption journal = new JournalOption();

  VerifyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    JournalFolder journals = console.journals(journal.folder());
    String name = model.given().orElseGet(() -> VariantList.planOf(against, journals).model());
    VerificationRequest request =
        new VerificationRequest(
            export,
            against,
            compute.choice(name),
            compute.work(),
            new VerificationRequest.Text(text(journals), rows, length),
            tolerance);
    try (Verification verification = new Verification(request, journals, console.environment())) {
      Verification.Found found = verification.run();
      print(found);
      requireSame(found);
    }
    return ExitCode.DONE;
  }

  private Path text(JournalFolder journals) {
    if (text != null) {
      return text;
    }
    try {
      return Path.of(VariantList.planOf(against, journals).calibration().file());
    } catch (PrerequisiteException e) {
      throw new PrerequisiteException(
          "--text is missing: name a text for both to read (" + against + " comes from no sweep)",
          e);
    }
  }

  private void print(Verification.Found found) {
    PrintStream out = console.out();
    DivergenceSummary summary = found.summary();
    out.printf("export       %s, %s%n", export, found.form());
    out.printf("against      %s: %s%n", found.variant().name(), found.variant().variant());
    out.printf("tokens       %s%n", Quantities.count(summary.tokens()));
    out.printf(
        "logits       %s%s%n",
        found.worst() == 0
            ? "equal bit for bit"
            : "differ by at most %.3g, the largest is %.3g"
                .formatted(found.worst(), found.largest()),
        found.converted() ? "; the weights were converted to another type" : "");
    out.printf(
        Locale.ROOT,
        "divergence   %.3g nats/token, the same token first at %s%n",
        summary.divergence().value(),
        Quantities.percent(summary.sameTop().value()));
    out.printf(
        Locale.ROOT,
        "perplexity   %.5g, of the variant %.5g: ratio %.6f%n",
        summary.perplexity().value(),
        summary.basePerplexity().value(),
        summary.ratio().value());
    if (found.same()) {
      out.println("verified     this is the variant");
    }
  }

  private void requireSame(Verification.Found found) {
    if (found.same()) {
      return;
    }
    Optional<String> other =
        Optional.of(found.cuts()).filter(c -> !c.equals(found.variant().variant().toString()));
    throw new PrerequisiteException(
        "%s is not %s: %s"
            .formatted(
                export,
                against,
                other
                    .map(cuts -> "by its own record it cuts " + cuts)
                    .orElse(
                        "the numbers above differ by more than rounding. Was it made of another model? Repeat the"
                            + " export, or allow more with --tolerance where its type is coarser")));
  }
}
