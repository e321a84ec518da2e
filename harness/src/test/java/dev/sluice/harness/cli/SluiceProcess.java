package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The command line in a process of its own, for what only a process can suffer. */
public final class SluiceProcess implements AutoCloseable {
  private final Process process;
  private final Path errors;
  private final BufferedReader output;

  private SluiceProcess(Process process, Path errors) {
    this.process = process;
    this.errors = errors;
    this.output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * Start a command.
   *
   * @param folder gets a file with what it says on stderr
   * @param prefix of the command line, such as a shell that sets a limit; may be empty
   */
  public static SluiceProcess start(Path folder, List<String> prefix, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    Collections.addAll(
        command,
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-XX:-UsePerfData",
        "-Djava.io.tmpdir=" + folder,
        "-cp",
        System.getProperty("java.class.path"),
        Main.class.getName());
    Collections.addAll(command, arguments);
    Path errors = Files.createTempFile(folder, "stderr", ".txt");
    return new SluiceProcess(
        new ProcessBuilder(command).redirectError(errors.toFile()).start(), errors);
  }

  /** The next line of stdout that was written whole; null at its end. */
  public @Nullable String line() throws IOException {
    return output.readLine();
  }

  /** Read stdout until a JSON event of this name. */
  void await(String event) throws IOException {
    String line = line();
    while (line != null && !line.contains("\"event\":\"" + event + "\"")) {
      line = line();
    }
    assertThat(line).as("event %s; stderr:\n%s", event, errors()).isNotNull();
  }

  /** Wait until stderr has a text. */
  void awaitError(String text) throws IOException {
    while (!errors().contains(text)) {
      assertThat(process.isAlive()).as("alive until '%s'; stderr:\n%s", text, errors()).isTrue();
      Thread.onSpinWait();
    }
  }

  /** What it said on stderr so far. */
  public String errors() throws IOException {
    return Files.readString(errors);
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  /** SIGKILL; unlike that of {@link Process}, this leaves what was printed to be read. */
  public void kill() {
    process.toHandle().destroyForcibly();
  }

  /** Send a signal by its name, such as {@code INT}. */
  public void signal(String name) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("kill", "-" + name, "" + pid()).start().waitFor()).isZero();
  }

  /** Wait for the end; the exit status. */
  public int exit() {
    return process.onExit().join().exitValue();
  }

  @Override
  public void close() {
    kill();
    exit();
  }
}
