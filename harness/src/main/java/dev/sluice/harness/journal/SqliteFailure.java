package dev.sluice.harness.journal;

import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Turns what SQLite reports into one line that says what to do. */
final class SqliteFailure {
  /** SQLite keeps the kind of a result in the low byte and its detail above. */
  private static final int PRIMARY = 0xff;

  private SqliteFailure() {}

  /** The error for a file whose content cannot be right. */
  static PrerequisiteException damaged(Path file, String what) {
    return new PrerequisiteException(damage(file, what));
  }

  private static String damage(Path file, String what) {
    return file
        + " is damaged: "
        + what
        + ". It was left as it is: restore a copy, or start the"
        + " sweep under another name; what comes before the damage can still be read";
  }

  static PrerequisiteException of(Path file, SQLException e) {
    return new PrerequisiteException(message(file, e), e);
  }

  /** Whether the journal could not be opened where it lies, though its content may be sound. */
  static boolean isPlace(SQLException e) {
    int code = code(e);
    return code == SQLiteErrorCode.SQLITE_CANTOPEN.code
        || code == SQLiteErrorCode.SQLITE_READONLY.code;
  }

  static boolean isConstraint(SQLException e) {
    return code(e) == SQLiteErrorCode.SQLITE_CONSTRAINT.code;
  }

  private static int code(SQLException e) {
    return e instanceof SQLiteException s ? s.getResultCode().code & PRIMARY : 0;
  }

  private static String message(Path file, SQLException e) {
    return switch (SQLiteErrorCode.getErrorCode(code(e))) {
      case SQLITE_FULL ->
          "no space left for "
              + file
              + ": what was to be written is not in it, all before is. Free"
              + " some space on that disk, then resume the sweep";
      case SQLITE_IOERR ->
          file
              + " cannot be read or written ("
              + detail(e)
              + "): what was to be written is not in"
              + " it. Check the disk, its space and quotas, then resume the sweep";
      case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH, SQLITE_CANTOPEN ->
          file
              + " cannot be opened or written ("
              + detail(e)
              + "): check the rights on the file and"
              + " its folder, or use another journal folder";
      case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL ->
          file + " is held by another program (" + detail(e) + "): close that one, then try again";
      case SQLITE_NOMEM, SQLITE_TOOBIG ->
          "an event is too large for "
              + file
              + " ("
              + detail(e)
              + "): lower the plan's slice, or give the process more memory";
      case SQLITE_CORRUPT -> damage(file, detail(e));
      case SQLITE_NOTADB -> damage(file, "it is not an SQLite file, or its first page is broken");
      default -> damage(file, detail(e));
    };
  }

  private static String detail(SQLException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
  }
}
