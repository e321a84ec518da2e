package dev.sluice.harness.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.scorers.PrerequisiteException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubRepoTest {
  private static HubRepo model(String id) {
    return HubRepo.of(RepoType.MODELS, id, Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "Qwen/Qwen3-0.6B", "_org/name_1.5", "a/b"})
  void idsOfTheHubAreTaken(String id) {
    assertThat(model(id)).isEqualTo(new HubRepo(RepoType.MODELS, id, "main"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a/b/c",
        "/etc/passwd",
        "../x",
        "a/..",
        "a..b/c",
        "org/na--me",
        "org/-x",
        "org/x.",
        "https://huggingface.co/org/name",
        "org/na me",
        "org/name\nx",
        "./model",
        "org/"
      })
  void whatIsNoIdIsRefused(String id) {
    assertThatThrownBy(() -> model(id))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("is no id of a model on the hub: give org/name")
        .hasMessageNotContaining("\n");
    assertThatThrownBy(() -> model("x".repeat(97))).isInstanceOf(PrerequisiteException.class);
  }

  @Test
  void revisionComesFromEitherPlace() {
    assertThat(model("org/name@refs/pr/3").revision()).isEqualTo("refs/pr/3");
    assertThat(HubRepo.of(RepoType.MODELS, "org/name", Optional.of("v1")).revision())
        .isEqualTo("v1");
    assertThat(HubRepo.of(RepoType.MODELS, "org/name@v1", Optional.of("v1")).revision())
        .isEqualTo("v1");
    assertThatThrownBy(() -> HubRepo.of(RepoType.MODELS, "org/name@v1", Optional.of("v2")))
        .hasMessageContaining("name two revisions");
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "a/../../b", "/x", "x/", "", "a b", "a//b", "-x", "x."})
  void whatIsNoRevisionIsRefused(String revision) {
    assertThatThrownBy(() -> new HubRepo(RepoType.MODELS, "org/name", revision))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("is no revision");
  }
}
