package dev.sluice.harness.engine;

import ai.djl.engine.Engine;
import ai.djl.util.cuda.CudaUtils;
import dev.sluice.scorers.PrerequisiteException;
import java.lang.management.MemoryUsage;

/** The process's one tensor library: starting it, and what devices it finds. */
final class TorchLibrary {
  private static final String NAME = "PyTorch";

  static {
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("RUST_FLAVOR", "cpu");
    if (System.getProperty("ai.djl.offline") == null && System.getenv("DJL_OFFLINE") == null) {
      System.setProperty("ai.djl.offline", "true");
    }
  }

  private TorchLibrary() {}

  static Engine engine() {
    return TorchModule.guarded("start libtorch", () -> Engine.getEngine(NAME));
  }

  static String name() {
    return "djl-pytorch " + engine().getVersion();
  }

  /** Fail unless the device is there. */
  static void require(DeviceChoice device) {
    if (!device.gpu()) {
      return;
    }
    int found = engine().getGpuCount();
    if (device.index() >= found) {
      throw new PrerequisiteException(
          "device "
              + device
              + ": found "
              + (found == 0 ? "no GPU" : found + " GPU(s), counted from 0")
              + " that "
              + name()
              + " can use. DJL takes CUDA natives from PYTORCH_LIBRARY_PATH (the lib folder of"
              + " libtorch 2.7.1+cu128, with PYTORCH_VERSION=2.7.1 and PYTORCH_FLAVOR=cu128) or"
              + " from a pytorch-native-cu* jar; set them, or take --device cpu");
    }
  }

  /** Free memory of a GPU in bytes, as the driver says. */
  static long freeBytes(DeviceChoice gpu) {
    MemoryUsage usage = CudaUtils.getGpuMemory(ai.djl.Device.gpu(gpu.index()));
    return usage.getMax() - usage.getCommitted();
  }

  /** All memory of a GPU in bytes. */
  static long totalBytes(DeviceChoice gpu) {
    return CudaUtils.getGpuMemory(ai.djl.Device.gpu(gpu.index())).getMax();
  }
}
