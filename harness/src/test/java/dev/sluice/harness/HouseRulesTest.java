package dev.sluice.harness;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** The house rules of CONTRIBUTING.md that can be counted in the sources of all modules. */
class HouseRulesTest {
  private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();
  private static final List<String> MODULES =
      List.of("scorers", "benchmarks", "harness", "dashboards");

  private static final int LINES_IN_A_FILE = 400;
  private static final int LINES_IN_A_METHOD = 40;

  private static final int PARAMETERS = 5;
  private static final int TYPES_IN_A_PACKAGE = 20;

  /** Packages that are larger, how large they may be, each for its reason. */
  private static final Map<String, Integer> LARGER_PACKAGES =
      Map.of(
          // One type a command and one for each part of the terminal; nobody imports any of them.
          "dev/sluice/harness/cli", 32);

  private static final Pattern PACKAGE_SENTENCE =
      Pattern.compile("/\\*\\*\\s[^*@]*\\.[^@]*\\*/\\s+@NullMarked\\s+package ", Pattern.DOTALL);
  private static final Pattern PUBLIC_TYPE =
      Pattern.compile("(?m)^public [a-z -]*(?:class|interface|record|enum) ");
  private static final Pattern DOCUMENTED =
      Pattern.compile("\\*/\\s+(?:@\\w+(?:\\([^)]*\\))?\\s+)*public [a-z -]*\\w+ \\w+");
  private static final Pattern UNFINISHED =
      Pattern.compile("\\b(?:TO" + "DO|FIX" + "ME|XX" + "X|HACK)\\b");
  private static final Pattern EMPTY_NAME =
      Pattern.compile("(?:^|/)(?:util|utils|common|core|impl|manager|helper)s?(?:/|$)");

  @Test
  void filesAreShort() {
    assertThat(found(mainSources(), (path, text) -> text.lines().count() > LINES_IN_A_FILE))
        .as("files of more than " + LINES_IN_A_FILE + " lines")
        .isEmpty();
  }

  @Test
  void packagesAreSmall() {
    Map<Path, Long> sizes =
        mainSources().stream()
            .filter(f -> !f.endsWith("package-info.java"))
            .collect(groupingBy(Path::getParent, TreeMap::new, counting()));
    sizes.keySet().removeIf(folder -> sizes.get(folder) <= limit(folder));
    assertThat(sizes)
        .as("packages of more than %d files: find the noun that is missing", TYPES_IN_A_PACKAGE)
        .isEmpty();
  }

  private static int limit(Path folder) {
    return LARGER_PACKAGES.entrySet().stream()
        .filter(e -> folder.endsWith(e.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(TYPES_IN_A_PACKAGE);
  }

  @Test
  void packagesAreNamedByWhatTheyHold() {
    assertThat(
            mainSources().stream()
                .map(f -> PROJECT.relativize(f).getParent().toString())
                .distinct()
                .filter(folder -> EMPTY_NAME.matcher(folder.replaceFirst(".*java/", "")).find()))
        .isEmpty();
  }

  @Test
  void everyPackageSaysInASentenceWhatItIs() {
    List<Path> silent =
        mainSources().stream()
            .map(Path::getParent)
            .distinct()
            .filter(folder -> !says(folder.resolve("package-info.java")))
            .toList();
    assertThat(silent).as("packages whose package-info has no sentence before it").isEmpty();
  }

  private static boolean says(Path packageInfo) {
    return Files.exists(packageInfo) && PACKAGE_SENTENCE.matcher(text(packageInfo)).find();
  }

  @Test
  void everyPublicTypeIsDocumented() {
    assertThat(
            found(
                mainSources(),
                (path, text) ->
                    PUBLIC_TYPE.matcher(text).find() && !DOCUMENTED.matcher(text).find()))
        .as("files whose public type has no Javadoc")
        .isEmpty();
  }

  @Test
  void nothingIsLeftToDo() {
    List<Path> sources = new ArrayList<>(mainSources());
    sources.addAll(sources("test"));
    sources.removeIf(f -> f.endsWith("HouseRulesTest.java"));
    assertThat(found(sources, (path, text) -> UNFINISHED.matcher(text).find()))
        .as("files that say what is still to be done: open an issue instead")
        .isEmpty();
  }

  @Test
  void methodsAreShortAndTakeFewParameters() throws IOException {
    List<String> tooLong = new ArrayList<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  new StringWriter(),
                  files,
                  null,
                  List.of("-proc:none"),
                  null,
                  files.getJavaFileObjectsFromPaths(mainSources()));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        new MethodScan(unit, positions).scan(unit, tooLong);
      }
    }
    assertThat(tooLong)
        .as("methods of more than %d lines or %d parameters", LINES_IN_A_METHOD, PARAMETERS)
        .isEmpty();
  }

  /** Notes what is too long in one file. */
  private static final class MethodScan extends TreeScanner<List<String>, List<String>> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private boolean inRecord;

    MethodScan(CompilationUnitTree unit, SourcePositions positions) {
      this.unit = unit;
      this.positions = positions;
    }

    @Override
    public List<String> visitClass(ClassTree type, List<String> found) {
      boolean outer = inRecord;
      inRecord = type.getKind() == Tree.Kind.RECORD;
      List<String> result = super.visitClass(type, found);
      inRecord = outer;
      return result;
    }

    @Override
    public List<String> visitMethod(MethodTree method, List<String> found) {
      // A record's constructor has its components for parameters.
      boolean components = inRecord && method.getReturnType() == null;
      int parameters = components ? 0 : method.getParameters().size();
      long lines =
          line(positions.getEndPosition(unit, method))
              - line(positions.getStartPosition(unit, method))
              + 1;
      if (lines > LINES_IN_A_METHOD || parameters > PARAMETERS) {
        found.add(
            "%s %s: %d lines, %d parameters"
                .formatted(unit.getSourceFile().getName(), method.getName(), lines, parameters));
      }
      return super.visitMethod(method, found);
    }

    private long line(long position) {
      return unit.getLineMap().getLineNumber(position);
    }
  }

  private interface Condition {
    boolean holds(Path path, String text);
  }

  private static List<String> found(List<Path> files, Condition condition) {
    return files.stream()
        .filter(f -> condition.holds(f, text(f)))
        .map(f -> PROJECT.relativize(f).toString())
        .toList();
  }

  private static List<Path> mainSources() {
    List<Path> sources = sources("main");
    assertThat(sources).as("Java files under " + PROJECT).hasSizeGreaterThan(100);
    return sources;
  }

  private static List<Path> sources(String set) {
    return MODULES.stream()
        .map(m -> PROJECT.resolve(m).resolve("src").resolve(set).resolve("java"))
        .flatMap(HouseRulesTest::javaFiles)
        .sorted()
        .toList();
  }

  private static Stream<Path> javaFiles(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(f -> f.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
