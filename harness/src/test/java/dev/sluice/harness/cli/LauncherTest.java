package dev.sluice.harness.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code sluice} in a project of its own, with a JDK and a Maven that only pretend. */
@EnabledOnOs(OS.LINUX)
class LauncherTest {
  private static final Path SCRIPT = Path.of("").toAbsolutePath().resolveSibling("sluice");
  private static final String LAUNCH = "harness/src/launcher/launch";
  private static final int SECONDS = 60;

  private static final List<String> TOOLS =
      List.of(
          "basename",
          "bash",
          "cat",
          "chmod",
          "cp",
          "cut",
          "dirname",
          "env",
          "find",
          "flock",
          "ln",
          "mkdir",
          "mktemp",
          "mv",
          "readlink",
          "rm",
          "sed",
          "sleep",
          "stty",
          "tail",
          "touch");

  /** Says how it was called; with {@code WAIT} set it goes on until its input ends. */
  private static final String JAVA =
      """
      #!/usr/bin/env bash
      if [ "$1" = -XshowSettings:properties ]; then
        echo "    java.specification.version = 25" >&2
        exit 0
      fi
      echo "in $PWD"
      printf 'argument %s\\n' "$@"
      [ -z "${WAIT:-}" ] || cat >/dev/null
      exit "${EXIT:-0}"
      """;

  private static final String MAVEN =
      """
      #!/usr/bin/env bash
      echo "$@" >>maven-calls
      echo "[INFO] this is the build's log"
      [ -z "${BROKEN:-}" ] || exit 1
      mkdir -p harness/target/lib
      touch harness/target/sluice-harness-1.jar harness/target/lib/library.jar
      sleep "${BUILD_SECONDS:-0}"
      """;

  @TempDir Path folder;

  private final Map<String, String> environment = new TreeMap<>();

  private record Result(int code, String out, String err) {}

  @BeforeEach
  void layOut() throws IOException {
    executable(project().resolve("sluice"), Files.readString(SCRIPT));
    executable(project().resolve(LAUNCH), Files.readString(SCRIPT.resolveSibling(LAUNCH)));
    file(project().resolve("pom.xml"), "");
    file(project().resolve("harness/pom.xml"), "");
    file(project().resolve("harness/src/main/java/A.java"), "");
    for (String tool : TOOLS) {
      // No links: a temporary folder that is removed warns of each that leads out of it.
      executable(
          folder.resolve("tools").resolve(tool),
          "#!%s\nexec %s \"$@\"\n".formatted(tool("bash"), tool(tool)));
    }
    executable(folder.resolve("tools/mvn"), MAVEN);
    jdk("jdks/jdk-25", "25.0.3");
    environment.put("PATH", folder.resolve("tools").toString());
    environment.put("SLUICE_JDK_FOLDERS", folder.resolve("jdks").toString());
  }

  private Path project() {
    return folder.resolve("project");
  }

