package dev.sluice.benchmarks.task;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.benchmarks.dataset.BadRowException;
import dev.sluice.benchmarks.dataset.Document;
import dev.sluice.benchmarks.dataset.DocumentReader;
import dev.sluice.benchmarks.dataset.OnBadRow;
import dev.sluice.benchmarks.dataset.RowTally;
import dev.sluice.benchmarks.dataset.SplitFiles;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/** The items of a task over its files, as a cold stream. */
public final class ItemSource {
  private final Task task;
  private final TaskFiles files;
  private final Options options;

  /**
   * How a task is asked.
   *
   * @param shots worked examples before each question
   * @param seed of the shots' sampling
   */
  public record Options(ScoringMode mode, int shots, Limit limit, long seed, OnBadRow onBadRow) {
    /** lm-evaluation-harness's default. */
    public static final long SEED = 1234;

    public Options {
      requireNonNull(mode, "mode");
      requireNonNull(limit, "limit");
      requireNonNull(onBadRow, "onBadRow");
      if (shots < 0) {
        throw new IllegalArgumentException("shots %d: must not be negative".formatted(shots));
      }
    }

    public static Options of(ScoringMode mode, int shots) {
      return new Options(mode, shots, Limit.NONE, SEED, OnBadRow.FAIL);
    }
  }

  /**
   * How much of a task is asked: so many rows from one of them on, or a share of them from the first. Of
   * a corpus it counts windows.
   *
   * @param skipped rows before the first that is asked; 0 where there is a share
   * @param rows 0 where there is a share, or no limit
   * @param share of all rows, rounded up; 0 where there is none
   */
  public record Limit(long skipped, long rows, double share) {
    private static final Pattern RANGE = Pattern.compile("([0-9]{1,18}):([0-9]{1,18})?");

    /** Everything. */
    public static final Limit NONE = rows(0);

    public Limit {
      boolean both = share > 0 && (rows > 0 || skipped > 0);
      if (skipped < 0 || rows < 0 || !(share >= 0 && share < 1) || both) {
        throw new IllegalArgumentException(
            "limit of %d rows after %d, share %s".formatted(rows, skipped, share));
      }
    }

    /** So many, from the first; 0 for all. */
    public static Limit rows(long rows) {
      return new Limit(0, rows, 0);
    }

    /** All but so many, from the first. */
    public static Limit after(long skipped) {
      return new Limit(skipped, 0, 0);
    }

    /**
     * Reads a whole number, a share between 0 and 1 as lm-evaluation-harness has it, or places of rows
     * from 0 with a colon between, the second of which is not asked: {@code 200:300} or {@code 200:}.
     *
     * @throws PrerequisiteException if it is none of them
     */
    public static Limit parse(String text) {
      if (text.matches("[0-9]{1,18}")) {
        return rows(Long.parseLong(text));
      }
      if (text.matches("0?\\.[0-9]{0,17}[1-9][0-9]{0,17}")) {
        return new Limit(0, 0, Double.parseDouble(text));
      }
      Matcher range = RANGE.matcher(text);
      if (range.matches()) {
        return range(text, Long.parseLong(range.group(1)), Optional.ofNullable(range.group(2)));
      }
      throw new PrerequisiteException(
          "limit '"
              + text
              + "': write a number of rows, a share of them such as 0.1,"
              + " or places from 0 such as 200: or 200:300");
    }

    private static Limit range(String text, long from, Optional<String> to) {
      if (to.isPresent() && Long.parseLong(to.get()) <= from) {
        throw new PrerequisiteException(
            "limit '" + text + "': the second place must be above the first");
      }
      return new Limit(from, to.map(t -> Long.parseLong(t) - from).orElse(0L), 0);
    }

    /** How many of so many are asked. */
    public long of(long total) {
      if (share > 0) {
        return (long) Math.ceil(total * share);
      }
      long left = Math.max(0, total - skipped);
      return rows == 0 ? left : Math.min(rows, left);
    }
  }

