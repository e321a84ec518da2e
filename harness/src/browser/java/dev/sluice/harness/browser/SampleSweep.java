package dev.sluice.harness.browser;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeMap;

/** A made-up sweep of any size: the same numbers each time, as JSON of the contract. */
final class SampleSweep {
  final String name;
  final int blocks;
  final int steps;

  private final Random random = new Random(11);
  private final List<String> left = new ArrayList<>();
  private final TreeMap<String, Double> weight = new TreeMap<>();
  private final int sublayers;
  private double committed = 0.002;

  SampleSweep(String name, int blocks, int steps) {
    this.name = name;
    this.blocks = blocks;
    this.steps = steps;
    this.sublayers = 2 * blocks;
    for (int block = 0; block < blocks; block++) {
      for (String kind : new String[] {"attention", "ffn"}) {
        String sublayer = block + "." + kind;
        double edge = block == 0 || block == blocks - 1 ? 12 : 1;
        double depth = 1 + 2.5 * Math.exp(-6.0 * block / blocks);
        left.add(sublayer);
        weight.put(sublayer, 0.0012 * edge * depth * Math.exp(1.1 * random.nextGaussian()));
      }
    }
  }

  String job(String state, String progress) {
    return """
    {"name":"%s","kind":"sweep","state":"%s","priority":0,"created":"2026-11-21T08:00:00Z",\
    "started":"2026-11-21T08:01:00Z","plan":{"name":"%s","model":"demo","calibration":"demo/calibration.txt",\
    "measure":"ag","until":"0.5"}%s}\
    """
        .formatted(name, state, name, progress.isEmpty() ? "" : ",\"progress\":" + progress);
  }

  String started() {
    return """
    {"name":"%s","model":"demo","measure":"ag","unit":"nats/token","direction":"lower_is_better",\
    "blocks":%d,"weights":"c583543f"}\
    """
        .formatted(name, blocks);
  }

  /** Trials of the present step, of candidates from one place to before another. */
  String trials(int step, int from, int to) {
    List<String> found = new ArrayList<>();
    for (int i = from; i < Math.min(to, left.size()); i++) {
      double score = score(left.get(i));
      found.add(
          String.format(
              Locale.ROOT,
              "{\"step\":%d,\"candidate\":\"%s\",\"outcome\":\"%s\",\"score\":%.6g,"
                  + "\"standardError\":%.3g,\"rowStandardError\":%.3g,\"seconds\":0.04}",
              step,
              left.get(i),
              score > 40 * committed ? "dropped" : "scored",
              score,
              0.04 * score,
              0.07 * score));
    }
    return "{\"step\":" + step + ",\"trials\":[" + String.join(",", found) + "]}";
  }

  private double score(String sublayer) {
    return committed + weight.getOrDefault(sublayer, 0.0);
  }

  /** The best of what is left is cut. */
  String step(int step) {
    String best = left.getFirst();
    for (String one : left) {
      best = score(one) < score(best) ? one : best;
    }
    committed = score(best);
    left.remove(best);
    weight.replaceAll((one, v) -> v * (1.04 + 0.1 * random.nextDouble()));
    double share = (double) step / sublayers;
    return String.format(
        Locale.ROOT,
        "{\"step\":%d,\"candidate\":\"%s\",\"sublayers\":[\"%s\"],\"score\":%.6g,\"reduction\":"
            + "{\"sublayers\":%.4f,\"blocks\":0,\"parameters\":%.4f,\"flops\":%.4f,\"kvCache\":%.4f}}",
        step,
        best,
        best,
        committed,
        share,
        1.05 * share,
        share,
        0.8 * share);
  }

  /** Running means of the candidates from one place to before another. */
  String progress(int step, int from, int to) {
    List<String> running = new ArrayList<>();
    for (int i = from; i < Math.min(to, left.size()); i++) {
      double blur = score(left.get(i)) * (0.9 + 0.2 * random.nextDouble());
      running.add(String.format(Locale.ROOT, "\"%s\":%.6g", left.get(i), blur));
    }
    return String.format(
        Locale.ROOT,
        "{\"job\":\"%s\",\"share\":%.3f,\"step\":%d,\"steps\":%d,\"candidates\":%d,\"scored\":%d,"
            + "\"tokensPerSecond\":%d,\"secondsLeft\":%d,\"rowsSeen\":4,\"rows\":10,\"running\":{%s}}",
        name,
        (double) from / left.size(),
        step,
        steps,
        left.size(),
        from,
        52_000 + random.nextInt(3000),
        (steps - step + 1) * 9,
        String.join(",", running));
  }

  int left() {
    return left.size();
  }

  /** All of it up to a step that is half done, into a channel. */
  void play(EventChannel channel, int upTo) {
    channel.head("job", job("running", ""));
    channel.durable("started", started());
    for (int step = 1; step < upTo; step++) {
      channel.durable("trials", trials(step, 0, left.size()));
      channel.durable("step", step(step));
    }
    channel.durable("trials", trials(upTo, 0, left.size() / 2));
  }
}
