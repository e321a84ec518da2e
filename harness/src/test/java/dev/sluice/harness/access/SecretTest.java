package dev.sluice.harness.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTest {
  private static final String TOKEN = "0123456789abcdef";

  @TempDir private Path folder;

  private Path file(String content, String rights) throws IOException {
    Path file = Files.writeString(folder.resolve("token"), content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
  }

  @Test
  void onlyTheTokenMatches() {
    Secret secret = Secret.of(TOKEN, "test");
    assertThat(secret.matches(TOKEN)).isTrue();
    assertThat(secret.matches(TOKEN + "0")).isFalse();
    assertThat(secret.matches(TOKEN.toUpperCase(Locale.ROOT))).isFalse();
    assertThat(secret.matches("")).isFalse();
  }

  @Test
  void aFileHoldsOneLine() throws IOException {
    assertThat(Secret.in(file(TOKEN + "\n", "rw-------")).matches(TOKEN)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r--r--", "rw----r--", "rw--w----", "rw-----w-"})
  void aFileThatOthersCanReadOrWriteIsRefused(String rights) throws IOException {
    Path file = file(TOKEN, rights);
    assertThatThrownBy(() -> Secret.in(file))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("chmod 600 " + file);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "short", "0123456789abcde", "with spaces in between", "ümlaut-ümlaut-ümlaut"})
  void aTokenThatCouldBeGuessedOrNotBeSentIsRefused(String token) throws IOException {
    Path file = file(token, "rw-------");
    assertThatThrownBy(() -> Secret.in(file))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("at least 16")
        .hasMessageContaining("openssl rand");
  }

  @Test
  void aFileThatIsNotThereOrIsLargeIsRefused() throws IOException {
    assertThatThrownBy(() -> Secret.in(folder.resolve("none")))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("none");
    Path large = file("x".repeat(5000), "rw-------");
    assertThatThrownBy(() -> Secret.in(large)).hasMessageContaining("4096");
  }
}
