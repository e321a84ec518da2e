package dev.sluice.harness.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubSettingsTest {
  @TempDir Path home;

  private HubSettings settings(String... variables) {
    Map<String, String> environment = new HashMap<>(Map.of("HOME", home.toString()));
    for (int i = 0; i < variables.length; i += 2) {
      environment.put(variables[i], variables[i + 1]);
    }
    return HubSettings.from(environment);
  }

  @Test
  void withoutVariablesTheHubIsAskedAnonymously() {
    assertThat(settings())
        .isEqualTo(
            new HubSettings(
                URI.create("https://huggingface.co"), "", home.resolve(".cache/huggingface/hub")));
  }

  @Test
  void tokenComesFromTheFirstPlaceThatHasOne() throws IOException {
    Path hf = Files.createDirectories(home.resolve("hf"));
    Files.writeString(hf.resolve("token"), "hf_file\n");
    List<String> variables = List.of("HF_HOME", hf.toString(), "HUGGING_FACE_HUB_TOKEN", "hf_old");
    assertThat(
            settings("HF_HOME", hf.toString(), "HUGGING_FACE_HUB_TOKEN", "hf_old", "HF_TOKEN", "a")
                .token())
        .isEqualTo("a");
    assertThat(settings(variables.toArray(String[]::new)).token()).isEqualTo("hf_old");
    assertThat(settings("HF_HOME", hf.toString(), "HF_TOKEN", " ").token()).isEqualTo("hf_file");
    assertThat(settings("HF_HOME", hf.toString(), "HF_HUB_DISABLE_IMPLICIT_TOKEN", "1").token())
        .isEmpty();
    Path other = Files.writeString(home.resolve("other"), "hf_other");
    assertThat(settings("HF_TOKEN_PATH", other.toString()).token()).isEqualTo("hf_other");
  }

  @Test
  void tokenIsNeverShown() {
    assertThat(settings("HF_TOKEN", "hf_secret").toString()).doesNotContain("hf_secret");
    assertThatThrownBy(() -> settings("HF_TOKEN", "hf_secret\r\nX-Evil: 1"))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("has characters that no token has")
        .hasMessageNotContaining("hf_secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE"})
  void offlineIsRefusedWithTheVariable(String variable) {
    for (String yes : List.of("1", "true", "YES", "on")) {
      assertThatThrownBy(() -> settings(variable, yes))
          .isInstanceOf(PrerequisiteException.class)
          .hasMessageContaining(variable + "=" + yes + " forbids the network");
    }
    assertThat(settings(variable, "0").token()).isEmpty();
  }

  @Test
  void endpointMayHaveAPathAndATrailingSlash() {
    assertThat(settings("HF_ENDPOINT", "http://mirror.local:8080/hf/").endpoint())
        .isEqualTo(URI.create("http://mirror.local:8080/hf"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "huggingface.co",
        "ftp://x",
        "https://",
        "http://a b",
        "https://u:p@x",
        "http://x?y"
      })
  void whatIsNoEndpointIsRefused(String endpoint) {
    assertThatThrownBy(() -> settings("HF_ENDPOINT", endpoint))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("HF_ENDPOINT '" + endpoint + "' is no address");
  }
}
