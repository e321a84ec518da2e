package dev.sluice.docker;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The files of this folder, read. */
final class DockerFiles {
  /** Folder {@code docker}: tests run in it. */
  static final Path FOLDER = Path.of("").toAbsolutePath();

  private DockerFiles() {}

  static String text(String name) {
    try {
      return Files.readString(FOLDER.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonObject yaml(String name) {
    try {
      Map<?, ?> content = new YAMLMapper().readValue(text(name), Map.class);
      return new JsonObject(new ObjectMapper().writeValueAsString(content));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonObject service(String name) {
    return yaml("compose.yaml").getJsonObject("services").getJsonObject(name);
  }

  static List<String> strings(JsonObject of, String key) {
    return of.getJsonArray(key).stream().map(Object::toString).toList();
  }
}
