package dev.sluice.harness.telemetry;

import java.util.Arrays;
import java.util.List;

/**
 * What is declared of a meter besides its name.
 *
 * @param unit base unit in plural, the end of the name; empty for counts and for what has none
 * @param help one sentence, as it is exposed
 * @param labels in the order in which values are given
 * @param bound on its series, in words
 * @param most label sets: beyond it new ones are denied and counted
 * @param buckets upper bounds of a histogram's buckets; empty for others
 */
public record MeterShape(
    Type type,
    String unit,
    String help,
    List<Label> labels,
    String bound,
    int most,
    List<Double> buckets) {

  /** What kind of meter it is. */
  public enum Type {
    COUNTER,
    GAUGE,
    HISTOGRAM,
    /** Always 1: its labels say something. */
    INFO
  }

  private static final int MOST = 1_000;

  public MeterShape {
    labels = List.copyOf(labels);
    buckets = List.copyOf(buckets);
  }

  static MeterShape counter(String unit, String help) {
    return new MeterShape(Type.COUNTER, unit, help, List.of(), "1", MOST, List.of());
  }

  static MeterShape gauge(String unit, String help) {
    return new MeterShape(Type.GAUGE, unit, help, List.of(), "1", MOST, List.of());
  }

  static MeterShape info(String help) {
    return new MeterShape(Type.INFO, "", help, List.of(), "1", MOST, List.of());
  }

  static MeterShape histogram(String unit, String help, List<Double> buckets) {
    return new MeterShape(Type.HISTOGRAM, unit, help, List.of(), "1", MOST, buckets);
  }

  MeterShape by(Label... names) {
    return new MeterShape(type, unit, help, Arrays.asList(names), bound, most, buckets);
  }

  /** So many label sets in words, and the number that is never passed. */
  MeterShape bound(String words, int atMost) {
    return new MeterShape(type, unit, help, labels, words, atMost, buckets);
  }
}
