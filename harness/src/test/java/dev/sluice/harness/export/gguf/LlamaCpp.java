package dev.sluice.harness.export.gguf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * llama.cpp through its C interface: the shared libraries of the npm package in {@code
 * src/llama-cpp}, version 0.5.0, whose structures are described here by size and offset.
 *
 * <p>For one thread. A failed assertion in it ends the process.
 */
@SuppressWarnings("restricted") // what foreign functions are
public final class LlamaCpp {
  private static final String FOLDER =
      "src/llama-cpp/node_modules/@node-llama-cpp/linux-x64/bins/linux-x64";

  private static final int ERROR = 4;
  private static final int Q8_0 = 7;

  /** {@code llama_model_params}: 80 bytes, returned and passed by value. */
  static final MemoryLayout MODEL_PARAMETERS = longs(10);

  /** {@code llama_context_params}: 160 bytes, returned and passed by value. */
  static final MemoryLayout CONTEXT_PARAMETERS = longs(20);

  /** {@code llama_batch}: the number of tokens and six pointers. */
  static final MemoryLayout BATCH = longs(7);

  private static @Nullable LlamaCpp loaded;

  private final Linker linker = Linker.nativeLinker();
  private final SymbolLookup symbols;
  private final Map<String, MethodHandle> functions = new ConcurrentHashMap<>();
  private final List<String> errors = new CopyOnWriteArrayList<>();

  private LlamaCpp(Path folder) {
    this.symbols =
        SymbolLookup.libraryLookup(library(folder, "libllama.v"), Arena.global())
            .or(SymbolLookup.libraryLookup(library(folder, "libggml.v"), Arena.global()));
    silence();
    call("ggml_backend_load_all_from_path", FunctionDescriptor.ofVoid(ADDRESS), text(folder));
    call("llama_backend_init", FunctionDescriptor.ofVoid());
  }

  /** The libraries; skips the test, saying why, where they are not installed. */
  public static LlamaCpp require() {
    Optional<LlamaCpp> llama = find();
    if (llama.isEmpty()) {
      System.err.println("skipped: no llama.cpp; run 'npm ci' in harness/src/llama-cpp");
    }
    Assumptions.assumeTrue(llama.isPresent(), "no llama.cpp: npm ci in harness/src/llama-cpp");
    return llama.orElseThrow();
  }

  /** The libraries, if they are installed: those of -Dsluice.llama.cpp=FOLDER or of npm. */
  public static synchronized Optional<LlamaCpp> find() {
    Path folder = Path.of(System.getProperty("sluice.llama.cpp", FOLDER));
    if (loaded == null && Files.isDirectory(folder)) {
      loaded = new LlamaCpp(folder);
    }
    return Optional.ofNullable(loaded);
  }

  /** Load a file's weights; fails with llama.cpp's own words. */
  public LlamaModel load(Path file) {
    errors.clear();
    MemorySegment parameters = struct("llama_model_default_params", MODEL_PARAMETERS);
    MemorySegment model =
        address(
            "llama_model_load_from_file",
            FunctionDescriptor.of(ADDRESS, ADDRESS, MODEL_PARAMETERS),
            text(file),
            parameters);
    if (model.equals(MemorySegment.NULL)) {
      throw new IllegalStateException("llama.cpp does not load " + file + ": " + errors);
    }
    return new LlamaModel(this, model);
  }

