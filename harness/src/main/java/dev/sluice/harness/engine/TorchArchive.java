package dev.sluice.harness.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs TorchScript source into the archive that libtorch loads: a zip of stored entries, one of
 * them the pickle of a module without parameters.
 */
final class TorchArchive {
  /** Selects the operator signatures; under 3, the oldest, {@code gelu(approximate)} is unknown. */
  private static final String FORMAT_VERSION = "10\n";

  private static final String CLASS = "Decoder";

  private TorchArchive() {}

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
