package dev.sluice.harness.browser;

import java.nio.file.Files;
import java.nio.file.Path;

/** Serves the page with made-up jobs, to look at it while it is changed: see src/browser/README.md. */
final class FixtureDemo {
  private FixtureDemo() {}

  public static void main(String[] arguments) throws Exception {
    FixtureService service = new FixtureService(Integer.parseInt(arguments[0]));
    SampleSweep small = new SampleSweep("demo", 12, 12);
    SampleSweep large = new SampleSweep("wide", 80, 160);
    small.play(service.events("/jobs/demo/events"), 8);
    large.play(service.events("/jobs/wide/events"), 90);
    String jobs =
        "{\"total\":3,\"jobs\":["
            + small.job("running", small.progress(8, 9, 12))
            + ","
            + large.job("queued", "").replace("\"priority\":0", "\"priority\":3,\"place\":1")
            + ","
            + new SampleSweep("broken", 2, 2)
                .job("failed", "")
                .replace("\"plan\"", "\"problem\":\"/models/x: no config.json there. Name a checkpoint folder.\",\"plan\"")
            + "]}";
    service.json("GET /jobs", jobs);
    service.events("/events").head("jobs", jobs);
    service.json("GET /jobs/demo", small.job("running", ""));
    service.json("GET /jobs/wide", large.job("running", ""));
    if (arguments.length > 1) {
      canned(service, Path.of(arguments[1]));
    }
    System.out.println(service.url("/"));
    while (true) {
      Thread.sleep(250);
      int from = small.left() / 2;
      service.events("/jobs/demo/events").passing("progress", small.progress(8, from, from + 4));
      service.events("/events").passing("progress", small.progress(8, from, from + 4));
      from = large.left() / 2;
      service.events("/jobs/wide/events").passing("progress", large.progress(90, from, from + 16));
    }
  }

  /** Files named like {@code GET+plan-keys.json}. */
  private static void canned(FixtureService service, Path folder) throws Exception {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString().replace(".json", "").replace("+", " /").replace("~", "/");
        service.json(name, Files.readString(file));
      }
    }
  }
}
