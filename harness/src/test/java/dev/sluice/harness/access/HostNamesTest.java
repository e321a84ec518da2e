package dev.sluice.harness.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostNamesTest {
  private static final HostNames NAMES = new HostNames(Set.of("Sluice.example"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST:8080",
        "127.0.0.1:80",
        "[::1]:8080",
        "[::1]",
        "192.168.1.7",
        "sluice.example:443",
        "SLUICE.EXAMPLE"
      })
  void ownNamesAndAddressesAreAllowed(String host) {
    assertThat(NAMES.allows(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "evil.example",
        "localhost.evil.example",
        "sluice.example.evil",
        "127.0.0.1.evil.example",
        "1.2.3.4.5",
        "[evil]",
        "a127.0.0.1",
        "localhost:8080:1",
        "sluice.example:x",
        "localhost@evil"
      })
  void otherNamesAreNot(String host) {
    assertThat(NAMES.allows(host)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]"})
  void loopbackIsRecognised(String host) {
    assertThat(HostNames.isLoopback(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0.0.0.0", "::", "192.168.0.1", "127.0.0.1.example", "host", "127.example"})
  void whatIsNotLoopbackIsRecognised(String host) {
    assertThat(HostNames.isLoopback(host)).isFalse();
  }
}
