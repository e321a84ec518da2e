package dev.sluice.harness.engine;

/** Lets tests of other packages see what becomes of an error inside native code. */
public final class NativeErrors {
  private NativeErrors() {}

  /** Raise an error where native code would. */
  public static void raise(Error error) {
    TorchModule.guarded(
        "test",
        () -> {
          throw error;
        });
  }
}
