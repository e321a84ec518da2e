package dev.sluice.benchmarks.dataset;

import dev.sluice.scorers.PrerequisiteException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files that bear one name in a folder: {@code NAME.END}, or parts called {@code
 * NAME-00000-of-00003.END}, where a digest may stand before the end; without a name {@code
 * 0000.END} and so on.
 */
final class Parts {
  private static final String STATED = "-(?<number>\\d{5})-of-(?<all>\\d{5})(?:-[0-9a-f]{8,64})?";
  private static final String NUMBERED = "(?<number>\\d{4})(?<all>)";

  private final String folder;
  private final String name;
  private final Map<Edition, SortedMap<Integer, String>> editions = new LinkedHashMap<>();

  /**
   * Files that belong together.
   *
   * @param all how many parts there are by their names; 0 where these do not say
   */
  private record Edition(int all, String end) {}

  private Parts(String folder, String name) {
    this.folder = folder;
    this.name = name;
  }

  /**
   * All sets of files of a name, those of the preferred formats first, each with its parts in order.
   *
   * @param name empty for numbers alone
   * @throws PrerequisiteException if a part is missing or there twice
   */
  static List<List<String>> of(Folders folders, String folder, String name) {
    Parts parts = new Parts(folder, name);
    List<String> files = folders.files(folder);
    for (String end : DocumentFormat.allSuffixes()) {
      if (!name.isEmpty() && files.contains(name + end)) {
        parts.add(new Edition(0, end), 0, name + end);
      }
      String start = name.isEmpty() ? NUMBERED : Pattern.quote(name) + STATED;
      Pattern pattern = Pattern.compile(start + Pattern.quote(end));
      for (String file : files) {
        Matcher part = pattern.matcher(file);
        if (part.matches()) {
          int all = name.isEmpty() ? 0 : Integer.parseInt(part.group("all"));
          parts.add(new Edition(all, end), Integer.parseInt(part.group("number")), file);
        }
      }
    }
    return parts.whole();
  }

  private void add(Edition edition, int number, String file) {
    String before = editions.computeIfAbsent(edition, e -> new TreeMap<>()).put(number, file);
    if (before != null) {
      throw new PrerequisiteException(
          "%s and %s are the same part of a split: remove the older one"
              .formatted(path(before), path(file)));
    }
  }

  private List<List<String>> whole() {
    List<List<String>> whole = new ArrayList<>();
    editions.forEach((edition, files) -> {
      int all = edition.all() == 0 ? files.lastKey() + 1 : edition.all();
      for (int number = 0; number < all; number++) {
        if (!files.containsKey(number)) {
          throw new PrerequisiteException(
              "part %s of a split is missing, of which %s is there: fetch or copy it"
                  .formatted(path(missing(edition, number)), files.get(files.firstKey())));
        }
      }
      whole.add(files.values().stream().limit(all).map(this::path).toList());
    });
    return whole;
  }

  private String missing(Edition edition, int number) {
    String start =
        name.isEmpty()
            ? "%04d".formatted(number)
            : "%s-%05d-of-%05d".formatted(name, number, edition.all());
    return start + edition.end();
  }

  private String path(String file) {
    return folder.isEmpty() ? file : folder + "/" + file;
  }
}
