package dev.sluice.harness.model;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The table of contents of one safetensors file: an unsigned 64-bit length, then JSON of that
 * length, then the data. Nothing that the header claims is believed before it is checked against
 * the size of the file.
 *
 * @param dataStart offset of the data in the file
 * @param entries by name, in the order of the header
 */
record SafetensorsHeader(long dataStart, Map<String, Entry> entries) {
  private static final long MAX_LENGTH = 100L << 20;
  private static final int MAX_TENSORS = 1 << 19;
  private static final int MAX_AXES = 32;

  /** Bits of one element by the name of its type. */
  private static final Map<String, Integer> BITS =
      Map.ofEntries(
          Map.entry("BOOL", 8),
          Map.entry("F4", 4),
          Map.entry("F6_E2M3", 6),
          Map.entry("F6_E3M2", 6),
          Map.entry("U8", 8),
          Map.entry("I8", 8),
          Map.entry("F8_E5M2", 8),
          Map.entry("F8_E4M3", 8),
          Map.entry("F8_E8M0", 8),
          Map.entry("I16", 16),
          Map.entry("U16", 16),
          Map.entry("F16", 16),
          Map.entry("BF16", 16),
          Map.entry("I32", 32),
          Map.entry("U32", 32),
          Map.entry("F32", 32),
          Map.entry("C64", 64),
          Map.entry("F64", 64),
          Map.entry("I64", 64),
          Map.entry("U64", 64));

  /** One tensor: {@code begin} and {@code end} count from the start of the data. */
  record Entry(String name, String dtype, List<Long> shape, long begin, long end) {}

  /**
   * Read a header.
   *
   * @param in at the start of the file; read no further than the header, not closed
   * @param size of the whole file in bytes
   * @param file its name for messages
   */
  static SafetensorsHeader parse(InputStream in, long size, String file) {
    try {
      long length = length(in, size, file);
      // Grows with what really comes, so that a lying length costs nothing.
      byte[] json = in.readNBytes((int) length);
      if (json.length < length) {
        throw new PrerequisiteException(
            file + " ends within its header: the file is cut short, download it again");
      }
      return new Parse(file, size - 8 - length).header(json);
    } catch (IOException e) {
      throw StrictJson.notJson("header of " + file, e);
    }
  }

  private static long length(InputStream in, long size, String file) throws IOException {
    byte[] first = in.readNBytes(8);
    if (size < 10 || first.length < 8) {
      throw new PrerequisiteException(
          file + " is " + size + " bytes: too short for a safetensors file. Download it again");
    }
    long length = ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN).getLong();
    long most = Math.min(MAX_LENGTH, size - 8);
    if (length < 2 || length > most) {
      throw new PrerequisiteException(
          file
              + ": the header claims "
              + Long.toUnsignedString(length)
              + " bytes, it must be 2 to "
              + most
              + ". The file is cut short or no safetensors file: download it again");
    }
    return length;
  }

  /** The state of one parse. */
  private record Parse(String file, long dataSize) {

    SafetensorsHeader header(byte[] bytes) throws IOException {
      Map<String, Entry> entries = new LinkedHashMap<>();
      try (JsonParser json = StrictJson.parser(bytes)) {
        expect(json.nextToken() == JsonToken.START_OBJECT, "the header is no JSON object");
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String name = json.currentName();
          json.nextToken();
          if (name.equals("__metadata__")) {
            json.skipChildren();
          } else {
            expect(entries.size() < MAX_TENSORS, "more than " + MAX_TENSORS + " tensors");
            entries.put(name, entry(json, name));
          }
        }
        expect(json.nextToken() == null, "text follows the header's JSON object");
      }
      requireApart(entries.values());
      return new SafetensorsHeader(8L + bytes.length, entries);
    }

    private Entry entry(JsonParser json, String name) throws IOException {
      String tensor = "tensor " + StrictJson.quote(name);
      expect(
          json.currentToken() == JsonToken.START_OBJECT, tensor + " is not described by an object");
      String dtype = null;
      List<Long> shape = null;
      List<Long> offsets = null;
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        JsonToken value = json.nextToken();
        switch (key) {
          case "dtype" -> {
            expect(value == JsonToken.VALUE_STRING, tensor + ": dtype is no text");
            dtype = json.getText();
          }
          case "shape" -> shape = numbers(json, MAX_AXES, tensor + ": shape");
          case "data_offsets" -> offsets = numbers(json, 2, tensor + ": data_offsets");
          default -> json.skipChildren();
        }
      }
      return checked(tensor, name, dtype, shape, offsets);
    }

    private Entry checked(
        String tensor,
        String name,
        @Nullable String dtype,
        @Nullable List<Long> shape,
        @Nullable List<Long> offsets) {
      if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
        throw wrong(tensor + " must have dtype, shape and two data_offsets");
      }
      Integer bits = BITS.get(dtype);
      if (bits == null) {
        throw wrong(tensor + " has the unknown dtype " + StrictJson.quote(dtype));
      }
      long begin = offsets.get(0);
      long end = offsets.get(1);
      expect(
          begin <= end && end <= dataSize,
          tensor + " claims bytes " + begin + " to " + end + " of " + dataSize);
      expect(
          end - begin == bytes(tensor, shape, bits),
          tensor + " of " + dtype + " " + shape + " does not fit its " + (end - begin) + " bytes");
      return new Entry(name, dtype, List.copyOf(shape), begin, end);
    }

    private long bytes(String tensor, List<Long> shape, int bits) {
      try {
        long all = bits;
        for (long axis : shape) {
          all = Math.multiplyExact(all, axis);
        }
        return all % 8 == 0 ? all / 8 : -1;
      } catch (ArithmeticException e) {
        throw new PrerequisiteException(
            file + ": " + tensor + " has the shape " + shape + ", too large to count", e);
      }
    }

    private List<Long> numbers(JsonParser json, int most, String what) throws IOException {
      expect(json.currentToken() == JsonToken.START_ARRAY, what + " is no list");
      List<Long> numbers = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        boolean whole = json.currentToken() == JsonToken.VALUE_NUMBER_INT;
        expect(whole, what + " holds something other than whole numbers");
        expect(numbers.size() < most, what + " holds more than " + most + " numbers");
        long number =
            json.getNumberType() == JsonParser.NumberType.BIG_INTEGER ? -1 : json.getLongValue();
        expect(number >= 0, what + " holds " + json.getText() + ", not a count");
        numbers.add(number);
      }
      return numbers;
    }

    private void requireApart(Iterable<Entry> entries) {
      List<Entry> sorted = new ArrayList<>();
      entries.forEach(e -> {
        if (e.end() > e.begin()) {
          sorted.add(e);
        }
      });
      sorted.sort(Comparator.comparingLong(Entry::begin));
      for (int i = 1; i < sorted.size(); i++) {
        Entry before = sorted.get(i - 1);
        Entry entry = sorted.get(i);
        expect(
            before.end() <= entry.begin(),
            "tensors "
                + StrictJson.quote(before.name())
                + " and "
                + StrictJson.quote(entry.name())
                + " overlap");
      }
    }

    private void expect(boolean holds, String otherwise) {
      if (!holds) {
        throw wrong(otherwise);
      }
    }

    private PrerequisiteException wrong(String what) {
      return new PrerequisiteException(
          file + ": " + what + ". The file is damaged: download it again");
    }
  }
}
