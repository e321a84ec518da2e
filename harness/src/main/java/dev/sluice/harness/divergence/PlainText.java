package dev.sluice.harness.divergence;

import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads the text that a user names with {@code --text}. */
public final class PlainText {
  private PlainText() {}

  /**
   * The whole file, which must be UTF-8.
   *
   * @throws PrerequisiteException if it is not there or cannot be read
   */
  public static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new PrerequisiteException("--text " + file + ": no such file. Check the path", e);
    } catch (CharacterCodingException e) {
      throw new PrerequisiteException("--text " + file + ": is not UTF-8. Convert it", e);
    } catch (IOException e) {
      throw new PrerequisiteException("--text " + file + ": cannot be read (" + e + ")", e);
    }
  }
}
