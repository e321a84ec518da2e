package dev.sluice.harness.engine;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.LongBuffer;
import java.util.Locale;
import java.util.function.Supplier;

/** The loaded decoder script and the one door through which its methods are called. */
final class TorchModule implements AutoCloseable {
  private final PtNDManager manager;
  private final PtSymbolBlock block;

  TorchModule(PtNDManager manager) {
    this.manager = manager;
    this.block = guarded("load the decoder script", () -> load(manager));
  }

  private static PtSymbolBlock load(PtNDManager manager) {
    byte[] archive = TorchArchive.of(DecoderScript.methods());
    try {
      return JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Call a method; the caller closes the result and keeps the arguments. */
  IValue call(String method, IValue... arguments) {
    return guarded(method, () -> IValueUtils.runMethod(block, method, arguments));
  }

  /** Call a method and close the arguments. */
  IValue callAndClose(String method, IValue... arguments) {
    try {
      return call(method, arguments);
    } finally {
      for (IValue argument : arguments) {
        argument.close();
      }
    }
  }

  PtNDManager manager() {
    return manager;
  }

  /**
   * A tensor of whole numbers on a device, its memory its own: DJL's array lives in a Java buffer,
   * which goes with the array.
   */
  IValue longs(long[] values, DeviceChoice device, long... shape) {
    PtNDArray array = manager.create(LongBuffer.wrap(values), new Shape(shape), DataType.INT64);
    try (array;
        IValue onHost = IValue.from(array)) {
      return device.gpu()
          ? call("place", onHost, IValue.from(4L), IValue.from(device.torchName()))
          : call("copy", onHost);
    }
  }

  /** The values of a float32 tensor on the CPU, row-major; closes it. */
  float[] floats(IValue tensor) {
    try (tensor;
        PtNDArray array = tensor.toTensor(manager)) {
      return array.toFloatArray();
    }
  }

  /** The values of a float64 tensor on the CPU, row-major; closes it. */
  double[] doubles(IValue tensor) {
    try (tensor;
        PtNDArray array = tensor.toTensor(manager)) {
      return array.toDoubleArray();
    }
  }

  /** Run native work; whatever goes wrong leaves as an {@link EngineFailure}. */
  static <T> T guarded(String what, Supplier<T> work) {
    try {
      return work.get();
    } catch (EngineFailure e) {
      throw e;
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      String message = String.valueOf(e.getMessage());
      String lower = message.toLowerCase(Locale.ROOT);
      if (e instanceof OutOfMemoryError
          || lower.contains("out of memory")
          || lower.contains("can't allocate memory")) {
        throw new DeviceOutOfMemory("no memory left for '" + what + "': " + firstLine(message), e);
      }
      throw new EngineFailure("'" + what + "' failed in the tensor library: " + message, e);
    }
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse(message);
  }

  @Override
  public void close() {
    block.close();
  }
}
