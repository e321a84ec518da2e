package dev.sluice.harness.fetch;

/** What a repository of the hub holds. */
public enum RepoType {
  MODELS("models", "model", ""),
  DATASETS("datasets", "dataset", "datasets/");

  private final String id;
  private final String one;
  private final String urlPrefix;

  RepoType(String id, String one, String urlPrefix) {
    this.id = id;
    this.one = one;
    this.urlPrefix = urlPrefix;
  }

  /** As in the API's paths and the cache's folders: {@code models} or {@code datasets}. */
  public String id() {
    return id;
  }

  /** One of them, for messages: {@code model} or {@code dataset}. */
  public String one() {
    return one;
  }

  /** What stands before the id in a repository's own address. */
  String urlPrefix() {
    return urlPrefix;
  }
}
