package dev.sluice.harness.plan;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.sluice.scorers.PrerequisiteException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One flat YAML mapping in UTF-8.
 *
 * @param values the text of each key, or the texts of its list, in the file's order
 * @param problems what is wrong with it, one a line of a message
 */
public record FlatYaml(Map<String, List<String>> values, List<String> problems) {
  private static final YAMLFactory YAML = new YAMLFactory();
  private static final Pattern LINE = Pattern.compile("(?m)^ in .*, line (\\d+), column \\d+");
  private static final int MAX_BYTES = 1 << 20;

  /**
   * Read a file.
   *
   * @param lists which keys may have a list
   * @throws PrerequisiteException if the file cannot be read or is not YAML
   */
  public static FlatYaml read(Path file, Predicate<String> lists) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    try (YAMLParser parser = YAML.createParser(text(file))) {
      JsonToken first = parser.nextToken();
      if (first == JsonToken.START_OBJECT) {
        new Mapping(parser, lists, values, problems).read();
        first = parser.nextToken();
        if (first != null) {
          problems.add("there is a second document in the file: keep one plan a file");
        }
      } else if (first != null) {
        problems.add("a plan is made of lines 'key: value', there is " + what(first) + " instead");
      }
    } catch (JacksonException e) {
      throw notYaml(file, e);
    } catch (IOException e) {
      throw new PrerequisiteException("cannot read plan " + file + ": " + e.getMessage(), e);
    }
    return new FlatYaml(values, problems);
  }

  private static PrerequisiteException notYaml(Path file, JacksonException e) {
    String message = e.getOriginalMessage();
    // The parser's message has its reasons at the margin and the place of each below it.
    String reasons =
        message
            .lines()
            .filter(l -> !l.isBlank() && !l.startsWith(" "))
            .collect(Collectors.joining(", "));
    String line =
        LINE.matcher(message)
            .results()
            .reduce((context, problem) -> problem)
            .map(place -> ", line " + place.group(1))
            .orElseGet(() -> line(e.getLocation()));
    return new PrerequisiteException(
        file + line + ": not YAML: " + PlanValues.shortened(reasons), e);
  }

  private static String line(@Nullable JsonLocation location) {
    return location == null ? "" : ", line " + Math.max(1, location.getLineNr());
  }

  /** The one mapping of a file while it is read. */
  private record Mapping(
      YAMLParser parser,
      Predicate<String> lists,
      Map<String, List<String>> values,
      List<String> problems) {

    private void read() throws IOException {
      Map<String, Integer> lines = new LinkedHashMap<>();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        int line = parser.currentTokenLocation().getLineNr();
        parser.nextToken();
        List<String> value = value(key);
        Integer before = lines.putIfAbsent(key, line);
        if (before != null) {
          problems.add(
              "%s is given twice, in lines %d and %d"
                  .formatted(PlanValues.quoted(key), before, line));
        } else if (!value.isEmpty()) {
          values.put(key, value);
        }
      }
    }

    /** The texts of a scalar or of a list of scalars; none, and a problem, for anything else. */
    private List<String> value(String key) throws IOException {
      boolean list = parser.currentToken() == JsonToken.START_ARRAY && lists.test(key);
      List<String> items = new ArrayList<>();
      String wrong = list ? null : add(parser, items);
      while (list && parser.nextToken() != JsonToken.END_ARRAY) {
        String item = add(parser, items);
        wrong = wrong == null ? item : wrong;
      }
      if (wrong != null) {
        problems.add(PlanValues.quoted(key) + " must be a value on one line, there is " + wrong);
        return List.of();
      }
      return list && items.isEmpty() ? List.of("") : items;
    }
  }

  /** Take a scalar in; says what is there instead where it is none. */
  private static @Nullable String add(YAMLParser parser, List<String> items) throws IOException {
    JsonToken token = parser.currentToken();
    if (parser.isCurrentAlias()) {
      return "an alias";
    }
    if (token.isScalarValue() && token != JsonToken.VALUE_NULL) {
      items.add(parser.getText());
      return null;
    }
    parser.skipChildren();
    return what(token);
  }

  private static String what(JsonToken token) {
    if (token.isScalarValue()) {
      return token == JsonToken.VALUE_NULL ? "nothing" : "a bare value";
    }
    return token == JsonToken.START_ARRAY ? "a list" : "a nested mapping";
  }

  private static String text(Path file) throws IOException {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new PrerequisiteException(
            file + " has more than " + MAX_BYTES + " bytes: this is no plan");
      }
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (NoSuchFileException e) {
      throw new PrerequisiteException("no plan " + file.toAbsolutePath() + ": check the path", e);
    } catch (AccessDeniedException e) {
      throw new PrerequisiteException("may not read plan " + file + ": check its permissions", e);
    } catch (CharacterCodingException e) {
      throw new PrerequisiteException(
          file + " is not UTF-8: convert it, for example with iconv", e);
    }
  }
}
