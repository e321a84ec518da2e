package dev.sluice.harness;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.sluice.harness.plan.FlatYaml;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The picture of docs/design/layout.md as code: who may know whom, and where each library lives. */
class ArchitectureTest {
  private static final String ROOT = "dev.sluice";

  /** Without this many, a changed class path has emptied the other rules. */
  private static final int FEWEST_CLASSES = 200;

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  /** A library, by where its classes lie. */
  private enum Library {
    DJL("ai.djl.."),
    DUCKDB("org.duckdb.."),
    /** In the JDK, but only for whom has a database. */
    JDBC("java.sql.."),
    JACKSON("com.fasterxml.jackson.."),
    LOGGING("org.slf4j.."),
    MICROMETER("io.micrometer.."),
    PICOCLI("picocli.."),
    PROMETHEUS("io.prometheus.."),
    REACTOR("reactor.. org.reactivestreams.."),
    SQLITE("org.sqlite.."),
    T_DIGEST("com.tdunning.."),
    VERTX("io.vertx.. io.netty..");

    private final String packages;

    Library(String packages) {
      this.packages = packages;
    }

    private String[] packages() {
      return packages.split(" ");
    }
  }

  /**
   * One of our packages and what it may use besides itself, the JDK and JSpecify.
   *
   * @param ours names of our packages; {@code scorers} is its root package alone
   */
  private record Row(String name, List<String> ours, Set<Library> libraries) {
    private static Row of(String name, String ours, Library... libraries) {
      List<String> names =
          Arrays.stream(ours.split(" ")).map(String::strip).filter(n -> !n.isEmpty()).toList();
      return new Row(name, names, Set.of(libraries));
    }

