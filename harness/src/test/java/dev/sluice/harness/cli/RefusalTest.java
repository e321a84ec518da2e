package dev.sluice.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.SafetensorsFile;
import dev.sluice.harness.model.TinyCheckpoints;
import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import dev.sluice.harness.model.WeightLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user can repair is said in one line and costs nothing that was journalled. */
class RefusalTest {
  private static final TinySpec SPEC = TinyCheckpoints.llama().withBlocks(4);

  @TempDir Path folder;
  TinyWorld world;

  @BeforeEach
  void world() {
    world = TinyWorld.in(folder);
  }

  @Test
  void modelThatIsNotThere() {
    world.run("--model", "/nowhere/model").refused("'/nowhere/model' does not exist");
    world
        .run("--model", "nobody/nothing")
        .refused("'nobody/nothing'", "hub cache", "models--nobody--nothing");
    Ran.of("inspect", "--model", "/nowhere/model").refused("'/nowhere/model' does not exist");
    world.run("--model", world.text().toString()).refused(world.text().toString(), "is no folder");
  }

  @Test
  void folderThatIsNoCheckpoint() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    world.run("--model", empty.toString()).refused(empty + " is no checkpoint", "config.json");
    Files.writeString(empty.resolve("pytorch_model.bin"), "pickle");
    world.run("--model", empty.toString()).refused("pytorch_model.bin", "save_pretrained");
  }

  @Test
  void familyThatIsUnknown() throws IOException {
    ObjectNode config = TinyCheckpoints.config(SPEC);
    config.put("model_type", "mamba").putArray("architectures").add("MambaForCausalLM");
    Files.writeString(world.model().resolve("config.json"), config.toString());
    world.run().refused("mamba", "llama", "mistral", "qwen2", "qwen3");
  }

  @Test
  void weightsThatAreCutOff() throws IOException {
    Path file = world.model().resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    world.run().refused(file.toString());
    Files.write(file, Arrays.copyOf(bytes, 5));
    world.run().refused(file.toString());
  }

  @Test
  void weightThatIsNaN() throws IOException {
    String name = "model.layers.2.mlp.up_proj.weight";
    List<SafetensorsFile.Tensor> tensors =
        TinyCheckpoints.tensors(new WeightLayout(config()), SPEC);
    byte[] data =
        tensors.stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow().data();
    ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).putFloat(4 * 17, Float.NaN);
    TinyCheckpoints.writeWeights(world.model(), tensors, 1);
    world.run().refused("tensor " + name, "NaN or infinite at element 17");
    world.command("inspect", "--model", world.model().toString()).refused("tensor " + name);
  }

  private ModelConfig config() {
    try (Checkpoint checkpoint = Checkpoint.open(world.model())) {
      return checkpoint.config();
    }
  }

  @Test
  void tokenizerThatIsMissingOrBroken() throws IOException {
    Path file = world.model().resolve("tokenizer.json");
    Files.writeString(file, "{\"version\": \"1.0\", \"model\": ");
    world.run().refused(file.toString(), "no tokenizer");
    Files.writeString(file, "{\"version\": \"1.0\", \"model\": {\"type\": \"NoSuchModel\"}}");
    world.run().refused(file.toString(), "no tokenizer");
    Files.delete(file);
    world.run().refused("no tokenizer.json", "save_pretrained");
  }

  @Test
  void tokenizerOfAnotherModel() throws IOException {
    TinyCheckpoints.write(world.model(), SPEC.withVocabulary(64));
    TinyCheckpoints.writeTokenizer(world.model(), true);
    world
        .run()
        .refused(
            "tokenizer.json: gives token",
            "embedding has 64 rows",
            "Tokenizer and weights belong to different models");
  }

  @Test
  void textThatCannotBeUsed() throws IOException {
    Path text = world.text();
    Files.writeString(text, "");
    world.run().refused("calibration text has 0 tokens", "2 rows of 16 need 32");
    Files.writeString(text, "too short\n");
    world.run().refused("calibration text has 10 tokens", "need 32");
    Files.write(text, new byte[] {'o', 'k', '\n', 'a', (byte) 0xC3, 'b', '\n'});
    world.run().refused(text + ", line 2", "0xC3", "UTF-8");
    Files.delete(text);
    world.run().refused("no file " + text);
    world.run("--calibration", folder.toString()).refused(folder + " is a folder");
    Path lines = Files.writeString(folder.resolve("rows.jsonl"), "{\"body\": \"a\"}\n");
    world.run("--calibration", lines.toString()).refused("--calibration-field", "body");
    world
        .run("--calibration", lines.toString(), "--calibration-field", "txt")
        .refused(lines.toString(), "txt", "body");
  }

  @Test
  void rowsLongerThanTheContext() {
    world.run("--length", "129").refused("length 129", "128 tokens", "lower --length");
  }

  @Test
  void journalFolderThatIsNone() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    world.run("--journal", file.toString()).refused("journal folder " + file, "--journal");
    Path below = file.resolve("below");
    world.run("--journal", below.toString()).refused("journal folder " + below, "--journal");
    Ran.of("report", "x", "--journal", file.toString()).refused("no sweep 'x' in " + file);
  }

  @Test
  void journalFolderThatMayNotBeWritten() throws IOException {
    Path closed = Files.createDirectory(folder.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
    Assumptions.assumeFalse(
        Files.isWritable(closed), "root may write everywhere: nothing can be refused");
    world.run("--journal", closed.toString()).refused("journal folder " + closed, "rights");
  }

  @Test
  void pathThatTheSystemCannotHave() {
    Ran.of("list", "--journal", "a\0b").refused("path 'a\0b'", "locale");
  }

  @Test
  void nameThatIsNoSweep() {
    world.command("resume", "nosuch").refused("no sweep 'nosuch' in " + world.journal());
    world.command("report", "nosuch").refused("no sweep 'nosuch'", "sluice list");
    world.command("report", "../x").refused("'../x' is no name for a sweep");
    world.run("--name", "a/b").refused("name 'a/b'", "must be");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "1.atention | Did you mean '1.attention'?",
        "3.mlp | Did you mean '3.ffn'?",
        "2.self_attn | Did you mean '2.attention'?",
        "2attn | Did you mean '2.attention'?",
        "1.fnn | Did you mean '1.ffn'?",
        "1.conv | Write BLOCK.attention or BLOCK.ffn",
        "-1.ffn | Write BLOCK.attention or BLOCK.ffn",
        "9.ffn | no sublayer 9.ffn: the model has 4 blocks, its last sublayer is 3.ffn",
        "4.attention | its last sublayer is 3.attention",
        "99999999.ffn | is no sublayer"
      })
  void sublayerThatIsNone(String cut, String message) {
    forward("--tokens", "1,2", "--cut", cut).refused(cut, message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"264", "-1", "x", "", "1 2", "9999999999999", "1.5"})
  void tokenThatIsNone(String token) {
    forward("--tokens", "1," + token).refused("token '" + token + "'", "ids 0 to 263");
  }

  @Test
  void typesAndDevicesThatAreNone() {
    forward("--tokens", "1", "--dtype", "float8").refused("dtype 'float8'", "bfloat16");
    forward("--tokens", "1", "--device", "tpu").refused("device 'tpu'", "gpu:N");
    world.run("--dtype", "fp32").refused("dtype 'fp32'", "float32");
    world.run("--device", "gpu:").refused("device 'gpu:'", "gpu:N");
  }

  @Test
  void gpuThatIsNotThere() {
    String[] texts = {"device gpu:77", "PYTORCH_LIBRARY_PATH", "cu128", "--device cpu"};
    forward("--tokens", "1", "--device", "gpu:77").refused(texts);
    world.run("--device", "gpu:77").refused(texts);
  }

  private Ran forward(String... more) {
    Stream<String> line = Stream.of("forward", "--model", world.model().toString());
    return Ran.of(Stream.concat(line, Stream.of(more)).toArray(String[]::new));
  }

  @Test
  void memoryThatIsTooSmallSaysTheLeastThatWillDo() {
    TinyWorld large = TinyWorld.in(folder.resolve("large"), SPEC, 64, 64);
    Ran ran = large.run("--memory", "1M").refused("memory budget of 1 MiB", "--batch-tokens");
    Matcher least = Pattern.compile("needs (\\d+) MiB").matcher(ran.err());
    assertThat(least.find()).as(ran.err()).isTrue();
    int mebibytes = Integer.parseInt(least.group(1));
    large.run("--memory", mebibytes - 1 + "M").refused("needs " + mebibytes + " MiB");
    large.run("--memory", mebibytes + "M", "--until", "0.125").done();
  }

  @Test
  void refusedCommandsLeaveNothingOpen() throws IOException {
    Assumptions.assumeTrue(
        Files.isReadable(Path.of("/proc/self/maps")), "needs /proc to see what is mapped");
    Files.writeString(world.text(), "too short\n");
    world.run().refused("need 32");
    TinyWorld.writeText(world.text(), 64 * 64);
    world.run("--sequences", "64", "--length", "64", "--memory", "1M").refused("memory budget");
    world.run("--device", "gpu:77").refused("device gpu:77");
    assertThat(Files.readString(Path.of("/proc/self/maps"))).doesNotContain(folder.toString());
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      assertThat(open.map(RefusalTest::target)).noneMatch(f -> f.startsWith(folder.toString()));
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      // Closed since it was listed, as the one of the listing itself is.
      return "";
    }
  }
}
