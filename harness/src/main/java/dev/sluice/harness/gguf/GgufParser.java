package dev.sluice.harness.gguf;

import dev.sluice.harness.model.Dtype;
import dev.sluice.scorers.PrerequisiteException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the header of a GGUF file; no claim of it is believed beyond the size of the file. */
final class GgufParser {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int MAX_AXES = 4;

  private final MemorySegment file;
  private final String name;
  private final Map<String, GgufValue> metadata = new LinkedHashMap<>();
  private final Map<String, GgufTensor> tensors = new LinkedHashMap<>();
  private long at;
  private long dataStart;

  private GgufParser(MemorySegment file, String name) {
    this.file = file;
    this.name = name;
  }

  /**
   * Read a header.
   *
   * @param file all of it
   * @param name for messages
   */
  static GgufParser parse(MemorySegment file, String name) {
    GgufParser parser = new GgufParser(file, name);
    parser.parse();
    return parser;
  }

  Map<String, GgufValue> metadata() {
    return metadata;
  }

  Map<String, GgufTensor> tensors() {
    return tensors;
  }

  /** Offset of the data in the file. */
  long dataStart() {
    return dataStart;
  }

  private void parse() {
    if (file.byteSize() < 24 || whole() != GgufFormat.MAGIC) {
      throw new PrerequisiteException(name + " is no GGUF file: give one that sluice export wrote");
    }
    int version = whole();
    expect(version == GgufFormat.VERSION, "is of version " + version + "; version 3 is read");
    long tensorCount = count(24);
    long keys = count(13);
    for (long i = 0; i < keys; i++) {
      String key = text();
      metadata.put(key, value(whole()));
    }
    for (long i = 0; i < tensorCount; i++) {
      tensor();
    }
    long alignment =
        metadata.get("general.alignment") instanceof GgufValue.Whole stated
            ? stated.value()
            : GgufFormat.ALIGNMENT;
    expect(alignment > 0, "states an alignment of " + alignment);
    dataStart = Math.min(Math.ceilDiv(at, alignment) * alignment, file.byteSize());
    tensors.values().forEach(this::requireWithin);
  }

  private void requireWithin(GgufTensor tensor) {
    long left = file.byteSize() - dataStart - tensor.offset();
    expect(
        tensor.offset() >= 0 && left >= 0 && tensor.bytes() <= left,
        "ends before the data of " + tensor.name() + " does: it is cut short");
  }

  private void tensor() {
    String tensor = text();
    int axes = whole();
    expect(axes > 0 && axes <= MAX_AXES, tensor + " has " + axes + " axes");
    List<Long> shape = new ArrayList<>();
    for (int i = 0; i < axes; i++) {
      long axis = number();
      expect(axis > 0 && axis <= file.byteSize(), tensor + " claims an axis of " + axis);
      shape.addFirst(axis);
    }
    int type = whole();
    Dtype dtype =
        GgufFormat.dtype(type)
            .orElseThrow(() -> wrong(tensor + " is of type " + type + "; F32, F16, BF16 are read"));
    GgufTensor read = new GgufTensor(tensor, dtype, shape, number());
    try {
      expect(read.bytes() <= file.byteSize(), tensor + " claims more bytes than the file has");
    } catch (ArithmeticException e) {
      throw new PrerequisiteException(name + ": " + tensor + " is too large to count", e);
    }
    expect(tensors.putIfAbsent(tensor, read) == null, tensor + " is there twice");
  }

  private GgufValue value(int type) {
    return switch (type) {
      case 0, 1, 2, 3, GgufFormat.UINT32, GgufFormat.INT32, 10, 11 ->
          new GgufValue.Whole(integer(type));
      case GgufFormat.FLOAT32 -> new GgufValue.Real(Float.intBitsToFloat(whole()));
      case 12 -> new GgufValue.Real(Double.longBitsToDouble(number()));
      case GgufFormat.BOOL -> new GgufValue.Flag(integer(0) != 0);
      case GgufFormat.STRING -> new GgufValue.Text(text());
      case GgufFormat.ARRAY -> array(whole());
      default -> throw wrong("holds a value of type " + type);
    };
  }

  private GgufValue array(int type) {
    return switch (type) {
      case GgufFormat.STRING -> {
        List<String> texts = new ArrayList<>();
        for (long i = count(8); i > 0; i--) {
          texts.add(text());
        }
        yield new GgufValue.Texts(texts);
      }
      case GgufFormat.INT32, GgufFormat.UINT32 -> {
        List<Integer> numbers = new ArrayList<>();
        for (long i = count(4); i > 0; i--) {
          numbers.add(whole());
        }
        yield new GgufValue.Wholes(numbers);
      }
      case GgufFormat.FLOAT32 -> {
        List<Float> numbers = new ArrayList<>();
        for (long i = count(4); i > 0; i--) {
          numbers.add(Float.intBitsToFloat(whole()));
        }
        yield new GgufValue.Reals(numbers);
      }
      default -> throw wrong("holds a list of type " + type);
    };
  }

  private long integer(int type) {
    return switch (type) {
      case 0 -> Byte.toUnsignedLong(file.get(ValueLayout.JAVA_BYTE, advance(1)));
      case 1 -> file.get(ValueLayout.JAVA_BYTE, advance(1));
      case 2 -> Short.toUnsignedLong(file.get(SHORT, advance(2)));
      case 3 -> file.get(SHORT, advance(2));
      case GgufFormat.UINT32 -> Integer.toUnsignedLong(whole());
      case GgufFormat.INT32 -> whole();
      default -> number();
    };
  }

  private String text() {
    long length = count(1);
    byte[] utf8 = file.asSlice(advance(length), length).toArray(ValueLayout.JAVA_BYTE);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private int whole() {
    return file.get(INT, advance(4));
  }

  private long number() {
    return file.get(LONG, advance(8));
  }

  /** How many things follow, of so many bytes each at least. */
  private long count(int bytes) {
    long count = number();
    expect(
        count >= 0 && count <= (file.byteSize() - at) / bytes,
        "claims " + Long.toUnsignedString(count) + " things where they cannot be");
    return count;
  }

  private long advance(long bytes) {
    long here = at;
    expect(bytes <= file.byteSize() - at, "ends within its header: it is cut short");
    at += bytes;
    return here;
  }

  private void expect(boolean holds, String otherwise) {
    if (!holds) {
      throw wrong(otherwise);
    }
  }

  private PrerequisiteException wrong(String what) {
    return new PrerequisiteException(name + " " + what + ". Export it again");
  }
}
