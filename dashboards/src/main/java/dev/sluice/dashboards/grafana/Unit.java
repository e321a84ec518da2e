package dev.sluice.dashboards.grafana;

/** Units as Grafana calls them. */
public enum Unit {
  /** Counts of things; large ones are shortened. */
  COUNT("short"),
  /** A number as it is. */
  NUMBER("none"),
  /** 0 to 1, shown as per cent. */
  SHARE("percentunit"),
  /** 0 to 100. */
  PERCENT("percent"),
  SECONDS("s"),
  /** Seconds as days, hours and minutes. */
  SPAN("dtdurations"),
  BYTES("bytes"),
  MEBIBYTES("mbytes"),
  BYTES_PER_SECOND("Bps"),
  TOKENS_PER_SECOND("si:tok/s"),
  PROMPTS_PER_SECOND("si:prompts/s"),
  PER_SECOND("cps"),
  REQUESTS_PER_SECOND("reqps"),
  PER_MINUTE("opm"),
  NATS("suffix: nats"),
  CELSIUS("celsius"),
  WATTS("watt"),
  JOULES("joule"),
  /** Text, or a code that is shown as text. */
  TEXT("string");

  private final String id;

  Unit(String id) {
    this.id = id;
  }

  /** As Grafana calls it. */
  public String id() {
    return id;
  }
}