  /** Write a file in 8 bits ({@code Q8_0}), as {@code llama-quantize} does. */
  public void quantize(Path file, Path target) {
    errors.clear();
    try (Arena arena = Arena.ofConfined()) {
      // More than llama_model_quantize_params has; a struct is returned through a hidden pointer.
      MemorySegment parameters = arena.allocate(512);
      call("llama_model_quantize_default_params", FunctionDescriptor.ofVoid(ADDRESS), parameters);
      parameters.set(JAVA_INT, 0, 1);
      parameters.set(JAVA_INT, 4, Q8_0);
      int code =
          whole(
              "llama_model_quantize",
              FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS),
              text(file),
              text(target),
              parameters);
      if (code != 0) {
        throw new IllegalStateException("llama.cpp does not quantise " + file + ": " + errors);
      }
    }
  }

  private static MemoryLayout longs(int count) {
    return MemoryLayout.structLayout(MemoryLayout.sequenceLayout(count, JAVA_LONG));
  }

  private static Path library(Path folder, String start) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(f -> f.getFileName().toString().startsWith(start))
          .findFirst()
          .orElseThrow()
          .toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MemorySegment text(Path path) {
    return Arena.ofAuto().allocateFrom(path.toAbsolutePath().toString());
  }

  /** Keeps the log off the terminal, and errors for messages. */
  private void silence() {
    try {
      MethodHandle log =
          MethodHandles.lookup()
              .findVirtual(
                  LlamaCpp.class,
                  "log",
                  MethodType.methodType(
                      void.class, int.class, MemorySegment.class, MemorySegment.class))
              .bindTo(this);
      MemorySegment callback =
          linker.upcallStub(
              log, FunctionDescriptor.ofVoid(JAVA_INT, ADDRESS, ADDRESS), Arena.global());
      call(
          "llama_log_set",
          FunctionDescriptor.ofVoid(ADDRESS, ADDRESS),
          callback,
          MemorySegment.NULL);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("unused") // called by llama.cpp
  private void log(int level, MemorySegment message, MemorySegment data) {
    if (level == ERROR) {
      errors.add(message.reinterpret(Long.MAX_VALUE).getString(0).strip());
    }
  }

  /** What llama.cpp complained of since the last model was loaded. */
  List<String> errors() {
    return errors;
  }

  /** Default parameters, which a function returns by value. */
  MemorySegment struct(String function, MemoryLayout layout) {
    MethodHandle handle =
        linker.downcallHandle(symbols.find(function).orElseThrow(), FunctionDescriptor.of(layout));
    try {
      return (MemorySegment) handle.invoke((SegmentAllocator) Arena.ofAuto());
    } catch (Throwable e) {
      throw new IllegalStateException(function, e);
    }
  }

  MemorySegment address(String function, FunctionDescriptor descriptor, Object... arguments) {
    return (MemorySegment) Objects.requireNonNull(call(function, descriptor, arguments));
  }

  int whole(String function, FunctionDescriptor descriptor, Object... arguments) {
    return (int) Objects.requireNonNull(call(function, descriptor, arguments));
  }

  @Nullable Object call(String function, FunctionDescriptor descriptor, Object... arguments) {
    MethodHandle handle =
        functions.computeIfAbsent(
            function, f -> linker.downcallHandle(symbols.find(f).orElseThrow(), descriptor));
    try {
      return handle.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException(function, e);
    }
  }

  /** A loaded model. */
  public static final class LlamaModel implements AutoCloseable {
    private final LlamaCpp llama;
    private final MemorySegment model;
    private final MemorySegment vocabulary;

    private LlamaModel(LlamaCpp llama, MemorySegment model) {
      this.llama = llama;
      this.model = model;
      this.vocabulary =
          llama.address("llama_model_get_vocab", FunctionDescriptor.of(ADDRESS, ADDRESS), model);
    }

    /** Rows of the embedding. */
    public int vocabulary() {
      return llama.whole(
          "llama_vocab_n_tokens", FunctionDescriptor.of(JAVA_INT, ADDRESS), vocabulary);
    }

    /** Number of blocks. */
    public int blocks() {
      return llama.whole("llama_model_n_layer", FunctionDescriptor.of(JAVA_INT, ADDRESS), model);
    }

    /** The tokens of a text, with those that the tokenizer adds; no text in it is special. */
    public int[] tokenize(String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      try (Arena arena = Arena.ofConfined()) {
        int most = utf8.length + 8;
        MemorySegment tokens = arena.allocate(JAVA_INT, most);
        int count =
            llama.whole(
                "llama_tokenize",
                FunctionDescriptor.of(
                    JAVA_INT,
                    ADDRESS,
                    ADDRESS,
                    JAVA_INT,
                    ADDRESS,
                    JAVA_INT,
                    JAVA_BOOLEAN,
                    JAVA_BOOLEAN),
                vocabulary,
                arena.allocateFrom(JAVA_BYTE, utf8),
                utf8.length,
                tokens,
                most,
                true,
                false);
        if (count < 0) {
          throw new IllegalStateException("more than " + most + " tokens: " + -count);
        }
        return tokens.asSlice(0, 4L * count).toArray(JAVA_INT);
      }
    }

    /**
     * A context for sequences of up to so many tokens, with float32 keys and values and without
     * flash attention where it is to be exact.
     */
    public LlamaContext context(int tokens, int threads, boolean exact) {
      MemorySegment parameters = llama.struct("llama_context_default_params", CONTEXT_PARAMETERS);
      parameters.set(JAVA_INT, 0, tokens);
      parameters.set(JAVA_INT, 4, tokens);
      parameters.set(JAVA_INT, 8, tokens);
      if (exact) {
        parameters.set(JAVA_INT, 0x34, 0);
        parameters.set(JAVA_INT, 0x68, 0);
        parameters.set(JAVA_INT, 0x6c, 0);
      }
      MemorySegment context =
          llama.address(
              "llama_init_from_model",
              FunctionDescriptor.of(ADDRESS, ADDRESS, CONTEXT_PARAMETERS),
              model,
              parameters);
      if (context.equals(MemorySegment.NULL)) {
        throw new IllegalStateException("llama.cpp makes no context: " + llama.errors());
      }
      llama.call(
          "llama_set_n_threads",
          FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, JAVA_INT),
          context,
          threads,
          threads);
      return new LlamaContext(llama, context, vocabulary());
    }

    @Override
    public void close() {
      llama.call("llama_model_free", FunctionDescriptor.ofVoid(ADDRESS), model);
    }
  }

  /** A sequence of tokens and their keys and values. */
  public static final class LlamaContext implements AutoCloseable {
    private static final FunctionDescriptor DECODE =
        FunctionDescriptor.of(JAVA_INT, ADDRESS, BATCH);

    private final LlamaCpp llama;
    private final MemorySegment context;
    private final int vocabulary;
    private int position;

    private LlamaContext(LlamaCpp llama, MemorySegment context, int vocabulary) {
      this.llama = llama;
      this.context = context;
      this.vocabulary = vocabulary;
    }

    /** Forget the sequence. */
    public void clear() {
      MemorySegment memory =
          llama.address("llama_get_memory", FunctionDescriptor.of(ADDRESS, ADDRESS), context);
      llama.call(
          "llama_memory_clear", FunctionDescriptor.ofVoid(ADDRESS, JAVA_BOOLEAN), memory, true);
      position = 0;
    }

    /** Go on with the sequence; with logits of every token or of the last alone. */
    public void decode(int[] tokens, boolean all) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment batch = arena.allocate(BATCH);
        MemorySegment positions = arena.allocate(JAVA_INT, tokens.length);
        MemorySegment wanted = arena.allocate(JAVA_BYTE, tokens.length);
        for (int i = 0; i < tokens.length; i++) {
          positions.setAtIndex(JAVA_INT, i, position++);
          wanted.set(JAVA_BYTE, i, (byte) (all || i == tokens.length - 1 ? 1 : 0));
        }
        batch.set(JAVA_INT, 0, tokens.length);
        batch.set(ADDRESS, 8, arena.allocateFrom(JAVA_INT, tokens));
        batch.set(ADDRESS, 24, positions);
        batch.set(ADDRESS, 48, wanted);
        int code = llama.whole("llama_decode", DECODE, context, batch);
        if (code != 0) {
          throw new IllegalStateException("llama_decode gives " + code + ": " + llama.errors());
        }
      }
    }

    /** Logits after a token of the last {@link #decode}. */
    public float[] logits(int index) {
      return llama
          .address(
              "llama_get_logits_ith",
              FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT),
              context,
              index)
          .reinterpret(4L * vocabulary)
          .toArray(JAVA_FLOAT);
    }

    /** Logits after each token of a new sequence, {@code [T][V]}. */
    public float[][] allLogits(int[] tokens) {
      clear();
      decode(tokens, true);
      float[][] logits = new float[tokens.length][];
      for (int i = 0; i < tokens.length; i++) {
        logits[i] = logits(i);
      }
      return logits;
    }

    @Override
    public void close() {
      llama.call("llama_free", FunctionDescriptor.ofVoid(ADDRESS), context);
    }
  }
}
