package dev.sluice.harness.session;

import dev.sluice.harness.engine.DeviceChoice;
import dev.sluice.harness.engine.Tokenizer;
import dev.sluice.harness.engine.TorchEngine;
import dev.sluice.harness.model.Checkpoint;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.HubCache;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A checkpoint that is open for work, and how it is to be computed. */
public final class OpenModel implements AutoCloseable {
  private final Checkpoint checkpoint;
  private final DeviceChoice device;
  private final Dtype dtype;
  private final int threads;

  /**
   * What a user chose.
   *
   * @param model folder or hub id
   * @param dtype empty takes the checkpoint's on GPU, float32 on CPU
   * @param threads empty takes all cores
   */
  public record Choice(String model, String device, Optional<String> dtype, OptionalInt threads) {}

  public OpenModel(Choice choice, Map<String, String> environment) {
    this.device = DeviceChoice.parse(choice.device()).requirePresent();
    this.threads = choice.threads().orElseGet(() -> Runtime.getRuntime().availableProcessors());
    this.checkpoint = Checkpoint.open(HubCache.find(choice.model(), environment));
    Dtype usual = device.gpu() ? config().storedDtype() : Dtype.FLOAT32;
    this.dtype = choice.dtype().map(OpenModel::dtype).orElse(usual);
  }

  private static Dtype dtype(String id) {
    return Dtype.byId(id)
        .orElseThrow(() ->
            new PrerequisiteException("dtype '" + id + "': write float32, bfloat16 or float16"));
  }

  public Checkpoint checkpoint() {
    return checkpoint;
  }

  public ModelConfig config() {
    return checkpoint.config();
  }

  public DeviceChoice device() {
    return device;
  }

  public Dtype dtype() {
    return dtype;
  }

  /** Whether weights take memory of their own; else they are views of the file. */
  public boolean copied() {
    return device.gpu() || dtype != config().storedDtype() || checkpoint.layout().isRearranged();
  }

  /** Batches that may be run at once. */
  public int mostLanes() {
    return device.gpu() ? 1 : threads;
  }

  /** States in one native call. */
  public int usualStack() {
    return device.gpu() ? 16 : 1;
  }

  public Path tokenizerFile() {
    return checkpoint
        .tokenizerFile()
        .orElseThrow(() ->
            new PrerequisiteException(
                checkpoint.folder()
                    + ": no tokenizer.json. Save the fast tokenizer beside the weights:"
                    + " AutoTokenizer.from_pretrained(...).save_pretrained(folder)"));
  }

  public Tokenizer tokenizer() {
    return Tokenizer.open(tokenizerFile(), config().vocabulary());
  }

  /** An engine on the model, for so many lanes, which the caller closes first. */
  public TorchEngine engine(boolean resident, int lanes) {
    return TorchEngine.open(
        checkpoint,
        new TorchEngine.Options(
            device, dtype, resident, OptionalInt.of(Math.max(1, threads / lanes))));
  }

  /** Where it is computed, in words. */
  public String place(TorchEngine engine) {
    return device.gpu() ? engine.device() : engine.device() + ", " + threads + " threads";
  }

  @Override
  public void close() {
    checkpoint.close();
  }
}
