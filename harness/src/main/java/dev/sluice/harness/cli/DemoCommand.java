package dev.sluice.harness.cli;

import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.plan.PlanReader;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.report.HtmlReport;
import dev.sluice.harness.report.ShellWord;
import dev.sluice.harness.session.DemoModel;
import dev.sluice.harness.sweep.SweepState;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the main job on the embedded model: a FinerCut search to half of its sublayers. */
@Command(
    name = "demo",
    description = "Search the embedded model for what can be cut, to half of its sublayers.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final JournalOption journal = new JournalOption();

  @Mixin private final SweepOutput output = new SweepOutput();

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Where the HTML report goes. Default: ${DEFAULT-VALUE}.")
  private Path html = Path.of("sluice-report-demo.html");

  DemoCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    JournalFolder journals = console.journals(journal.folder());
    DemoModel model = DemoModel.unpackedIn(journals.digestCache().resolveSibling("demo-model"));
    SweepPlan plan = plan(model, name(journals)).keptIn(journal.folder());
    int code = new SweepRunner(console, output).run(plan);
    if (code == ExitCode.DONE) {
      writeHtml(journals, plan.name());
      next(plan.name());
    }
    return code;
  }

  private static SweepPlan plan(DemoModel model, String name) {
    return PlanReader.from(
        Map.of(
            "name",
            name,
            "model",
            model.folder().toString(),
            "calibration",
            model.calibration().toString(),
            "measure",
            "ag",
            "until",
            "0.5"));
  }

  /** The unfinished demo if there is one, else a new one. */
  private static String name(JournalFolder journals) {
    return Stream.concat(
            Stream.of("demo"), IntStream.iterate(2, i -> i + 1).mapToObj(i -> "demo-" + i))
        .filter(name -> !journals.exists(name) || goesOn(journals, name))
        .findFirst()
        .orElseThrow();
  }

  private static boolean goesOn(JournalFolder journals, String name) {
    try {
      return SweepState.of(journals.read(name)).flatMap(SweepState::finished).isEmpty();
    } catch (PrerequisiteException e) {
      // Damaged or of another release: the demo must work all the same.
      return false;
    }
  }

  private void writeHtml(JournalFolder journals, String name) {
    SweepState state = SweepState.of(journals.read(name)).orElseThrow();
    try {
      Files.writeString(html, HtmlReport.of(state));
    } catch (IOException e) {
      throw new PrerequisiteException(
          html + ": cannot write the HTML report there (" + e + "). Choose another --html", e);
    }
  }

  private void next(String name) {
    PrintStream err = console.err();
    err.println();
    err.println("HTML report: " + html.toAbsolutePath());
    err.println("Your own model:");
    err.println("  ./sluice inspect --model FOLDER");
    err.println("  ./sluice run --model FOLDER --calibration TEXT --measure ag --until 0.25");
    err.println("Again, or in another form:");
    String folder = journal.folder().map(j -> " --journal " + ShellWord.of(j)).orElse("");
    err.println("  ./sluice report " + name + folder + " --format text|json|html");
  }
}
