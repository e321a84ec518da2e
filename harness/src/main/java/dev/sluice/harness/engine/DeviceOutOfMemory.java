package dev.sluice.harness.engine;

/** The device has no memory left for this call; a smaller slice may still fit. */
public final class DeviceOutOfMemory extends EngineFailure {
  private static final long serialVersionUID = 1L;

  public DeviceOutOfMemory(String message, Throwable cause) {
    super(message, cause);
  }
}