  public ItemSource(Task task, TaskFiles files, Options options) {
    this.task = requireNonNull(task, "task");
    this.files = requireNonNull(files, "files");
    this.options = requireNonNull(options, "options");
    if (options.shots() > 0 && (files.pool() == null || task.shots().isEmpty())) {
      throw new IllegalArgumentException(options.shots() + " shots of task " + task.name());
    }
  }

  /**
   * The items in the order of their rows. Every subscriber opens the files anew, and holds the
   * pool of shots in memory; a cancel closes them; emits on the thread that asks.
   *
   * @param tally of one subscriber, made by {@link #tally}
   */
  public Flux<Item> items(RowTally tally) {
    return Flux.defer(() -> new Reading(tally).items());
  }

  /** How much is asked. */
  public Limit limit() {
    return options.limit();
  }

  /** Whose texts are asked. */
  public ScoringMode mode() {
    return options.mode();
  }

  /** The files that are read. */
  public TaskFiles files() {
    return files;
  }

  /**
   * Takes note of an item that cannot be asked, as of a bad row.
   *
   * @throws PrerequisiteException the cause, where such rows are not to be skipped
   */
  public void unusable(Item item, PrerequisiteException cause, RowTally tally) {
    if (options.onBadRow() == OnBadRow.FAIL) {
      throw cause;
    }
    Document row = item.document();
    tally.bad(new BadRowException(row.file(), row.line(), String.valueOf(cause.getMessage())));
  }

  /** A tally with the policy of the options. */
  public RowTally tally() {
    return new RowTally(options.onBadRow());
  }

  /** What is strange about the number of rows, when all were read and their number is known. */
  public Optional<String> warning(RowTally tally) {
    Source source = task.source();
    if (!tally.complete() || source.rows() == 0 || source.rows() == tally.read()) {
      return Optional.empty();
    }
    return Optional.of(
        "task %s: %s has %d rows, split '%s' of %s has %d"
            .formatted(
                task.name(),
                files.evaluated().file(),
                tally.read(),
                source.split(),
                source.dataset(),
                source.rows()));
  }

  private record Place(Path file, long line) {}

  /** The state of one subscriber. */
  private final class Reading {
    private final RowTally tally;
    private final Wording wording = new Wording(task, options.mode());
    private final Map<String, Place> placesById = new HashMap<>();
    private final Map<Integer, String> shotTexts = new HashMap<>();
    private final List<Document> pool;
    private final @Nullable ShotDrawer drawer;
    private long selected;
    private long skipped;

    Reading(RowTally tally) {
      this.tally = tally;
      SplitFiles.Found poolFile = files.pool();
      Optional<FewShot> rule = task.shots();
      if (options.shots() > 0 && poolFile != null && rule.isPresent()) {
        pool = pool(poolFile);
        drawer = new ShotDrawer(rule.get(), pool, options.shots(), options.mode(), options.seed());
      } else {
        pool = List.of();
        drawer = null;
      }
    }

    private Flux<Item> items() {
      if (task.request() == RequestKind.CORPUS) {
        return documents().<String>handle(this::line).collectList().map(this::corpus).flux();
      }
      if (options.limit().share() > 0) {
        Mono<Long> total = new Reading(new RowTally(OnBadRow.SKIP)).total();
        return total.flatMapMany(n -> documents().take(options.limit().of(n)).handle(this::item));
      }
      Limit limit = options.limit();
      Flux<Document> upToLast =
          limit.rows() > 0 ? documents().take(limit.skipped() + limit.rows()) : documents();
      return upToLast.handle(this::item);
    }

    private Flux<Document> documents() {
      Flux<Document> read = files.evaluated().file().documents(tally);
      return wording.regrouped(read).handle(this::select);
    }

    /** All rows of the split, bad ones included. */
    private Mono<Long> total() {
      return documents().then(Mono.fromSupplier(tally::read));
    }

