package dev.sluice.harness.telemetry;

import java.util.Arrays;
import java.util.List;

/**
 * What is declared of a meter besides its name.
 *
 * @param unit base unit in plural, the end of the name; empty for counts and for what has none
 * @param help one sentence, as it is exposed
 * @param labels in the order in which values are given
 * @param bound on its label sets, in words
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

  /** With labels, of which the first names what the meter belongs to. */
  MeterShape by(Label... names) {
    String one = "1 a live " + names[0].id();
    return new MeterShape(type, unit, help, Arrays.asList(names), one, most, buckets);
  }

  /** So many label sets in words, and the number that is never passed. */
  MeterShape bound(String words, int atMost) {
    return new MeterShape(type, unit, help, labels, words, atMost, buckets);
  }

  /** Upper bounds of buckets, few: each is a series for each label set. */
  static final class Buckets {
    private Buckets() {}

    /** From rounding to where a model is broken, in whatever unit the measure has. */
    static final List<Double> DIVERGENCE =
        List.of(
            1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 0.5, 1.0, 3.0, 10.0, 100.0, 1e3);

    /** Per token. */
    static final List<Double> NLL =
        List.of(0.1, 0.3, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 8.0, 12.0, 20.0);

    /** Of one batch, from a tiny model to a large one that is brought to the device in parts. */
    static final List<Double> FORWARD_SECONDS =
        List.of(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0);

    /** Of one commit. */
    static final List<Double> WRITE_SECONDS =
        List.of(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0);

    /** Of one request. */
    static final List<Double> REQUEST_SECONDS =
        List.of(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0);

    /** Positions in a batch. */
    static final List<Double> TOKENS =
        List.of(16.0, 64.0, 256.0, 512.0, 1024.0, 2048.0, 4096.0, 8192.0, 16384.0, 65536.0);

    /** Variants that walk together. */
    static final List<Double> VARIANTS =
        List.of(1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 1024.0);
  }
}
