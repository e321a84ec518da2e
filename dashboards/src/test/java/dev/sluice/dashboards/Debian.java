package dev.sluice.dashboards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Programs of Debian's package {@code prometheus}. */
final class Debian {
  /** What a program said, on both streams, and its exit status. */
  record Said(int code, String text) {}

  private Debian() {}

  static boolean has(String program) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .anyMatch(entry -> Files.isExecutable(Path.of(entry, program)));
  }

  /** Skips a test where the program is not installed; before each, as a class gives no reason. */
  static void needs(String program) {
    assumeTrue(has(program), program + " is not installed: apt-get install prometheus");
  }

  static Said promtool(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(Arrays.asList(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Said(process.waitFor(), text);
  }

  static void succeeds(Said said) {
    assertThat(said.code()).as(said.text()).isZero();
  }
}