    private void line(Document document, SynchronousSink<String> sink) {
      try {
        check(document);
        sink.next(wording.worded(document).continuations().getFirst());
      } catch (BadRowException e) {
        tally.bad(e);
      }
    }

    private Item corpus(List<String> lines) {
      String text = wording.corpus(lines);
      ObjectNode fields = JsonNodeFactory.instance.objectNode().put("rows", lines.size());
      return new Item(
          task.name(),
          0,
          List.of(new Item.Request("", text)),
          List.of(),
          -1,
          Item.TextSize.NONE,
          List.of(),
          new Document(files.evaluated().file().parts().getFirst(), 0, 1, fields));
    }

    private void select(Document document, SynchronousSink<Document> sink) {
      try {
        if (belongs(files.evaluated(), document)) {
          tally.row();
          // Unreadable rows keep their places where the file is the split.
          sink.next(task.source().select().isEmpty() ? document : document.at(selected));
          selected++;
        }
      } catch (BadRowException e) {
        tally.row();
        tally.bad(e);
      }
    }

    private void item(Document document, SynchronousSink<Item> sink) {
      // Bad and skipped rows draw as well, so that the shots of the others do not depend on them.
      List<Integer> shots = drawer == null ? List.of() : drawer.next(document);
      if (skipped < options.limit().skipped()) {
        skipped++;
        return;
      }
      try {
        check(document);
        sink.next(item(document, shots));
      } catch (BadRowException e) {
        tally.bad(e);
      }
    }

    private Item item(Document document, List<Integer> shots) {
      Wording.Worded worded = wording.worded(document);
      StringBuilder prefix = new StringBuilder(wording.preamble());
      shots.forEach(place -> prefix.append(shotTexts.computeIfAbsent(place, this::shot)));
      List<Item.Request> requests = new ArrayList<>();
      for (int i = 0; i < worded.contexts().size(); i++) {
        requests.add(
            new Item.Request(
                prefix + worded.contexts().get(i),
                wording.delimiter() + worded.continuations().get(i)));
      }
      return new Item(
          task.name(),
          document.index(),
          requests,
          worded.choices(),
          worded.gold(),
          worded.size(),
          shots,
          document);
    }

    private String shot(int place) {
      return wording.shot(pool.get(place));
    }

    private void check(Document document) {
      Row row = Row.of(document, task.source().aliases());
      task.source()
          .marked()
          .forEach((field, value) -> {
            if (row.has(field) && !row.text(field).equals(value)) {
              throw row.bad(
                  "field '%s' is '%s', not '%s': a row of another split"
                      .formatted(field, row.text(field), value));
            }
          });
      String field = task.source().id();
      if (!field.isEmpty() && row.has(field)) {
        Place here = new Place(document.file(), document.line());
        Place before = placesById.putIfAbsent(row.text(field), here);
        if (before != null) {
          String part = before.file().equals(here.file()) ? "" : " of " + before.file();
          throw row.bad(
              "field '%s' is '%s' as in line %d%s"
                  .formatted(field, row.text(field), before.line(), part));
        }
      }
    }

    private boolean belongs(SplitFiles.Found found, Document document) {
      Map<String, String> select = task.source().select();
      if (select.isEmpty()) {
        return true;
      }
      Row row = Row.of(document, task.source().aliases());
      // A file of the configuration alone may leave out what it is.
      return select.entrySet().stream()
          .allMatch(e ->
              (found.ofConfig() && !row.has(e.getKey()))
                  || row.text(e.getKey()).equals(e.getValue()));
    }

    private List<Document> pool(SplitFiles.Found found) {
      List<Document> rows = new ArrayList<>();
      try (DocumentReader reader = found.file().open()) {
        for (Document row = reader.next(); row != null; row = reader.next()) {
          if (belongs(found, row)) {
            rows.add(row);
          }
        }
      }
      return List.copyOf(rows);
    }
  }
}
