package dev.sluice.harness.journal;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.harness.model.ModelConfig.Positions;
import dev.sluice.harness.model.ModelConfig.RopeScaling;
import dev.sluice.harness.plan.SweepPlan;
import dev.sluice.harness.sweep.SweepEvent;
import dev.sluice.harness.sweep.SweepEvent.Attributed;
import dev.sluice.harness.sweep.SweepEvent.GradientsTaken;
import dev.sluice.harness.sweep.SweepEvent.Profiled;
import dev.sluice.harness.sweep.SweepEvent.StepCommitted;
import dev.sluice.harness.sweep.SweepEvent.SweepFinished;
import dev.sluice.harness.sweep.SweepEvent.SweepStarted;
import dev.sluice.harness.sweep.SweepEvent.TrialsScored;
import dev.sluice.harness.sweep.SweepEvent.VariantsSurveyed;

/**
 * Events as JSON text and back, without loss: NaN, infinities and every bit of a double included.
 *
 * <p>An object's fields are the components of its record, all of them present but for the journal's
 * folder, {@code null} where an optional value is empty; a field more or less is refused. Changing a
 * component therefore changes {@link SweepFile#SCHEMA_VERSION}. Text is ASCII: other characters are
 * escaped. Safe for several threads.
 */
final class EventCodec {
  private static final String STARTED = "sweep-started";
  private static final String SCORED = "trials-scored";
  private static final String SURVEYED = "variants-surveyed";
  private static final String PROFILED = "profiled";
  private static final String GRADIENTS = "gradients-taken";
  private static final String ATTRIBUTED = "attributed";
  private static final String COMMITTED = "step-committed";
  private static final String FINISHED = "sweep-finished";

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(
              DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
              DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS,
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
              DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .addModule(new DomainModule())
          .addMixIn(RopeScaling.class, RopeScalingKinds.class)
          .addMixIn(Positions.class, PositionsKinds.class)
          .addMixIn(SweepPlan.class, WithoutPlace.class)
          .build();

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = RopeScaling.None.class, name = "none"),
    @JsonSubTypes.Type(value = RopeScaling.Linear.class, name = "linear"),
    @JsonSubTypes.Type(value = RopeScaling.Dynamic.class, name = "dynamic"),
    @JsonSubTypes.Type(value = RopeScaling.Llama3.class, name = "llama3"),
    @JsonSubTypes.Type(value = RopeScaling.LongRope.class, name = "longrope")
  })
  private interface RopeScalingKinds {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Positions.Rotary.class, name = "rotary"),
    @JsonSubTypes.Type(value = Positions.Learned.class, name = "learned")
  })
  private interface PositionsKinds {}

  /** Where a journal lies is not in it: it may be moved. */
  @JsonIgnoreProperties("journal")
  abstract static class WithoutPlace {
    @JsonCreator
    WithoutPlace(
        @JsonProperty("name") String name,
        @JsonProperty("model") String model,
        @JsonProperty("calibration") SweepPlan.Calibration calibration,
        @JsonProperty("search") SweepPlan.Search search,
        @JsonProperty("execution") SweepPlan.Execution execution) {}
  }

  private EventCodec() {}

  /** The name under which an event is stored. */
  static String kind(SweepEvent event) {
    return switch (event) {
      case SweepStarted ignored -> STARTED;
      case TrialsScored ignored -> SCORED;
      case VariantsSurveyed ignored -> SURVEYED;
      case Profiled ignored -> PROFILED;
      case GradientsTaken ignored -> GRADIENTS;
      case Attributed ignored -> ATTRIBUTED;
      case StepCommitted ignored -> COMMITTED;
      case SweepFinished ignored -> FINISHED;
    };
  }

  /** The event's components as one JSON object. */
  static String payload(SweepEvent event) {
    try {
      return MAPPER.writeValueAsString(event);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          kind(event) + " cannot be written: " + e.getOriginalMessage(), e);
    }
  }

  /** Rebuild an event; an {@link IllegalArgumentException} says in one line what is not understood. */
  static SweepEvent decode(String kind, String payload) {
    Class<? extends SweepEvent> type =
        switch (kind) {
          case STARTED -> SweepStarted.class;
          case SCORED -> TrialsScored.class;
          case SURVEYED -> VariantsSurveyed.class;
          case PROFILED -> Profiled.class;
          case GRADIENTS -> GradientsTaken.class;
          case ATTRIBUTED -> Attributed.class;
          case COMMITTED -> StepCommitted.class;
          case FINISHED -> SweepFinished.class;
          default -> throw new IllegalArgumentException("unknown kind '" + kind + "'");
        };
    try {
      SweepEvent event = MAPPER.readValue(payload, type);
      if (event == null) {
        throw new IllegalArgumentException("null where an event is expected");
      }
      return event;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage().lines().findFirst().orElse(""), e);
    }
  }
}
