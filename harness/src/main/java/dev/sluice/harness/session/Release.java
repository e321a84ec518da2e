package dev.sluice.harness.session;

/** Which release of Sluice this is. */
public final class Release {
  private Release() {}

  /** The version that the jar names; of classes outside a jar {@code development}. */
  public static String current() {
    String version = Release.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
