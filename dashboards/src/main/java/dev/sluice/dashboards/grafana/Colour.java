package dev.sluice.dashboards.grafana;

/** Okabe and Ito's colours, which people with colour blindness tell apart as well. */
public enum Colour {
  BLUE("#0072B2"),
  ORANGE("#E69F00"),
  GREEN("#009E73"),
  PINK("#CC79A7"),
  SKY("#56B4E9"),
  VERMILION("#D55E00"),
  YELLOW("#F0E442"),
  GREY("#8E8E8E");

  private final String hex;

  Colour(String hex) {
    this.hex = hex;
  }

  String hex() {
    return hex;
  }
}
