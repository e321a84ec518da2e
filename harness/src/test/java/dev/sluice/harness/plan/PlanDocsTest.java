package dev.sluice.harness.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Keeps docs/plan.md what {@link PlanKey} declares, and writes it anew where that is asked for. */
class PlanDocsTest {
  private static final Path PAGE = Path.of("").toAbsolutePath().resolveSibling("docs/plan.md");

  private static final String REGENERATE =
      "mvn -pl harness -am test -Dtest=PlanDocsTest -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dsluice.docs=write";

  private static final String OPENING =
      """
      # Plan keys

      A plan is a flat YAML file of these keys. Each key is also an option of `sluice run` under the same name
      (`until: 0.25` is `--until 0.25`); where both are given, the option wins. A plan is checked as a whole: every
      problem is reported at once, and an unknown key is refused with the nearest known name. Paths are taken from
      the working directory.

      Keys marked *yes* decide results: they go into the plan's hash, and a sweep does not go on with another value.
      Model and text may have moved, though: their digests decide. The other keys say how the work is run and may
      change between two runs of one sweep.

      | key | value | default | decides results | meaning |
      |---|---|---|---|---|
      """;

  private static final String CLOSING =
      """

      `SIZE` is a number of bytes with K, M, G or T for powers of 1024 (`512M`, `8GiB`); lists are written
      `kl,top1` or, in YAML, `[kl, top1]`. What each measure is: [design/measures.md](design/measures.md).

      This page is generated from `PlanKey`; a test compares the two. To write it anew:

          %s
      """
          .formatted(REGENERATE.replace(" -Dsurefire", " \\\n        -Dsurefire"));

  @Test
  void pageListsEveryKey() throws IOException {
    String page =
        Arrays.stream(PlanKey.values())
            .map(PlanDocsTest::row)
            .collect(Collectors.joining("", OPENING, CLOSING));
    if (System.getProperty("sluice.docs", "").equals("write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE))
        .as("docs/plan.md; to write it anew: " + REGENERATE)
        .isEqualTo(page);
  }

  private static String row(PlanKey key) {
    return "| `%s` | %s | %s | %s | %s |%n"
        .formatted(
            key.id(),
            code(key.type().placeholder()),
            key.fallback().map(PlanDocsTest::code).orElse(""),
            key.decidesResults() ? "yes" : "",
            key.help().replace("|", "\\|"));
  }

  /** Even in code a bar would end the cell. */
  private static String code(String text) {
    return "`" + text.replace("|", "\\|") + "`";
  }
}
