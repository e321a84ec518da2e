package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.sweep.SweepEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal goes on only with what it was begun with, and is never harmed by what is refused. */
class JournalRefusalTest {
  @TempDir Path folder;
  TinyWorld world;
  List<SweepEvent> journalled = List.of();

  @BeforeEach
  void sweep() {
    world = TinyWorld.in(folder);
    world.run("--name", "x", "--until", "0.25").done();
    journalled = world.journals().read("x");
  }

  @AfterEach
  void nothingIsLost() {
    assertThat(world.journals().read("x")).isEqualTo(journalled);
  }

  @Test
  void otherPlanWithEveryDifferenceNamed() {
    run("--measure", "kl", "--exclude", "0.4", "--ties", "natural")
        .refused(
            "sweep 'x' was begun differently",
            "measure: journal has ag, plan has kl",
            "exclude: journal has none, plan has 0.4",
            "ties: journal has released, plan has natural",
            "another name");
    run("--sequences", "3").refused("sequences: journal has 2, plan has 3", "calibration digest: ");
    run("--dtype", "bfloat16").refused("dtype: journal has float32, plan has bfloat16");
  }

  @Test
  void largerUntilSaysHowToGetThere() {
    run("--until", "0.5").refused("until: journal has 0.25, plan has 0.5", "another name");
    world.run("--name", "x-further", "--until", "0.5").done();
  }

  @Test
  void howItIsRunMayChange() {
    run("--slice", "3", "--batch-tokens", "16", "--boundary-cache", "off").done();
  }

  @Test
  void otherWeightsUnderTheSameName() {
    TinyCheckpoints.write(world.model(), TinyCheckpoints.llama().withBlocks(4).withSeed(99));
    run().refused("weights digest: journal has ", ", plan has ");
    world.command("resume", "x").refused("weights digest: journal has ", ", plan has ");
    world.command("report", "x").done();
  }

  @Test
  void otherArchitectureUnderTheSameName() {
    TinyCheckpoints.write(world.model(), TinyCheckpoints.llama().withBlocks(5));
    run().refused("config blocks: journal has 4, plan has 5");
  }

  @Test
  void otherTextUnderTheSameName() throws Exception {
    Files.writeString(world.text(), "something else, and as long as the rows that are needed\n");
    run().refused("calibration digest: journal has ");
  }

  @Test
  void otherTokenizerUnderTheSameName() throws Exception {
    TinyCheckpoints.writeTokenizer(world.model(), false);
    run().refused("tokenizer digest: journal has ");
  }

  @Test
  void modelThatMovedGoesOn() throws Exception {
    Path moved = Files.move(world.model(), folder.resolve("moved"));
    run("--model", moved.toString()).done();
    world.command("resume", "x").refused("model", "does not exist");
    Files.move(moved, world.model());
  }

  @Test
  void newerSchema() throws SQLException {
    schema(7);
    for (Ran ran : List.of(run(), world.command("resume", "x"), world.command("report", "x"))) {
      ran.refused("x.sluice.db has journal schema 7", "use the release that wrote it");
    }
    assertThat(world.command("list").done().out()).contains("unreadable", "schema 7");
    schema(3);
  }

  private void schema(int version) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + world.journals().fileOf("x"));
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA user_version = " + version);
    }
  }

  @Test
  void damagedJournal() throws Exception {
    Path bad = Files.writeString(world.journals().fileOf("bad"), "no database ".repeat(1000));
    world.run("--name", "bad", "--until", "0.25").refused(bad + " is damaged");
    world.command("report", "bad").refused(bad + " is damaged");
    assertThat(Files.readString(bad)).as("left as it was").startsWith("no database no");
  }

  private Ran run(String... more) {
    String[] all = new String[more.length + 4];
    List<String> base = List.of("--name", "x", "--until", "0.25");
    base.toArray(all);
    System.arraycopy(more, 0, all, 4, more.length);
    return world.run(all);
  }
}
