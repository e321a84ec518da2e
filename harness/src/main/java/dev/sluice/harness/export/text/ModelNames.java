package dev.sluice.harness.export.text;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Tells how a user named a model. */
final class ModelNames {
  private static final Pattern ID =
      Pattern.compile("[A-Za-z0-9][\\w.-]{0,95}/[A-Za-z0-9][\\w.-]{0,95}(?:@[\\w./-]{1,200})?");

  private ModelNames() {}

  /** Whether it is an id of the hub, and no folder here. */
  static boolean isHubId(String named) {
    return ID.matcher(named).matches() && !isFolder(named);
  }

  static boolean isFolder(String named) {
    try {
      return Files.isDirectory(Path.of(named));
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
