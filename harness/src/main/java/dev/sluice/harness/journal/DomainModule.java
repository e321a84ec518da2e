package dev.sluice.harness.journal;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.harness.variant.Variant;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How values that are no plain records stand in JSON: optionals, doubles, times, candidates, variants. */
final class DomainModule extends SimpleModule {
  private static final long serialVersionUID = 1L;

  DomainModule() {
    super("sluice");
    addSerializer(Candidate.class, new ToText<>(Candidate::name, Candidate::parse));
    addDeserializer(Candidate.class, new FromText<>(Candidate::parse));
    addSerializer(Variant.class, new ToText<>(Variant::toString, Variant::parse));
    addDeserializer(Variant.class, new FromText<>(Variant::parse));
    addSerializer(Instant.class, new ToText<>(Instant::toString, Instant::parse));
    addDeserializer(Instant.class, new FromText<>(Instant::parse));
    addDeserializer(Double.class, new FromNumber());
    addDeserializer(double.class, new FromNumber());
    addOptionals();
  }

  private void addOptionals() {
    addSerializer(Optional.class, new FromOptional<>(o -> content(o)));
    addSerializer(
        OptionalDouble.class,
        new FromOptional<>(o -> o.isPresent() ? (Double) o.getAsDouble() : null));
    addSerializer(
        OptionalInt.class, new FromOptional<>(o -> o.isPresent() ? (Integer) o.getAsInt() : null));
    addDeserializer(Optional.class, new ToOptional<>(Object.class, Optional::of, Optional.empty()));
    addDeserializer(
        OptionalDouble.class,
        new ToOptional<>(double.class, d -> OptionalDouble.of((Double) d), OptionalDouble.empty()));
    addDeserializer(
        OptionalInt.class,
        new ToOptional<>(int.class, i -> OptionalInt.of((Integer) i), OptionalInt.empty()));
  }

  private static @Nullable Object content(Optional<?> optional) {
    return optional.isPresent() ? optional.get() : null;
  }

  /** Writes a text form that is known to read back as the same value. */
  private static final class ToText<T> extends JsonSerializer<T> {
    private final Function<T, String> write;
    private final Function<String, T> read;

    ToText(Function<T, String> write, Function<String, T> read) {
      this.write = write;
      this.read = read;
    }

    @Override
    public void serialize(T value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      String text = write.apply(value);
      if (!read.apply(text).equals(value)) {
        throw new JsonMappingException(json, "'" + text + "' would not read back as " + value);
      }
      json.writeString(text);
    }
  }

  private static final class FromText<T> extends JsonDeserializer<T> {
    private final Function<String, T> read;

    FromText(Function<String, T> read) {
      this.read = read;
    }

    @Override
    public T deserialize(JsonParser json, DeserializationContext context) throws IOException {
      if (!json.hasToken(JsonToken.VALUE_STRING)) {
        throw new JsonMappingException(json, "expected text, found " + json.currentToken());
      }
      return read.apply(json.getText());
    }
  }

  /** Numbers, and the texts that stand for the values which JSON has no number for. */
  private static final class FromNumber extends JsonDeserializer<Double> {
    @Override
    public Double deserialize(JsonParser json, DeserializationContext context) throws IOException {
      if (json.currentToken().isNumeric()) {
        return json.getDoubleValue();
      }
      return switch (json.getText()) {
        case "NaN" -> Double.NaN;
        case "Infinity" -> Double.POSITIVE_INFINITY;
        case "-Infinity" -> Double.NEGATIVE_INFINITY;
        default -> throw new JsonMappingException(json, "'" + json.getText() + "' is no number");
      };
    }

    @Override
    public Double getNullValue(DeserializationContext context) throws JsonMappingException {
      throw new JsonMappingException(context.getParser(), "null where a number is expected");
    }
  }

  private static final class FromOptional<T> extends JsonSerializer<T> {
    private final Function<T, @Nullable Object> value;

    FromOptional(Function<T, @Nullable Object> value) {
      this.value = value;
    }

    @Override
    public void serialize(T optional, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      provider.defaultSerializeValue(value.apply(optional), json);
    }
  }

  /** Null is the empty value; a missing field is an error. */
  private static final class ToOptional<T> extends JsonDeserializer<T>
      implements ContextualDeserializer {
    private final Class<?> content;
    private final Function<Object, T> wrap;
    private final T empty;
    private final @Nullable JsonDeserializer<?> inner;

    ToOptional(Class<?> content, Function<Object, T> wrap, T empty) {
      this(content, wrap, empty, null);
    }

    private ToOptional(
        Class<?> content, Function<Object, T> wrap, T empty, @Nullable JsonDeserializer<?> inner) {
      this.content = content;
      this.wrap = wrap;
      this.empty = empty;
      this.inner = inner;
    }

    @Override
    public JsonDeserializer<?> createContextual(
        DeserializationContext context, @Nullable BeanProperty property)
        throws JsonMappingException {
      JavaType type = context.getContextualType();
      JavaType contained =
          type != null && type.containedTypeCount() == 1
              ? type.containedType(0)
              : context.constructType(content);
      return new ToOptional<>(
          content, wrap, empty, context.findContextualValueDeserializer(contained, property));
    }

    @Override
    public T deserialize(JsonParser json, DeserializationContext context) throws IOException {
      if (inner == null) {
        throw new JsonMappingException(json, "optional of unknown content");
      }
      return wrap.apply(inner.deserialize(json, context));
    }

    @Override
    public T getNullValue(DeserializationContext context) {
      return empty;
    }
  }
}
