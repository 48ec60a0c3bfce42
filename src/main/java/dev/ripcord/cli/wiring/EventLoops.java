package dev.ripcord.cli.wiring;

import dev.ripcord.cli.console.Console;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.TimeUnit;

/**
 * The event loops of a command: made, looked after ({@link Callbacks}) and closed in one place.
 * Made and closed on an ordinary thread; closing blocks, and ends whatever still runs on them.
 *
 * @param vertx the event loops
 */
public record EventLoops(Vertx vertx) implements AutoCloseable {
  private static final long CLOSE_SECONDS = 4;

  /**
   * Linux's own event loop: the JDK's waits in whole milliseconds and spins through the rest before
   * each timer, half of what many polls cost. Elsewhere the JDK's is used.
   */
  private static final VertxOptions OPTIONS =
      new VertxOptions().setEventLoopPoolSize(2).setPreferNativeTransport(true);

  /** Starts them; a failure that nobody awaits is written to the console and ends the process. */
  public static EventLoops open(Console console) {
    return new EventLoops(Callbacks.watched(Vertx.vertx(OPTIONS), console));
  }

  @Override
  public void close() {
    vertx.close().timeout(CLOSE_SECONDS, TimeUnit.SECONDS).otherwiseEmpty().await();
  }
}
