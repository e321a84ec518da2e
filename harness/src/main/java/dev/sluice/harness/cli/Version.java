package dev.sluice.harness.cli;

import picocli.CommandLine.IVersionProvider;

/** The version of this build, from its manifest. */
final class Version implements IVersionProvider {

  /** For example {@code 0.1.0-SNAPSHOT}; {@code development} when run from classes. */
  static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {"sluice " + current()};
  }
}
