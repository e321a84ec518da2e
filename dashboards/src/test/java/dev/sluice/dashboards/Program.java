package dev.sluice.dashboards;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program that runs beside the test until it is closed. */
final class Program implements AutoCloseable {
  private final Process process;
  private final StringBuilder said = new StringBuilder();

  private Program(Process process) {
    this.process = process;
  }

  /** Both streams of the program are read as one. */
  static Program start(Path folder, List<String> command) throws IOException {
    return new Program(
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start());
  }

  /**
   * Reads until a line has the pattern, and everything after that in the background.
   *
   * @return the pattern's groups that were last found, one for each pattern
   */
  List<String> awaitLines(Pattern... patterns) throws IOException {
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    String[] found = new String[patterns.length];
    for (int i = 0; i < patterns.length; ) {
      String line = lines.readLine();
      if (line == null) {
        throw new IOException("it ended without '" + patterns[i] + "':\n" + said);
      }
      said.append(line).append('\n');
      Matcher matcher = patterns[i].matcher(line);
      if (matcher.find()) {
        found[i++] = matcher.group(1);
      }
    }
    Thread.ofVirtual().start(() -> lines.lines().forEach(line -> {}));
    return List.of(found);
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().completeOnTimeout(process, 20, TimeUnit.SECONDS).join();
    process.destroyForcibly();
  }
}
