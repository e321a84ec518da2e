package dev.sluice.harness.fetch;

import static java.util.Objects.requireNonNull;

import dev.sluice.scorers.PrerequisiteException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A repository of the hub at a revision.
 *
 * @param id {@code org/name}, or {@code name} alone for a few old ones
 * @param revision a branch, a tag or a commit
 */
public record HubRepo(RepoType type, String id, String revision) {
  private static final String MAIN = "main";
  private static final int LONGEST = 96;

  // Two hyphens are how the cache writes a slash, so an id that has them would share a folder.
  private static final Pattern ID =
      Pattern.compile("(?!.*(?:--|\\.\\.))\\w(?:[\\w.-]*\\w)?(?:/\\w(?:[\\w.-]*\\w)?)?");
  private static final Pattern REVISION =
      Pattern.compile("(?!.*(?:\\.\\.|//))\\w[\\w.+/-]*(?<![./])");
  private static final Pattern WITH_REVISION =
      Pattern.compile("(?<id>[^@]*)(?:@(?<revision>.*))?", Pattern.DOTALL);

  public HubRepo {
    requireNonNull(type, "type");
    if (id.length() > LONGEST || !ID.matcher(id).matches()) {
      throw new PrerequisiteException(
          Shown.quote(id)
              + " is no id of a "
              + type.one()
              + " on the hub: give org/name, such as "
              + (type == RepoType.MODELS ? "Qwen/Qwen3-0.6B" : "allenai/openbookqa"));
    }
    if (!REVISION.matcher(revision).matches()) {
      throw new PrerequisiteException(
          Shown.quote(revision)
              + " is no revision: give a branch, a tag or a commit, such as main");
    }
  }

  /**
   * What a user asked for.
   *
   * @param idAndRevision {@code org/name} or {@code org/name@revision}
   * @param revision the same given apart; {@code main} where neither says
   */
  public static HubRepo of(RepoType type, String idAndRevision, Optional<String> revision) {
    Matcher matcher = WITH_REVISION.matcher(idAndRevision);
    boolean split = matcher.matches();
    Optional<String> inId = split ? Optional.ofNullable(matcher.group("revision")) : revision;
    if (inId.isPresent() && revision.isPresent() && !inId.equals(revision)) {
      throw new PrerequisiteException(
          Shown.quote(idAndRevision)
              + " and --revision "
              + Shown.quote(revision.get())
              + " name two revisions: give one");
    }
    String id = split ? matcher.group("id") : idAndRevision;
    return new HubRepo(type, id, inId.or(() -> revision).orElse(MAIN));
  }

  /** The name of its folder in the cache, for example {@code models--org--name}. */
  String folderName() {
    return type.id() + "--" + id.replace("/", "--");
  }

  @Override
  public String toString() {
    return id + (revision.equals(MAIN) ? "" : "@" + revision);
  }
}
