package dev.sluice.harness.masks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.harness.model.StrictJson;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A file that may be a list of cuts.
 *
 * @param json its document, where it begins as JSON does
 * @param blocks of the model that it is wanted for
 */
record MaskText(Path file, String text, Optional<JsonNode> json, int blocks) {
  private static final long MAX_BYTES = 16L << 20;

  static MaskText read(Path file, int blocks) {
    byte[] bytes = bytes(file);
    String text = text(bytes, file);
    String start = text.stripLeading();
    boolean json = start.startsWith("{") || start.startsWith("[");
    return new MaskText(
        file,
        text,
        json ? Optional.of(StrictJson.document(bytes, file.toString())) : Optional.empty(),
        blocks);
  }

  private static byte[] bytes(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new PrerequisiteException(
            file + " is a folder: name the file with the list of cuts in it");
      }
      if (Files.size(file) > MAX_BYTES) {
        throw new PrerequisiteException(
            file
                + " is "
                + Files.size(file)
                + " bytes, a list of cuts has at most "
                + MAX_BYTES
                + ". Is it the right file?");
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new PrerequisiteException(
          "no file "
              + file
              + " with a list of cuts: check its name. A name may not hold a comma, which"
              + " separates variants",
          e);
    } catch (IOException e) {
      throw new PrerequisiteException(file + " cannot be read: " + e, e);
    }
  }

  private static String text(byte[] bytes, Path file) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (text.chars().noneMatch(c -> c < ' ' && !Character.isWhitespace(c))) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
      }
    } catch (CharacterCodingException e) {
      // Falls through to the same message.
    }
    throw new PrerequisiteException(
        file
            + " is no text, as the .pth files of masks: name the list that was written beside it"
            + " (FinerCut's layer_ranking.yaml, EvoPress's layer_drop_config.txt)");
  }

  /** Its lines that hold something, without the blanks around them. */
  List<String> lines() {
    return text.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
  }

  String name() {
    Path name = file.getFileName();
    return name == null ? "" : name.toString();
  }

  /** What is wrong with it, after its name. */
  PrerequisiteException wrong(String what) {
    return new PrerequisiteException(file + ": " + what);
  }
}
