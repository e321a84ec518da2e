package dev.sluice.harness.gguf;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;

/**
 * A GGUF file of version 3 whose tensors are F32, F16 or BF16, mapped into memory.
 *
 * <p>Opening reads the header alone. Safe for use by many threads; whoever opens it closes it, when no
 * thread reads its data any more.
 */
public final class GgufFile implements AutoCloseable {
  private final Arena arena;
  private final MemorySegment data;
  private final Map<String, GgufValue> metadata;
  private final Map<String, GgufTensor> tensors;

  private GgufFile(Arena arena, MemorySegment data, GgufParser parser) {
    this.arena = arena;
    this.data = data;
    this.metadata = Collections.unmodifiableMap(parser.metadata());
    this.tensors = Collections.unmodifiableMap(parser.tensors());
  }

  /**
   * Open a file.
   *
   * @throws PrerequisiteException if it is none, or one that is damaged or of other types
   */
  public static GgufFile open(Path path) {
    Arena arena = Arena.ofShared();
    boolean opened = false;
    try (FileChannel channel = FileChannel.open(path)) {
      MemorySegment file = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
      GgufParser parser = GgufParser.parse(file, path.toString());
      GgufFile gguf = new GgufFile(arena, file.asSlice(parser.dataStart()), parser);
      opened = true;
      return gguf;
    } catch (IOException e) {
      throw new PrerequisiteException(path + " cannot be read: " + e, e);
    } finally {
      if (!opened) {
        arena.close();
      }
    }
  }

  /** All metadata, in the order of the file. */
  public Map<String, GgufValue> metadata() {
    return metadata;
  }

  /** A text of the metadata. */
  public Optional<String> text(String key) {
    return metadata.get(key) instanceof GgufValue.Text text
        ? Optional.of(text.value())
        : Optional.empty();
  }

  /** All tensors by name, in the order of the file. */
  public Map<String, GgufTensor> tensors() {
    return tensors;
  }

  /** The tensor's bytes, little-endian, read-only; valid until {@link #close}. */
  public MemorySegment data(GgufTensor tensor) {
    return data.asSlice(tensor.offset(), tensor.bytes());
  }

  /** Unmap the file; a second call does nothing. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
