package dev.sluice.benchmarks.parquet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a Parquet file in its order, each as a JSON object: structs and maps are objects,
 * lists arrays, dates and times texts (times with a zone in UTC); numbers that JSON lacks (NaN and
 * the infinities) are null. A part of a row group is in memory at a time. Not safe for use by
 * several threads at once.
 */
public final class ParquetRows implements AutoCloseable {
  private static final String MAGIC = "PAR1";

  /** What a clone without Git LFS has in place of a large file. */
  private static final String POINTER = "version https://git-lfs";

  // A column of the alias's name would hide the row, hence one that nobody has. Folders called
  // KEY=VALUE are none of the data.
  private static final String QUERY =
      "SELECT to_json(\"sluice's row\")::VARCHAR FROM read_parquet(?, hive_partitioning = false)"
          + " AS \"sluice's row\"";

  private static final ObjectReader JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build().reader();

  private final Path file;
  private final Connection connection;
  private final PreparedStatement statement;
  private final ResultSet rows;

  private ParquetRows(Path file, Connection connection) throws SQLException {
    this.file = file;
    this.connection = connection;
    this.statement = connection.prepareStatement(QUERY);
    statement.setString(1, DuckDb.literally(file));
    this.rows = statement.executeQuery();
  }

  /**
   * Opens a file; the caller closes what it gets.
   *
   * @throws PrerequisiteException if it is missing, unreadable or not Parquet
   */
  public static ParquetRows open(Path file) {
    refuseOther(file);
    try {
      return over(file, DuckDb.open());
    } catch (SQLException e) {
      throw broken(file, e);
    }
  }

  private static ParquetRows over(Path file, Connection connection) throws SQLException {
    try {
      return new ParquetRows(file, connection);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** Says what is wrong in a file's own terms, before the library is loaded. */
  private static void refuseOther(Path file) {
    if (!Files.exists(file)) {
      throw new PrerequisiteException("no file " + file.toAbsolutePath() + ": check the path");
    }
    if (Files.isDirectory(file)) {
      throw new PrerequisiteException(file + " is a folder: name a Parquet file in it");
    }
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      if (text(in, 0, POINTER.length()).equals(POINTER)) {
        throw new PrerequisiteException(
            file + " is a pointer of Git LFS, not the data: run 'git lfs pull' in its repository");
      }
      if (!text(in, 0, MAGIC.length()).equals(MAGIC)) {
        throw new PrerequisiteException(
            file + " is not Parquet, whose files begin with " + MAGIC + ": check what it is");
      }
      if (!text(in, in.length() - MAGIC.length(), MAGIC.length()).equals(MAGIC)) {
        throw new PrerequisiteException(
            file
                + " is cut off at "
                + in.length()
                + " bytes: Parquet ends with "
                + MAGIC
                + ". Fetch or copy it again");
      }
    } catch (IOException e) {
      throw new PrerequisiteException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static String text(RandomAccessFile in, long at, int length) throws IOException {
    byte[] bytes = new byte[(int) Math.min(length, in.length())];
    in.seek(Math.max(0, at));
    in.readFully(bytes);
    return new String(bytes, ISO_8859_1);
  }

  /**
   * The next row; null after the last one.
   *
   * @throws PrerequisiteException if the file is damaged: nothing after this can be read
   */
  public @Nullable ObjectNode next() {
    try {
      return rows.next() ? object(rows.getString(1)) : null;
    } catch (SQLException e) {
      throw broken(file, e);
    }
  }

  private ObjectNode object(String json) {
    try {
      JsonNode row = JSON.readTree(json);
      if (json.contains("NaN") || json.contains("Infinity")) {
        makeFinite(row);
      }
      return (ObjectNode) row;
    } catch (JsonProcessingException e) {
      throw new PrerequisiteException(
          file + " has a row that is too large or too deep: " + e.getOriginalMessage(), e);
    }
  }

  private static void makeFinite(JsonNode node) {
    if (node instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        if (infinite(list.get(i))) {
          list.set(i, NullNode.instance);
        } else {
          makeFinite(list.get(i));
        }
      }
    } else if (node instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> entry : object.properties()) {
        if (infinite(entry.getValue())) {
          entry.setValue(NullNode.instance);
        } else {
          makeFinite(entry.getValue());
        }
      }
    }
  }

  private static boolean infinite(JsonNode node) {
    return node.isDouble() && !Double.isFinite(node.doubleValue());
  }

  private static PrerequisiteException broken(Path file, SQLException e) {
    return new PrerequisiteException(
        file
            + " cannot be read as Parquet: "
            + DuckDb.reason(e)
            + ". Fetch or copy it again, or convert it to JSON lines",
        e);
  }

  @Override
  public void close() {
    try (connection;
        statement;
        rows) {
      // Closed in the reverse order, each of them whatever the others do.
    } catch (SQLException e) {
      throw broken(file, e);
    }
  }
}
