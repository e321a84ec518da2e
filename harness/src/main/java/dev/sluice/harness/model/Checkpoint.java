package dev.sluice.harness.model;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A Hugging Face checkpoint on disk: its configuration and its tensors, mapped into memory.
 *
 * <p>Opening checks config, headers and shapes, and reads no weights. Safe for use by many threads;
 * whoever opens it closes it, when no thread reads its data any more. The files must not be
 * shortened while it is open: the operating system then fails reads of the mapping.
 */
public final class Checkpoint implements AutoCloseable {
  private static final long MAX_CONFIG = 4L << 20;

  private final Path folder;
  private final ModelConfig config;
  private final WeightLayout layout;
  private final List<Path> shards;
  private final Map<String, TensorInfo> tensors;
  private final List<String> unread;
  private final Arena arena;
  private final List<MemorySegment> mappings;

  private Checkpoint(
      Path folder,
      ModelConfig config,
      Set<Sublayer> absent,
      CheckpointFiles files,
      Contents contents) {
    this.folder = folder;
    this.config = config;
    this.layout = WeightLayout.of(config, absent, contents.tensors::containsKey);
    this.shards = files.shards();
    this.tensors = Collections.unmodifiableMap(contents.tensors);
    this.unread = contents.unusable.keySet().stream().sorted().toList();
    this.arena = Arena.ofShared();
    this.mappings = new ArrayList<>();
  }

  /**
   * Open the checkpoint in a folder.
   *
   * @throws PrerequisiteException if it is none, or one that is damaged or not supported
   */
  public static Checkpoint open(Path folder) {
    CheckpointFiles files = CheckpointFiles.in(folder);
    ConfigReader reader =
        new ConfigReader(StrictJson.tree(files.config(), MAX_CONFIG), files.config().toString());
    ModelConfig config = reader.read(Dtype.FLOAT32);
    Contents contents = Contents.of(files.shards());
    WeightLayout layout = WeightLayout.of(config, reader.absent(), contents.tensors::containsKey);
    LayoutCheck.require(layout, contents.tensors, contents.unusable, folder);
    TensorInfo embedding = contents.tensors.get(layout.outside().getFirst().tensor());
    Dtype unstated = embedding == null ? Dtype.FLOAT32 : embedding.dtype();
    Checkpoint checkpoint =
        new Checkpoint(folder, reader.read(unstated), reader.absent(), files, contents);
    checkpoint.map(contents.sizes);
    return checkpoint;
  }

  public Path folder() {
    return folder;
  }

  public ModelConfig config() {
    return config;
  }

  public WeightLayout layout() {
    return layout;
  }

  /** The files that hold the weights; {@link TensorInfo#file()} counts in this list. */
  public List<Path> shards() {
    return shards;
  }

  /** All tensors in a usable type by name, in the order in which they lie in the shards. */
  public Map<String, TensorInfo> tensors() {
    return tensors;
  }

  /** Names of the tensors in other types, such as masks, which no model here uses. */
  public List<String> unread() {
    return unread;
  }

  public TensorInfo tensor(String name) {
    TensorInfo tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no tensor '" + name + "' in " + folder);
    }
    return tensor;
  }

  /** The tensor's bytes as they lie in the file, little-endian, read-only; valid until {@link #close}. */
  public MemorySegment data(TensorInfo tensor) {
    return mappings.get(tensor.file()).asSlice(tensor.offset(), tensor.bytes());
  }

  /** The tokenizer that came with the model, if one did. */
  public Optional<Path> tokenizerFile() {
    return Optional.of(folder.resolve("tokenizer.json")).filter(Files::isRegularFile);
  }

  /** Unmap the files; a second call does nothing. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  private void map(List<Long> sizes) {
    for (int i = 0; i < shards.size(); i++) {
      try (FileChannel channel = FileChannel.open(shards.get(i))) {
        if (channel.size() != sizes.get(i)) {
          throw new IOException("its size changed while it was opened");
        }
        mappings.add(channel.map(MapMode.READ_ONLY, 0, channel.size(), arena));
      } catch (IOException e) {
        close();
        throw new PrerequisiteException(
            shards.get(i) + " cannot be mapped into memory: " + e.getMessage(), e);
      }
    }
  }

  /** What the headers of all shards say. */
  private static final class Contents {
    final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    final Map<String, String> unusable = new HashMap<>();
    final List<Long> sizes = new ArrayList<>();

    static Contents of(List<Path> shards) {
      Contents contents = new Contents();
      Map<String, Path> homes = new HashMap<>();
      for (int i = 0; i < shards.size(); i++) {
        contents.read(shards.get(i), i, homes);
      }
      return contents;
    }

    private void read(Path shard, int file, Map<String, Path> homes) {
      SafetensorsHeader header = header(shard);
      header.entries().values().stream()
          .sorted(Comparator.comparingLong(SafetensorsHeader.Entry::begin))
          .forEach(entry -> {
            Path other = homes.putIfAbsent(entry.name(), shard);
            if (other != null) {
              throw new PrerequisiteException(
                  "tensor "
                      + StrictJson.quote(entry.name())
                      + " is in "
                      + other
                      + " and in "
                      + shard.getFileName()
                      + ". Keep the shards of one download only");
            }
            add(entry, file, header.dataStart());
          });
    }

    private SafetensorsHeader header(Path shard) {
      try (FileChannel channel = FileChannel.open(shard)) {
        sizes.add(channel.size());
        return SafetensorsHeader.parse(
            Channels.newInputStream(channel), channel.size(), shard.toString());
      } catch (IOException e) {
        throw new PrerequisiteException(shard + " cannot be read: " + e, e);
      }
    }

    private void add(SafetensorsHeader.Entry entry, int file, long dataStart) {
      Dtype.bySafetensors(entry.dtype())
          .ifPresentOrElse(
              dtype ->
                  tensors.put(
                      entry.name(),
                      new TensorInfo(
                          entry.name(),
                          dtype,
                          entry.shape(),
                          file,
                          dataStart + entry.begin(),
                          entry.end() - entry.begin())),
              () -> unusable.put(entry.name(), entry.dtype()));
    }
  }
}
