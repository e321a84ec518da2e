package dev.sluice.harness.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The loaded decoder script and the one door through which its methods are called. */
final class TorchModule implements AutoCloseable {
  private final PtNDManager manager;
  private final PtSymbolBlock block;

  /**
   * @param methods of the script, each indented by two blanks
   */
  TorchModule(PtNDManager manager, String methods) {
    this.manager = manager;
    this.block = guarded("load the decoder script", () -> load(manager, methods));
  }

  private static PtSymbolBlock load(PtNDManager manager, String methods) {
    byte[] archive = Archive.of(methods);
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

  /**
   * Call a method in which gradients can be taken, which {@link #call} cannot: DJL runs that in
   * libtorch's inference mode, where no graph is recorded. All arguments must be arrays here; those
   * of one list share a name that ends in {@code []}. The caller closes the results and keeps the
   * arguments.
   */
  List<PtNDArray> callRecorded(String method, List<PtNDArray> arguments) {
    boolean recorded = JniUtils.isGradMode();
    JniUtils.setGradMode(true);
    try (NDArray name = manager.zeros(new Shape(1))) {
      name.setName("module_method:" + method);
      NDList inputs = new NDList();
      inputs.addAll(arguments);
      inputs.add(name);
      NDList outputs = guarded(method, () -> IValueUtils.forward(block, inputs, true));
      return outputs.stream().map(PtNDArray.class::cast).toList();
    } finally {
      JniUtils.setGradMode(recorded);
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

  /**
   * Packs TorchScript source into the archive that libtorch loads: a zip of stored entries, one of
   * them the pickle of a module without parameters.
   */
  private static final class Archive {
    /** Selects the operator signatures; under 3, the oldest, {@code gelu(approximate)} is unknown. */
    private static final String FORMAT_VERSION = "10\n";

    private static final String CLASS = "Decoder";

    private Archive() {}

    /** The archive of a module that has the given methods, each indented by two blanks. */
    static byte[] of(String methods) {
      String header =
          "class "
              + CLASS
              + "(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n";
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
        put(zip, "decoder/data.pkl", pickledModule());
        put(zip, "decoder/code/__torch__.py", (header + methods).getBytes(UTF_8));
        put(zip, "decoder/constants.pkl", emptyTuple());
        put(zip, "decoder/version", FORMAT_VERSION.getBytes(US_ASCII));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return bytes.toByteArray();
    }

    /** {@code Decoder.__new__(); __setstate__({'training': False})}, pickle protocol 2. */
    private static byte[] pickledModule() {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.writeBytes(new byte[] {(byte) 0x80, 2});
      out.writeBytes(("c__torch__\n" + CLASS + "\n)").getBytes(US_ASCII));
      out.write(0x81);
      out.writeBytes("}(".getBytes(US_ASCII));
      byte[] training = "training".getBytes(US_ASCII);
      out.write('X');
      out.writeBytes(
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(training.length).array());
      out.writeBytes(training);
      out.write(0x89);
      out.writeBytes("ub.".getBytes(US_ASCII));
      return out.toByteArray();
    }

    private static byte[] emptyTuple() {
      return new byte[] {(byte) 0x80, 2, ')', '.'};
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
      CRC32 crc = new CRC32();
      crc.update(content);
      ZipEntry entry = new ZipEntry(name);
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(content.length);
      entry.setCrc(crc.getValue());
      zip.putNextEntry(entry);
      zip.write(content);
      zip.closeEntry();
    }
  }
}