  private static Path tool(String name) {
    return Stream.of("/bin", "/usr/bin", "/usr/local/bin")
        .map(bin -> Path.of(bin, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no " + name + " on this machine"));
  }

  private Path jdk(String name, String version) throws IOException {
    Path jdk = folder.resolve(name);
    executable(jdk.resolve("bin/java"), JAVA);
    executable(jdk.resolve("bin/javac"), JAVA);
    if (!version.isEmpty()) {
      file(jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    }
    return jdk;
  }

  private static void file(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static void executable(Path file, String text) throws IOException {
    file(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private Process start(Path err, Path script, String... arguments) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Stream.concat(Stream.of(script.toString()), Arrays.stream(arguments)).toList());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder.directory(folder.toFile()).redirectError(err.toFile()).start();
  }

  private Process start() throws IOException {
    return start(folder.resolve("err-other.txt"), project().resolve("sluice"));
  }

  private Result run(Path script, String... arguments) throws Exception {
    Path err = folder.resolve("err.txt");
    Process process = start(err, script, arguments);
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Result(ended(process), out, Files.readString(err));
  }

  private static int ended(Process process) throws InterruptedException {
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      fail("the launcher did not end within " + SECONDS + " s");
    }
    return process.exitValue();
  }

  private Result run(String... arguments) throws Exception {
    return run(project().resolve("sluice"), arguments);
  }

  private int builds() throws IOException {
    Path calls = project().resolve("maven-calls");
    return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
  }

  @Test
  void sayWhatToInstallWhereThereIsNoJdk() throws Exception {
    environment.put("SLUICE_JDK_FOLDERS", folder.resolve("nowhere").toString());
    Result result = run("--help");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .contains("found no JDK 25 or later", "JAVA_HOME (not set)", "nowhere", "Temurin 25")
        .as("nothing but the launcher's own words")
        .matches("(?s)(sluice: [^\n]*\n){2}");
  }

  @Test
  void jdkThatIsTooOldIsPassedOver() throws Exception {
    environment.put("JAVA_HOME", jdk("old", "17.0.15").toString());
    environment.put("SLUICE_SHOW_JDK", "1");
    Result result = run();
    assertThat(result).isEqualTo(new Result(0, folder.resolve("jdks/jdk-25") + "\n", ""));
    assertThat(builds()).isZero();
  }

  @Test
  void javaHomeIsPreferred() throws Exception {
    Path own = jdk("own", "26.0.1");
    environment.put("JAVA_HOME", own.toString());
    environment.put("SLUICE_SHOW_JDK", "1");
    assertThat(run().out()).isEqualTo(own + "\n");
  }

  @Test
  void jdkThatDoesNotSayItsVersionIsAsked() throws Exception {
    Path silent = jdk("silent", "");
    environment.put("JAVA_HOME", silent.toString());
    environment.put("SLUICE_SHOW_JDK", "1");
    assertThat(run().out()).isEqualTo(silent + "\n");
  }

  @Test
  void argumentsFolderAndExitCodeArePassedOnThroughALink() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("s"), project().resolve("sluice"));
    environment.put("EXIT", "130");
    Result result = run(link, "run", "my plan.yaml", "", "--until=0.5");
    assertThat(result.code()).isEqualTo(130);
    assertThat(result.out()).startsWith("in " + folder + "\n");
    assertThat(result.out())
        .endsWith(
            """
            argument dev.sluice.harness.cli.Main
            argument run
            argument my plan.yaml
            argument\s
            argument --until=0.5
            """);
  }

  @Test
  void buildsOnlyWhatHasChanged() throws Exception {
    assertThat(run().err()).contains("building with " + folder.resolve("jdks/jdk-25"));
    assertThat(run().err()).as("nothing is said, or built, again").isEmpty();
    assertThat(builds()).isEqualTo(1);
    Files.delete(project().resolve("harness/src/main/java/A.java"));
    run();
    assertThat(builds()).as("after a source was removed").isEqualTo(2);
  }

  @Test
  void twoFirstUsesAtOnceBuildOnce() throws Exception {
    environment.put("BUILD_SECONDS", "1");
    Process other = start();
    Result result = run();
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(ended(other)).isZero();
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void failedBuildShowsItsLogAndIsTriedAgain() throws Exception {
    environment.put("BROKEN", "1");
    Result result = run();
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("this is the build's log", "the build failed");
    environment.remove("BROKEN");
    assertThat(run().code()).isZero();
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void sayWhatToInstallWhereThereIsNoMaven() throws Exception {
    Files.delete(folder.resolve("tools/mvn"));
    Result result = run();
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err())
        .isEqualTo(
            "sluice: Maven is not on the PATH; install it (Debian: apt-get install maven).\n");
  }

  @Test
  void runningProcessKeepsItsJarsThroughABuild() throws Exception {
    run();
    environment.put("WAIT", "1");
    Process running = start();
    try (BufferedReader out = running.inputReader(UTF_8)) {
      Path jars = jars(out.lines());
      environment.remove("WAIT");
      Files.createFile(project().resolve("harness/src/main/java/B.java"));
      Path newer = jars(run().out().lines());
      assertThat(newer).isNotEqualTo(jars).isDirectory();
      assertThat(jars.resolve("sluice-harness-1.jar")).as("of the running process").exists();

      running.getOutputStream().close();
      assertThat(ended(running)).isZero();
      Files.createFile(project().resolve("harness/src/main/java/C.java"));
      run();
      assertThat(jars).as("jars that nobody runs from").doesNotExist();
    }
  }

  /** Where a call found its jars: the folder before the wildcard behind {@code -cp}. */
  private static Path jars(Stream<String> output) {
    String line = output.filter(l -> l.endsWith("/*")).findFirst().orElseThrow();
    return Path.of(line.substring("argument ".length(), line.length() - "/*".length()));
  }
}
