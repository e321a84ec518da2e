package dev.sluice.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import reactor.core.publisher.Flux;

/**
 * Plain text in UTF-8: every line that is not blank is a prompt, inner and outer blanks included. A
 * line may have 16 MiB.
 */
public final class TextLines implements PromptSource {
  private final Path file;
  private final Utf8Lines.Opener opener;

  public TextLines(Path file) {
    this(file, Files::newInputStream);
  }

  TextLines(Path file, Utf8Lines.Opener opener) {
    this.file = file;
    this.opener = opener;
  }

  @Override
  public Flux<Prompt> prompts() {
    return LinePrompts.of(file, opener, (line, at) -> line);
  }
}
