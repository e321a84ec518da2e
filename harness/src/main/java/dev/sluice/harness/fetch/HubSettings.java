package dev.sluice.harness.fetch;

import static java.util.Objects.requireNonNull;

import dev.sluice.harness.model.HubCache;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the hub is, who asks, and where its cache lies.
 *
 * @param endpoint without a slash at its end
 * @param token empty where there is none; sent to the endpoint's own host alone
 */
public record HubSettings(URI endpoint, String token, Path cache) {
  private static final String ENDPOINT = "https://huggingface.co";
  private static final List<String> OFFLINE =
      List.of("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE");
  private static final Set<String> YES = Set.of("1", "ON", "YES", "TRUE");

  public HubSettings {
    requireNonNull(endpoint, "endpoint");
    requireNonNull(cache, "cache");
    if (!token.matches("[\\x21-\\x7e]*")) {
      throw new PrerequisiteException(
          "the token of the hub has characters that no token has (it is not shown here): check"
              + " HF_TOKEN or the token file");
    }
  }

  /**
   * As the process's variables say.
   *
   * @throws PrerequisiteException if one of them forbids the network, or is no address
   */
  public static HubSettings from(Map<String, String> environment) {
    for (String variable : OFFLINE) {
      if (yes(environment.get(variable))) {
        throw new PrerequisiteException(
            variable
                + "="
                + Shown.plain(environment.getOrDefault(variable, ""))
                + " forbids the network, and a download needs it: unset it for this command");
      }
    }
    return new HubSettings(endpoint(environment), token(environment), HubCache.root(environment));
  }

  private static boolean yes(@Nullable String value) {
    return value != null && YES.contains(value.strip().toUpperCase(Locale.ROOT));
  }

  private static URI endpoint(Map<String, String> environment) {
    String given = environment.getOrDefault("HF_ENDPOINT", "").strip();
    String address = (given.isEmpty() ? ENDPOINT : given).replaceFirst("/+$", "");
    try {
      URI uri = new URI(address);
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      boolean plain = uri.getRawQuery() == null && uri.getRawUserInfo() == null;
      if (Set.of("http", "https").contains(scheme) && uri.getHost() != null && plain) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw badEndpoint(given, e);
    }
    throw badEndpoint(given, null);
  }

  private static PrerequisiteException badEndpoint(String given, @Nullable Exception cause) {
    String message =
        "HF_ENDPOINT " + Shown.quote(given) + " is no address: give one such as " + ENDPOINT;
    return cause == null
        ? new PrerequisiteException(message)
        : new PrerequisiteException(message, cause);
  }

  private static String token(Map<String, String> environment) {
    for (String variable : List.of("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")) {
      String token = environment.getOrDefault(variable, "").strip();
      if (!token.isEmpty()) {
        return token;
      }
    }
    if (yes(environment.get("HF_HUB_DISABLE_IMPLICIT_TOKEN"))) {
      return "";
    }
    Path file =
        Optional.ofNullable(environment.get("HF_TOKEN_PATH"))
            .filter(p -> !p.isBlank())
            .map(Path::of)
            .orElseGet(() -> HubCache.home(environment).resolve("token"));
    try {
      return Files.isRegularFile(file) ? Files.readString(file).strip() : "";
    } catch (IOException e) {
      throw new PrerequisiteException(
          file + " cannot be read: " + Shown.reason(e) + ". Set HF_TOKEN, or repair the file", e);
    }
  }

  /** Without the token, which belongs in no log. */
  @Override
  public String toString() {
    return endpoint + (token.isEmpty() ? "" : " with a token") + " into " + cache;
  }
}
