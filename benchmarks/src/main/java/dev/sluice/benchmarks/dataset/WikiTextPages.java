package dev.sluice.benchmarks.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * Joins lines of WikiText to pages as EleutherAI/wikitext_document_level has them: a page begins at a
 * heading of the first level, {@code = Title =}. Rows that are pages already pass through.
 */
public final class WikiTextPages {
  private static final String PAGE = "page";
  private static final String TEXT = "text";

  private final List<String> lines = new ArrayList<>();
  private boolean ended;
  private @Nullable Document opened;
  private long pages;

  private WikiTextPages() {}

  /** Rows with the field {@code page}, of rows with it or with a line in {@code text}. Cold. */
  public static Flux<Document> of(Flux<Document> rows) {
    return Flux.defer(() -> {
      WikiTextPages joining = new WikiTextPages();
      return rows.concatMapIterable(joining::add, 1)
          .concatWith(Flux.defer(() -> Flux.fromIterable(joining.last())));
    });
  }

  private List<Document> add(Document row) {
    JsonNode text = row.fields().get(TEXT);
    if (row.fields().has(PAGE) || text == null || !text.isTextual()) {
      return List.of(row);
    }
    String whole = text.asText();
    // The hub's rows are empty where a line of the file holds a blank.
    String line = whole.isEmpty() ? " \n" : whole;
    List<Document> page = opensPage(line) ? page() : List.of();
    if (lines.isEmpty()) {
      opened = row;
    }
    ended = line.endsWith("\n");
    lines.add(ended ? line.substring(0, line.length() - 1) : line);
    return page;
  }

  private static boolean opensPage(String line) {
    String heading = line.replace("= = =", "===").replace("= =", "==").strip();
    return heading.startsWith("= ") && heading.endsWith(" =");
  }

  /** The page so far, if it is one: what precedes the first heading is dropped where it is blank. */
  private List<Document> page() {
    String page = String.join("\n", lines);
    lines.clear();
    return page.isBlank() ? List.of() : List.of(document(page));
  }

  private List<Document> last() {
    if (lines.isEmpty()) {
      return List.of();
    }
    return List.of(document(String.join("\n", lines) + (ended ? "\n" : "")));
  }

  private Document document(String page) {
    Document first = Objects.requireNonNull(opened, "a page has lines");
    return new Document(
        first.file(), pages++, first.line(), JsonNodeFactory.instance.objectNode().put(PAGE, page));
  }
}