    private String[] allowed() {
      return Stream.of(
              Stream.of("java..", "org.jspecify.annotations", packageOf(name)),
              ours.stream().map(ArchitectureTest::packageOf),
              libraries.stream().flatMap(l -> Arrays.stream(l.packages())))
          .flatMap(s -> s)
          .toArray(String[]::new);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static final List<Row> TABLE =
      List.of(
          Row.of("scorers", "scorers.statistics"),
          Row.of("scorers.statistics", "", Library.T_DIGEST),
          Row.of("scorers.divergence", ""),
          Row.of("benchmarks", "scorers", Library.REACTOR, Library.JACKSON),
          Row.of("benchmarks.parquet", "scorers", Library.JACKSON, Library.JDBC, Library.DUCKDB),
          Row.of(
              "benchmarks.dataset",
              "benchmarks benchmarks.parquet scorers",
              Library.REACTOR,
              Library.JACKSON),
          Row.of(
              "benchmarks.task",
              "benchmarks.dataset benchmarks.task.text scorers",
              Library.REACTOR,
              Library.JACKSON),
          Row.of("benchmarks.task.text", ""),
          Row.of("model", "model.family scorers", Library.JACKSON),
          Row.of("model.family", ""),
          Row.of("variant", "model scorers"),
          Row.of("masks", "model variant scorers", Library.JACKSON),
          Row.of("engine", "model scorers", Library.DJL),
          Row.of(
              "evaluation",
              "model variant engine benchmarks scorers scorers.statistics",
              Library.REACTOR,
              Library.LOGGING),
          Row.of("profile", "model engine evaluation scorers scorers.statistics", Library.REACTOR),
          Row.of("plan", "model scorers", Library.JACKSON),
          Row.of(
              "sweep",
              "model variant engine evaluation profile plan benchmarks scorers scorers.statistics",
              Library.REACTOR),
          Row.of(
              "answers",
              "model variant engine evaluation benchmarks.dataset benchmarks.task benchmarks.task.text"
                  + " scorers",
              Library.REACTOR,
              Library.JACKSON),
          Row.of(
              "tasks",
              "model variant answers benchmarks.dataset benchmarks.task benchmarks.task.text scorers"
                  + " scorers.statistics",
              Library.REACTOR,
              Library.JACKSON),
          Row.of("strategy", "model variant plan sweep strategy.sets scorers scorers.statistics"),
          Row.of("strategy.sets", "model variant sweep scorers scorers.statistics"),
          Row.of(
              "grid",
              "model variant evaluation plan sweep tasks journal presentation report session"
                  + " benchmarks.dataset benchmarks.task scorers scorers.statistics",
              Library.JACKSON),
          Row.of(
              "journal",
              "model variant plan sweep answers tasks jobs scorers",
              Library.JACKSON,
              Library.JDBC,
              Library.SQLITE,
              Library.LOGGING),
          Row.of("presentation", ""),
          Row.of(
              "landscape",
              "variant sweep presentation scorers scorers.statistics",
              Library.JACKSON),
          Row.of("depths", "model presentation scorers scorers.statistics", Library.JACKSON),
          Row.of(
              "report",
              "model variant plan sweep landscape depths presentation scorers scorers.statistics",
              Library.JACKSON),
          Row.of(
              "comparison",
              "model variant answers tasks presentation benchmarks.parquet benchmarks.task scorers"
                  + " scorers.statistics",
              Library.JACKSON),
          Row.of("fetch", "model scorers", Library.JACKSON),
          Row.of("progress", "model variant plan sweep tasks fetch presentation scorers"),
          Row.of("jobs", "scorers", Library.REACTOR, Library.JACKSON, Library.LOGGING),
          Row.of(
              "telemetry",
              "model variant engine evaluation plan sweep tasks progress benchmarks.task scorers"
                  + " scorers.statistics",
              Library.REACTOR,
              Library.LOGGING,
              Library.MICROMETER,
              Library.PROMETHEUS),
          Row.of(
              "session",
              "model variant masks engine evaluation profile plan sweep strategy answers tasks journal fetch"
                  + " progress depths export export.text benchmarks benchmarks.dataset benchmarks.task"
                  + " scorers scorers.statistics",
              Library.REACTOR),
          Row.of(
              "service",
              "model variant engine evaluation plan sweep tasks journal progress report session jobs"
                  + " benchmarks benchmarks.dataset benchmarks.task scorers",
              Library.JACKSON,
              Library.LOGGING),
          Row.of(
              "divergence",
              "model variant engine evaluation answers journal session benchmarks.task scorers"
                  + " scorers.divergence",
              Library.JACKSON),
          Row.of("export", "model variant masks presentation scorers", Library.JACKSON),
          Row.of("export.checkpoint", "export model model.family variant scorers", Library.JACKSON),
          Row.of(
              "export.text", "export model variant masks presentation scorers scorers.statistics"),
          Row.of(
              "verification",
              "model variant engine evaluation answers journal gguf export export.checkpoint session divergence"
                  + " benchmarks.task scorers scorers.divergence",
              Library.JACKSON),
          Row.of("access", "scorers"),
          Row.of("gguf", "model scorers"),
          Row.of("export.gguf", "export gguf model variant scorers", Library.JACKSON),
          Row.of(
              "documents",
              "model variant engine plan sweep tasks journal report comparison session service jobs"
                  + " benchmarks.dataset benchmarks.task scorers",
              Library.JACKSON),
          Row.of(
              "server",
              "access documents comparison plan jobs telemetry scorers",
              Library.VERTX,
              Library.REACTOR,
              Library.JACKSON,
              Library.LOGGING));

  /** Wires everything, so it is free to import it; nothing imports it. */
  private static final String WIRING = "cli";

  static List<Row> table() {
    return TABLE;
  }

  private static String packageOf(String name) {
    boolean ownModule = name.startsWith("scorers") || name.startsWith("benchmarks");
    return ROOT + (ownModule ? "." : ".harness.") + name;
  }

  @ParameterizedTest
  @MethodSource("table")
  void packageUsesOnlyWhatItsRowAllows(Row row) {
    classes()
        .that()
        .resideInAPackage(packageOf(row.name()))
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(row.allowed())
        .because("docs/design/layout.md says who may know whom")
        .check(CLASSES);
  }

  @Test
  void everyPackageHasARow() {
    Set<String> rows =
        Stream.concat(TABLE.stream().map(Row::name), Stream.of(WIRING))
            .map(ArchitectureTest::packageOf)
            .collect(Collectors.toSet());
    assertThat(packages())
        .as("packages of the main code; a new one gets a row here and in docs/design/layout.md")
        .containsExactlyInAnyOrderElementsOf(rows);
  }

  private static Set<String> packages() {
    return CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
  }

  /** Rows name a library as allowed; this says the same of the libraries that cli must not touch. */
  @ParameterizedTest
  @EnumSource(
      value = Library.class,
      names = {"DJL", "DUCKDB", "MICROMETER", "PROMETHEUS", "SQLITE", "T_DIGEST", "VERTX"})
  void heavyLibraryHasOneHome(Library library) {
    assertThat(homes(library)).as("homes of " + library).hasSize(1);
    staysAtHome(library);
  }

  @Test
  void databasesAreOnlyWhereTheirLibrariesAre() {
    assertThat(homes(Library.JDBC))
        .containsExactlyInAnyOrder(
            Stream.of(Library.DUCKDB, Library.SQLITE)
                .flatMap(library -> Arrays.stream(homes(library)))
                .toArray(String[]::new));
    staysAtHome(Library.JDBC);
  }

  private static String[] homes(Library library) {
    return TABLE.stream()
        .filter(row -> row.libraries().contains(library))
        .map(row -> packageOf(row.name()))
        .toArray(String[]::new);
  }

  private static void staysAtHome(Library library) {
    noClasses()
        .that()
        .resideOutsideOfPackages(homes(library))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(library.packages())
        .because("a library that lives in one package can be replaced there")
        .check(CLASSES);
  }

  @Test
  void commandLineLibraryStaysInTheCommandLine() {
    noClasses()
        .that()
        .resideOutsideOfPackage(packageOf(WIRING))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(Library.PICOCLI.packages())
        .check(CLASSES);
  }

  @Test
  void plansAreParsedOnlyInFlatYaml() {
    noClasses()
        .that(resideInAPackage(packageOf("plan")).and(not(belongToAnyOf(FlatYaml.class))))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(Library.JACKSON.packages())
        .because("a plan is a domain type; the reader alone knows its file format")
        .check(CLASSES);
  }

  @Test
  void nothingImportsTheWiring() {
    noClasses()
        .that()
        .resideOutsideOfPackage(packageOf(WIRING))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(packageOf(WIRING))
        .check(CLASSES);
  }

  @Test
  void spokesDoNotKnowOneAnother() {
    slices()
        .matching(ROOT + ".harness.(strategy|journal|report|fetch)")
        .should()
        .notDependOnEachOther()
        .because("they meet in cli, each through an interface or an event of sweep")
        .check(CLASSES);
  }

  @Test
  void packagesAreFreeOfCycles() {
    slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void everyPackageIsNullMarked() {
    List<String> unmarked =
        packages().stream()
            .map(CLASSES::getPackage)
            .filter(p -> !p.isAnnotatedWith(NullMarked.class))
            .map(JavaPackage::getName)
            .toList();
    assertThat(unmarked).as("packages without @NullMarked in their package-info").isEmpty();
  }

  @Test
  void nothingLogsThroughJavaUtilLogging() {
    NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(CLASSES);
  }

  @Test
  void onlyTheCommandLineKnowsTheStandardStreams() {
    NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(
        CLASSES.that(not(resideInAPackage(packageOf(WIRING)))));
  }

  @Test
  void exceptionsSayWhatTheyAre() {
    NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS.check(CLASSES);
  }

  @Test
  void rulesSawTheCode() {
    assertThat(CLASSES.size()).as("classes that the rules ran on").isGreaterThan(FEWEST_CLASSES);
  }
}
