package dev.sluice.harness.cli;

import dev.sluice.harness.journal.JournalFolder;
import dev.sluice.harness.model.TinyCheckpoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A tiny model with its tokenizer, a made-up text, and a place for journals.
 *
 * @param options of a plan on them, small enough for a test
 */
record TinyWorld(Path model, Path text, Path journal, List<String> options) {
  private static final List<String> WORDS =
      List.of("the", "river", "runs", "through", "a", "gate", "of", "stone", "and", "falls");

  /** Four blocks, two rows of sixteen tokens. */
  static TinyWorld in(Path folder) {
    return in(folder, TinyCheckpoints.llama().withBlocks(4), 2, 16);
  }

  static TinyWorld in(Path folder, TinyCheckpoints.TinySpec spec, int sequences, int length) {
    Path model = TinyCheckpoints.write(folder.resolve("model"), spec);
    Path text = writeText(folder.resolve("text.txt"), sequences * length);
    Path journal = folder.resolve("journal");
    List<String> options = new ArrayList<>();
    Collections.addAll(options, "--model", model.toString(), "--calibration", text.toString());
    Collections.addAll(options, "--calibration-preset", "first", "--threads", "1");
    Collections.addAll(options, "--sequences", "" + sequences, "--length", "" + length);
    Collections.addAll(options, "--journal", journal.toString());
    return new TinyWorld(model, text, journal, List.copyOf(options));
  }

  /** Words in lines, at least so many bytes: the tokenizer gives a token a byte. */
  static Path writeText(Path file, int bytes) {
    Random random = new Random(bytes);
    String text =
        IntStream.rangeClosed(0, bytes / 2)
            .mapToObj(i -> WORDS.get(random.nextInt(WORDS.size())) + (i % 9 == 8 ? "\n" : " "))
            .collect(Collectors.joining());
    try {
      return Files.writeString(file, text + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A command line: the words, the options, and after them more options, which win. */
  String[] line(String command, String... more) {
    List<String> line = new ArrayList<>(List.of(command));
    line.addAll(options);
    for (int i = 0; i < more.length; i++) {
      int given = more[i].startsWith("--") ? line.indexOf(more[i]) : -1;
      if (given > 0) {
        line.set(given + 1, more[++i]);
      } else {
        line.add(more[i]);
      }
    }
    return line.toArray(String[]::new);
  }

  Ran run(String... more) {
    return Ran.of(line("run", more));
  }

  /** Another command on the same journals. */
  Ran command(String... words) {
    List<String> line = new ArrayList<>(List.of(words));
    Collections.addAll(line, "--journal", journal.toString());
    return Ran.of(line.toArray(String[]::new));
  }

  JournalFolder journals() {
    return new JournalFolder(journal);
  }

  /** Words and more words. */
  static String[] appended(String[] words, String... more) {
    List<String> all = new ArrayList<>(List.of(words));
    Collections.addAll(all, more);
    return all.toArray(String[]::new);
  }
}
