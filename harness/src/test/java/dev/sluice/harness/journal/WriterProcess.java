package dev.sluice.harness.journal;

import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.sweep.Cost;
import dev.sluice.harness.sweep.Journal;
import dev.sluice.harness.sweep.SampleSweeps;
import dev.sluice.harness.sweep.SweepEvent;
import dev.sluice.harness.sweep.SweepEvent.TrialsScored;
import dev.sluice.harness.sweep.Trial;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import dev.sluice.scorers.Measure;
import dev.sluice.scorers.PrerequisiteException;
import dev.sluice.scorers.Score;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** A process of its own that appends to a journal and says on stdout what is acknowledged. */
final class WriterProcess implements AutoCloseable {
  private static final String ACKNOWLEDGED = " ok";

  private final Process process;
  private final BufferedReader output;

  private WriterProcess(Process process) {
    this.process = process;
    this.output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Start one that appends for ever, each event with so many rows at most. */
  static WriterProcess start(Path folder, String sweep, int rows, String... prefix)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(prefix));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
            "-Dorg.sqlite.tmpdir=" + folder.toAbsolutePath().resolveSibling(""),
            "-cp",
            System.getProperty("java.class.path"),
            WriterProcess.class.getName(),
            folder.toString(),
            sweep,
            Integer.toString(rows)));
    return new WriterProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** The next line that was written whole, or what the process said instead; null at its end. */
  @org.jspecify.annotations.Nullable
  String line() throws IOException {
    return output.readLine();
  }

  /** Wait until the process has opened the journal. */
  void awaitOpen() throws IOException {
    String line = line();
    if (!"open".equals(line)) {
      throw new AssertionError("the writer says " + line);
    }
  }

  /** The last acknowledged event among so many lines, or all there are. */
  int acknowledged(int lines, int before) throws IOException {
    int last = before;
    for (int i = 0; i < lines; i++) {
      String line = line();
      if (line == null) {
        break;
      }
      if (line.endsWith(ACKNOWLEDGED)) {
        last = Integer.parseInt(line.substring(0, line.length() - ACKNOWLEDGED.length()));
      }
    }
    return last;
  }

  long pid() {
    return process.pid();
  }

  /** SIGKILL; unlike that of {@link Process}, this leaves what was printed to be read. */
  void kill() {
    process.toHandle().destroyForcibly();
  }

  /** Wait for the end; the exit status. */
  int exit() {
    return process.onExit().join().exitValue();
  }

  @Override
  public void close() {
    kill();
    exit();
  }

  /** The event that stands at this place in every journal of this process, from 1. */
  static SweepEvent event(int seq, int rows) {
    if (seq == 1) {
      return SampleSweeps.started();
    }
    Random random = new Random(seq);
    List<Double> values =
        IntStream.range(0, 1 + random.nextInt(rows)).mapToObj(i -> random.nextDouble()).toList();
    Score score = new Score(Measure.AG, random.nextDouble(), 0, 0, 1, Map.of(), values);
    Candidate candidate = Candidate.of(Sublayer.at(seq % 8));
    return new TrialsScored(
        List.of(
            new Trial(
                seq,
                candidate,
                Variant.cutting(candidate.sublayers()),
                Trial.Outcome.SCORED,
                List.of(score),
                0.1)),
        Cost.NONE);
  }

  /** Arguments: folder, sweep, rows. Exits with 2 and the message on stdout when refused. */
  public static void main(String[] arguments) {
    int rows = Integer.parseInt(arguments[2]);
    try (Journal journal = new JournalFolder(Path.of(arguments[0])).open(arguments[1])) {
      int seq = journal.replay().size();
      say("open");
      while (true) {
        seq++;
        journal.append(event(seq, rows));
        say(seq + ACKNOWLEDGED);
      }
    } catch (PrerequisiteException e) {
      say("refused: " + e.getMessage());
      System.exit(2);
    }
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
