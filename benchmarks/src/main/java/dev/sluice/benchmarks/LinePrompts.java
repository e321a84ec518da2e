package dev.sluice.benchmarks;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;

/** The stream that all sources of one prompt per line share. */
final class LinePrompts {

  /** Turns a line into a prompt's text. */
  @FunctionalInterface
  interface Row {
    /** The text; errors about it come from {@code at}, which stands at this line. */
    String text(String line, Utf8Lines at);
  }

  private final Utf8Lines lines;
  private long index;

  private LinePrompts(Utf8Lines lines) {
    this.lines = lines;
  }

  /** One prompt per line that is not blank, as {@link PromptSource#prompts} promises. */
  static Flux<Prompt> of(Path file, Utf8Lines.Opener opener, Row row) {
    return Flux.generate(
            () -> new LinePrompts(Utf8Lines.open(file, opener)),
            (LinePrompts state, SynchronousSink<Prompt> sink) -> state.emit(row, sink),
            state -> state.lines.close())
        // Without fusion a cancel never closes the file while another thread is reading a line.
        .hide();
  }

  private LinePrompts emit(Row row, SynchronousSink<Prompt> sink) {
    String line = nextWithText();
    if (line == null) {
      sink.complete();
    } else {
      sink.next(new Prompt(index++, row.text(line, lines)));
    }
    return this;
  }

  private @Nullable String nextWithText() {
    String line = lines.next();
    while (line != null && line.isBlank()) {
      line = lines.next();
    }
    return line;
  }
}
