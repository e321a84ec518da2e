package dev.sluice.harness.cli;

import java.lang.reflect.Proxy;

/**
 * What Ctrl-C (SIGINT) does. The JDK's class for signals is reached by reflection: there is no other,
 * and the compiler takes no excuse for naming it.
 */
final class CtrlC {
  private final Object signal;
  private final Class<?> handlers;

  private CtrlC(String name) throws ReflectiveOperationException {
    signal = Class.forName("sun.misc.Signal").getConstructor(String.class).newInstance(name);
    handlers = Class.forName("sun.misc.SignalHandler");
  }

  /**
   * Have every Ctrl-C call an action, on a thread of its own; what to run to undo that. Where the JVM
   * gives no signals (option {@code -Xrs}) nothing changes.
   */
  static Runnable calls(Runnable action) {
    return calls("INT", action);
  }

  /** As {@link #calls(Runnable)}, of a signal by its name, such as {@code TERM}. */
  static Runnable calls(String signal, Runnable action) {
    try {
      CtrlC ctrlC = new CtrlC(signal);
      Object before = ctrlC.handle(ctrlC.handler(action));
      return () -> ctrlC.restore(before);
    } catch (ReflectiveOperationException e) {
      return () -> {};
    }
  }

  private Object handler(Runnable action) {
    return Proxy.newProxyInstance(
        CtrlC.class.getClassLoader(),
        new Class<?>[] {handlers},
        (proxy, method, arguments) -> {
          action.run();
          return null;
        });
  }

  private Object handle(Object handler) throws ReflectiveOperationException {
    return signal
        .getClass()
        .getMethod("handle", signal.getClass(), handlers)
        .invoke(null, signal, handler);
  }

  private void restore(Object before) {
    try {
      handle(before);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
