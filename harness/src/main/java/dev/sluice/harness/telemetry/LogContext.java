package dev.sluice.harness.telemetry;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import reactor.core.publisher.Hooks;

/**
 * What a thread works for, in the log lines that it writes: the sweep or evaluation, and the variant
 * where one alone is meant. Goes along wherever Reactor changes threads, event loops included.
 */
public final class LogContext implements AutoCloseable {
  private static final List<Label> CARRIED = List.of(Label.SWEEP, Label.EVALUATION, Label.VARIANT);

  private final Label key;
  private final @Nullable String before;

  private LogContext(Label key, String value) {
    this.key = key;
    this.before = MDC.get(key.id());
    MDC.put(key.id(), value);
  }

  /** Carries one key of the log's context. */
  private record Carrier(String key) implements ThreadLocalAccessor<String> {
    @Override
    public @Nullable String getValue() {
      return MDC.get(key);
    }

    @Override
    public void setValue(String value) {
      MDC.put(key, value);
    }

    @Override
    public void setValue() {
      MDC.remove(key);
    }
  }

  /** Let Reactor carry the context in this process; once is enough, more does no harm. */
  static void install() {
    for (Label label : CARRIED) {
      ContextRegistry.getInstance().registerThreadLocalAccessor(new Carrier(label.id()));
    }
    Hooks.enableAutomaticContextPropagation();
  }

  /** This thread, and what it subscribes to, works for a sweep until this is closed. */
  static LogContext sweep(String name) {
    return new LogContext(Label.SWEEP, name);
  }

  /** As {@link #sweep}, for an evaluation. */
  static LogContext evaluation(String name) {
    return new LogContext(Label.EVALUATION, name);
  }

  /** As {@link #sweep}, for one variant. */
  public static LogContext variant(String name) {
    return new LogContext(Label.VARIANT, name);
  }

  @Override
  public void close() {
    if (before == null) {
      MDC.remove(key.id());
    } else {
      MDC.put(key.id(), before);
    }
  }
}
