package dev.sluice.harness.fetch;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a repository holds at one commit.
 *
 * @param commit that its revision stood for
 */
public record HubListing(HubRepo repo, String commit, List<HubFile> files) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  public HubListing {
    files = List.copyOf(files);
    if (!commit.matches("[0-9a-f]{7,64}")) {
      throw new IllegalArgumentException("commit " + Shown.quote(commit) + ": hexadecimal digits");
    }
  }

  /** From the API's answer with {@code ?blobs=true}. */
  static HubListing parse(HubRepo repo, byte[] json) {
    try {
      JsonNode root = tree(json);
      JsonNode siblings = root.path("siblings");
      if (!siblings.isArray()) {
        throw new IOException("no siblings");
      }
      List<HubFile> files = new ArrayList<>();
      for (JsonNode sibling : siblings) {
        files.add(file(sibling));
      }
      return new HubListing(repo, root.path("sha").asText(), files);
    } catch (IOException | IllegalArgumentException e) {
      throw new PrerequisiteException(
          "the hub's list of the files of "
              + repo
              + " cannot be understood ("
              + Shown.reason(e)
              + "): check HF_ENDPOINT, and whether a proxy answers in its place",
          e);
    }
  }

  /** A JSON object; Jackson's own errors otherwise. */
  static JsonNode tree(byte[] json) throws IOException {
    JsonNode root = JSON.readTree(json);
    if (root == null || !root.isObject()) {
      throw new IOException("not a JSON object");
    }
    return root;
  }

  private static HubFile file(JsonNode sibling) {
    JsonNode lfs = sibling.path("lfs");
    String sha256 = lfs.path("sha256").asText(lfs.path("oid").asText(""));
    long size = lfs.path("size").asLong(sibling.path("size").asLong(-1));
    // The blobId of a large file is that of its pointer, which says nothing of the bytes.
    String etag = lfs.isObject() ? sha256 : sibling.path("blobId").asText("");
    return new HubFile(sibling.path("rfilename").asText(), size, etag);
  }

  /** The file at this path. */
  public Optional<HubFile> file(String path) {
    return files.stream().filter(f -> f.path().equals(path)).findFirst();
  }

  /** All paths, in the hub's order. */
  public List<String> paths() {
    return files.stream().map(HubFile::path).toList();
  }
}
