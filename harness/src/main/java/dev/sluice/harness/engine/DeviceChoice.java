package dev.sluice.harness.engine;

import dev.sluice.scorers.PrerequisiteException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the model runs: {@code cpu}, {@code gpu} (the first one) or {@code gpu:N}.
 *
 * @param gpu whether it is a GPU
 * @param index of the GPU, 0 for the CPU
 */
public record DeviceChoice(boolean gpu, int index) {
  private static final Pattern TEXT = Pattern.compile("cpu|gpu(?::(\\d{1,3}))?");

  public static final DeviceChoice CPU = new DeviceChoice(false, 0);

  /** Read {@code cpu}, {@code gpu} or {@code gpu:N}. */
  public static DeviceChoice parse(String text) {
    Matcher m = TEXT.matcher(text);
    if (!m.matches()) {
      throw new PrerequisiteException("device '" + text + "': write cpu, gpu or gpu:N");
    }
    String index = m.group(1);
    return text.equals("cpu")
        ? CPU
        : new DeviceChoice(true, index == null ? 0 : Integer.parseInt(index));
  }

  /**
   * Fail unless the device is there.
   *
   * @throws PrerequisiteException which says what was found and how to have the device found
   */
  public DeviceChoice requirePresent() {
    TorchLibrary.require(this);
    return this;
  }

  /** Name in the tensor library. */
  String torchName() {
    return gpu ? "cuda:" + index : "cpu";
  }

  @Override
  public String toString() {
    return gpu ? "gpu:" + index : "cpu";
  }
}
