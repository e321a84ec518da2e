package dev.sluice.harness.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.harness.model.family.Setting;
import dev.sluice.scorers.PrerequisiteException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The values of one JSON object, taken out by key and type; an absent key and a null are the same
 * unless {@link #states} is asked.
 *
 * @param prefix put before keys in messages, such as {@code rope_parameters.}
 */
record ConfigValues(JsonNode node, String file, String prefix) {

  /** Whether the key is there, null or not. */
  boolean states(String key) {
    return node.has(key);
  }

  boolean has(String key) {
    return node.hasNonNull(key);
  }

  /** A whole number from 1 to {@code max} that must be there. */
  int whole(String key, int max) {
    return optionalWhole(key, max).orElseThrow(() -> missing(key));
  }

  int whole(String key, int max, int otherwise) {
    return optionalWhole(key, max).orElse(otherwise);
  }

  OptionalInt optionalWhole(String key, int max) {
    return wholeFrom(key, 1, max);
  }

  OptionalInt wholeFrom(String key, int min, int max) {
    if (!has(key)) {
      return OptionalInt.empty();
    }
    JsonNode value = node.get(key);
    boolean fits = value.isIntegralNumber() && value.canConvertToInt();
    if (!fits || value.intValue() < min || value.intValue() > max) {
      throw wrong(key, "must be a whole number from " + min + " to " + max);
    }
    return OptionalInt.of(value.intValue());
  }

  /** A finite number above 0. */
  double number(String key, double otherwise) {
    if (!has(key)) {
      return otherwise;
    }
    JsonNode value = node.get(key);
    if (!value.isNumber() || !Double.isFinite(value.doubleValue()) || value.doubleValue() <= 0) {
      throw wrong(key, "must be a finite number above 0");
    }
    return value.doubleValue();
  }

  /** A finite number above 0 that must be there. */
  double number(String key) {
    if (!has(key)) {
      throw missing(key);
    }
    return number(key, Double.NaN);
  }

  boolean flag(String key, boolean otherwise) {
    if (!has(key)) {
      return otherwise;
    }
    if (!node.get(key).isBoolean()) {
      throw wrong(key, "must be true or false");
    }
    return node.get(key).booleanValue();
  }

  Optional<String> text(String key) {
    if (!has(key)) {
      return Optional.empty();
    }
    if (!node.get(key).isTextual()) {
      throw wrong(key, "must be a text");
    }
    return Optional.of(node.get(key).textValue());
  }

  /** The key under which a setting is found, or would be. */
  String key(Setting setting) {
    return setting.keys().stream().filter(this::has).findFirst().orElse(setting.keys().getFirst());
  }

  boolean states(Setting setting) {
    return setting.keys().stream().anyMatch(this::states);
  }

  private boolean has(Setting setting) {
    return setting.keys().stream().anyMatch(this::has);
  }

  /** A whole number from 1 to {@code max} that must be there, or be given by the family. */
  int whole(Setting setting, int max) {
    if (has(setting) || setting.otherwise().isEmpty()) {
      return whole(key(setting), max);
    }
    return Integer.parseInt(setting.otherwise().get());
  }

  /** As {@link #whole}, but a key that is there and null is the empty value. */
  OptionalInt optionalWhole(Setting setting, int max) {
    if (states(setting)) {
      return optionalWhole(key(setting), max);
    }
    return setting
        .otherwise()
        .map(text -> OptionalInt.of(Integer.parseInt(text)))
        .orElse(OptionalInt.empty());
  }

  /** A finite number above 0 that must be there, or be given by the family. */
  double number(Setting setting) {
    if (has(setting) || setting.otherwise().isEmpty()) {
      return number(key(setting));
    }
    return Double.parseDouble(setting.otherwise().get());
  }

  /** As {@link #number}, but a key that is there and null is the empty value. */
  OptionalDouble optionalNumber(Setting setting) {
    boolean empty = states(setting) ? !has(setting) : setting.otherwise().isEmpty();
    return empty ? OptionalDouble.empty() : OptionalDouble.of(number(setting));
  }

  boolean flag(Setting setting) {
    boolean otherwise = Boolean.parseBoolean(setting.otherwise().orElse("false"));
    return has(setting) ? flag(key(setting), otherwise) : otherwise;
  }

  /** A text that must be there, or be given by the family. */
  String text(Setting setting) {
    return has(setting)
        ? text(key(setting)).orElseThrow()
        : setting.otherwise().orElseThrow(() -> missing(key(setting)));
  }

  /** A list of so many finite numbers above 0 that must be there. */
  List<Double> numbers(String key, int count) {
    if (!has(key)) {
      throw missing(key);
    }
    JsonNode list = node.get(key);
    String rule = "must be a list of " + count + " finite numbers above 0";
    if (!list.isArray() || list.size() != count) {
      throw wrong(key, rule);
    }
    List<Double> numbers = new ArrayList<>();
    for (JsonNode value : list) {
      if (!value.isNumber() || !Double.isFinite(value.doubleValue()) || value.doubleValue() <= 0) {
        throw wrong(key, rule);
      }
      numbers.add(value.doubleValue());
    }
    return numbers;
  }

  /** The object under a key; empty where it is absent, null or has no members. */
  Optional<ConfigValues> object(String key) {
    if (!has(key)) {
      return Optional.empty();
    }
    if (!node.get(key).isObject()) {
      throw wrong(key, "must be an object");
    }
    return node.get(key).isEmpty()
        ? Optional.empty()
        : Optional.of(new ConfigValues(node.get(key), file, prefix + key + "."));
  }

  private PrerequisiteException missing(String key) {
    return new PrerequisiteException(
        file + ": " + prefix + key + " is missing: add it as the model's card gives it");
  }

  PrerequisiteException wrong(String key, String rule) {
    JsonNode value = node.path(key);
    String shown =
        value.isContainerNode() ? value.isArray() ? "a list" : "an object" : value.asText();
    return new PrerequisiteException(
        file + ": " + prefix + key + " is " + StrictJson.quote(shown) + ": " + rule);
  }
}
