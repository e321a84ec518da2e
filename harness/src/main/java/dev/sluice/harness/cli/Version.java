package dev.sluice.harness.cli;

import dev.sluice.harness.session.Release;
import picocli.CommandLine.IVersionProvider;

/** The version of this build, from its manifest. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {"sluice " + Release.current()};
  }
}
