package dev.sluice.harness.export.checkpoint;

import dev.sluice.harness.export.DurableFiles;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What travels with a model beside its config and weights: tokenizer, chat template, licence. */
final class SideFiles {
  private static final Pattern NAMES =
      Pattern.compile(
          "tokenizer\\.json|tokenizer_config\\.json|tokenizer\\.model|special_tokens_map\\.json"
              + "|added_tokens\\.json|generation_config\\.json|vocab\\.(json|txt|bpe)|merges\\.txt"
              + "|spiece\\.model|chat_template\\..+|(LICENSE|LICENCE|NOTICE|USE_POLICY)(\\..+)?");

  private final List<Path> files;

  private SideFiles(List<Path> files) {
    this.files = List.copyOf(files);
  }

  static SideFiles of(Path source) {
    Predicate<String> travels = NAMES.asMatchPredicate();
    try (Stream<Path> all = Files.list(source)) {
      return new SideFiles(
          all.filter(f -> travels.test(f.getFileName().toString()))
              .filter(Files::isRegularFile)
              .sorted()
              .toList());
    } catch (IOException e) {
      throw new PrerequisiteException(source + " cannot be listed: " + e, e);
    }
  }

  long bytes() {
    return files.stream().mapToLong(f -> f.toFile().length()).sum();
  }

  void copy(Path folder) throws IOException {
    for (Path file : files) {
      DurableFiles.copy(file, folder.resolve(file.getFileName()));
    }
  }
}
