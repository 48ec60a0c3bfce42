package dev.ripcord.cli.start;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGHUP, by which a daemon is told to read its configuration anew. Without this it would end, as
 * it does at other signals. Where it is ignored, as under {@code nohup}, it stays so.
 */
final class HangUp {
  private static final Logger LOG = LoggerFactory.getLogger(HangUp.class);
  private static final String NAME = "HUP";

  private HangUp() {}

  /**
   * From now on.
   *
   * @param told is called for each, on a thread of the JVM; must return at once
   */
  static void handle(Runnable told) {
    try {
      // Every JDK has this class (JEP 260), and a compiler warns of whoever names it.
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      MethodHandle run =
          MethodHandles.lookup()
              .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
              .bindTo(told);
      Object handling =
          MethodHandleProxies.asInterfaceInstance(
              handler, MethodHandles.dropArguments(run, 0, signal));
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(NAME), handling);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      LOG.warn("SIGHUP ends this daemon, since it cannot be handled here: {}", e.toString());
    }
  }
}
