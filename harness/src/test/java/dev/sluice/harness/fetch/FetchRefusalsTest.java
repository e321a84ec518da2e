package dev.sluice.harness.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.scorers.PrerequisiteException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a fetch refuses, and how it says so. */
class FetchRefusalsTest extends FetchFixture {
  @ParameterizedTest
  @CsvSource({
    "401, GatedRepo, 'org/name is gated: accept its terms'",
    "403, GatedRepo, 'org/name is gated: accept its terms'",
    "401, '', 'does not accept the token for org/name'",
    "403, '', 'access to org/name is forbidden'",
    "404, RepoNotFound, 'no model ''org/name'' with revision ''main'''",
    "404, RevisionNotFound, 'org/name has no revision ''main'''",
    "400, '', 'answers 400'"
  })
  void refusalsAreOneMessage(int status, String code, String message) {
    smallModel(3000);
    for (String where : List.of("list", WEIGHTS)) {
      hub.fault(where, LocalHub.status(status, "X-Error-Code", code));
      assertThatThrownBy(this::fetch)
          .as(where)
          .isInstanceOf(PrerequisiteException.class)
          .hasMessageContaining(message)
          .hasMessageNotContaining("hf_secret")
          .hasMessageNotContaining("\n");
    }
    assertThat(waits).isEmpty();
  }

  @Test
  void pickledWeightsAreRefusedBeforeAnythingIsFetched() {
    hub.with("config.json", "{}").with("pytorch_model.bin", "pickle");
    assertThatThrownBy(this::fetch)
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("org/name has its weights only as pytorch_model.bin");
    assertThat(hub.requests()).hasSize(1);
  }

  @Test
  void repositoriesThatAreNoModelsAreRefused() {
    hub.with("name-Q4.gguf", "x");
    assertThatThrownBy(this::fetch).hasMessageContaining("it has name-Q4.gguf");
    hub.with(WEIGHTS, "x");
    assertThatThrownBy(this::fetch).hasMessageContaining("no config.json");
  }

  @Test
  void missingShardIsNamed() {
    hub.with("config.json", "{}")
        .with("model.safetensors.index.json", "{\"weight_map\": {\"a\": \"a.safetensors\"}}");
    assertThatThrownBy(this::fetch)
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("names shards that are not there, a.safetensors");
    assertNothingIsPublished();
  }

  @Test
  void spaceIsCheckedBefore() {
    smallModel(3000);
    hub.fault(
        "list",
        (exchange, content) -> {
          String huge =
              new String(content, StandardCharsets.UTF_8)
                  .replace("\"size\":3000", "\"size\":4000000000000000000");
          LocalHub.send(exchange, huge.getBytes(StandardCharsets.UTF_8));
        });
    assertThatThrownBy(this::fetch)
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("org/name needs 3725290298.5 GiB more in " + cache())
        .hasMessageContaining("HF_HUB_CACHE");
    assertThat(hub.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no json",
        "[]",
        "{}",
        "{\"sha\": \"../..\", \"siblings\": []}",
        "{\"sha\": \"0123456789\", \"siblings\": [{\"rfilename\": \"../../x\"}]}",
        "{\"sha\": \"0123456789\", \"siblings\": [{\"rfilename\": \"/etc/x\"}]}",
        "{\"sha\": \"0123456789\", \"siblings\": [{\"rfilename\": \"x\", \"blobId\": \"../y\"}]}",
        "{\"sha\": \"0123456789\", \"siblings\": [{\"rfilename\": \"x\", \"size\": -7}]}"
      })
  void hostileListIsRefused(String list) {
    hub.fault(
        "list",
        (exchange, content) -> LocalHub.send(exchange, list.getBytes(StandardCharsets.UTF_8)));
    assertThatThrownBy(this::fetch)
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("the hub's list of the files of org/name cannot be understood")
        .hasMessageNotContaining("\n");
  }

  @Test
  void redirectsWithoutEndAreRefused() {
    smallModel(3000);
    for (int i = 0; i < 20; i++) {
      hub.fault("list", (exchange, content) -> LocalHub.redirect(exchange, "/api/again"));
    }
    assertThatThrownBy(this::fetch).hasMessageContaining("redirects more than 10 times");
  }
}
