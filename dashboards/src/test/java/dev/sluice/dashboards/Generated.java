package dev.sluice.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A committed file that is made from code: compared, and written anew where that is asked for. */
final class Generated {
  static final Path MODULE = Path.of("").toAbsolutePath();

  private static final String REGENERATE =
      "mvn -pl dashboards -am test -Dtest='*FilesTest' -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dsluice.docs=write";

  private Generated() {}

  static void isCurrent(Path file, String text) throws IOException {
    if (System.getProperty("sluice.docs", "").equals("write")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    }
    assertThat(file).as("to write it: " + REGENERATE).exists();
    assertThat(Files.readString(file))
        .as(file + " is made from code; to write it anew: " + REGENERATE)
        .isEqualTo(text);
  }
}
