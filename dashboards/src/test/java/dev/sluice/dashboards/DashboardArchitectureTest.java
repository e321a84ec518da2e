package dev.sluice.dashboards;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rows of docs/design/layout.md for this module as code. */
class DashboardArchitectureTest {
  private static final String ROOT = "dev.sluice.dashboards";
  private static final String METERS = "dev.sluice.harness.telemetry";
  private static final String JACKSON = "com.fasterxml.jackson..";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  private static final Map<String, String[]> ROWS =
      Map.of(
          ROOT + ".promql",
          new String[] {METERS},
          ROOT + ".grafana",
          new String[] {ROOT + ".promql", METERS, JACKSON},
          ROOT + ".rules",
          new String[] {ROOT + ".promql", METERS, JACKSON},
          ROOT,
          new String[] {ROOT + ".grafana", ROOT + ".promql", METERS});

  static Set<String> packages() {
    return ROWS.keySet();
  }

  @ParameterizedTest
  @MethodSource("packages")
  void packageUsesOnlyWhatItsRowAllows(String name) {
    String[] allowed =
        Stream.concat(
                Stream.of(name, "java..", "org.jspecify.annotations"),
                Arrays.stream(ROWS.getOrDefault(name, new String[0])))
            .toArray(String[]::new);
    classes()
        .that()
        .resideInAPackage(name)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed)
        .because("docs/design/layout.md says who may know whom")
        .check(CLASSES);
  }

  @Test
  void everyPackageHasARow() {
    assertThat(CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet()))
        .isEqualTo(packages());
    assertThat(CLASSES.size()).isGreaterThan(30);
  }

  @ParameterizedTest
  @MethodSource("packages")
  void packageIsNullMarked(String name) {
    assertThat(CLASSES.getPackage(name).isAnnotatedWith(NullMarked.class)).isTrue();
  }
}
