package dev.sluice.harness.fetch;

import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.PatternSyntaxException;

/** Which files of a repository are wanted. */
public sealed interface FileChoice permits ModelFiles, FileChoice.Glob, FileChoice.Picked {

  /**
   * The wanted files, never none.
   *
   * @param small brings a small file of the repository, for a choice that depends on what it says
   * @throws PrerequisiteException if the repository lacks what is wanted
   */
  List<HubFile> of(HubListing listing, SmallFiles small) throws InterruptedException;

  /** Everything that a language model needs to be read. */
  static FileChoice model() {
    return new ModelFiles();
  }

  /**
   * All files whose path matches.
   *
   * @param glob {@code *} stays within a folder, <code>**</code> does not, <code>{a,b}</code> is
   *     either
   */
  static FileChoice glob(String glob) {
    return new Glob(glob);
  }

  /**
   * The files that a function picks.
   *
   * @param pick takes all paths of the repository; what it throws ends the fetch
   */
  static FileChoice picked(UnaryOperator<List<String>> pick) {
    return new Picked(pick);
  }

  /** Reads small files of the repository that is listed. */
  @FunctionalInterface
  interface SmallFiles {
    /** The bytes of a file, downloaded first where it is not there. */
    byte[] read(HubFile file) throws InterruptedException;
  }

  /** Files that a function picks by their paths. */
  record Picked(UnaryOperator<List<String>> pick) implements FileChoice {

    @Override
    public List<HubFile> of(HubListing listing, SmallFiles small) {
      return pick.apply(listing.paths()).stream().map(p -> listing.file(p).orElseThrow()).toList();
    }
  }

  /** Files by their paths. */
  record Glob(String glob) implements FileChoice {

    @Override
    public List<HubFile> of(HubListing listing, SmallFiles small) {
      List<PathMatcher> matchers = matchers();
      List<HubFile> files =
          listing.files().stream()
              .filter(f -> matchers.stream().anyMatch(m -> m.matches(Path.of(f.path()))))
              .toList();
      if (files.isEmpty()) {
        throw new PrerequisiteException(
            listing.repo()
                + " has no file that matches "
                + Shown.quote(glob)
                + "; it has "
                + Shown.some(listing.paths()));
      }
      return files;
    }

    private List<PathMatcher> matchers() {
      try {
        List<PathMatcher> matchers = new ArrayList<>();
        matchers.add(FileSystems.getDefault().getPathMatcher("glob:" + glob));
        if (glob.startsWith("**/")) {
          // Elsewhere these three characters also stand for no folder at all.
          matchers.add(FileSystems.getDefault().getPathMatcher("glob:" + glob.substring(3)));
        }
        return matchers;
      } catch (PatternSyntaxException e) {
        throw new PrerequisiteException(
            Shown.quote(glob)
                + " is no pattern of files ("
                + Shown.plain(e.getDescription())
                + "): give one such as 'data/validation-*.parquet'",
            e);
      }
    }
  }
}
