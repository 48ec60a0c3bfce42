package dev.ripcord.cli.wiring;

import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.Logging;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The event loops of a command: made when they are first asked for, looked after ({@link
 * Callbacks}) and closed in one place. Made and closed on an ordinary thread; closing blocks, and
 * ends whatever still runs on them. Whoever asks after that gets new ones.
 */
public final class EventLoops implements AutoCloseable {
  private static final long CLOSE_SECONDS = 4;

  private final Console console;
  private @Nullable Vertx vertx;

  /** Nothing is started yet. */
  public EventLoops(Console console) {
    this.console = console;
  }

  /** Starts them; a failure that nobody awaits is written to the console and ends the process. */
  public synchronized Vertx vertx() {
    if (vertx == null) {
      vertx = Callbacks.watched(Vertx.vertx(options()), console);
    }
    return vertx;
  }

  /**
   * Linux's own event loop: the JDK's waits in whole milliseconds and spins through the rest before
   * each timer, half of what many polls cost. Elsewhere the JDK's is used.
   */
  private static VertxOptions options() {
    VertxOptions options =
        new VertxOptions().setEventLoopPoolSize(2).setPreferNativeTransport(true);
    int blockedMillis = Integer.getInteger(Logging.BLOCKED_MILLIS, 0);
    return blockedMillis <= 0
        ? options
        : options
            .setMaxEventLoopExecuteTime(blockedMillis)
            .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS)
            .setWarningExceptionTime(blockedMillis)
            .setWarningExceptionTimeUnit(TimeUnit.MILLISECONDS)
            .setBlockedThreadCheckInterval(Math.max(1, blockedMillis / 5));
  }

  @Override
  public synchronized void close() {
    if (vertx != null) {
      vertx.close().timeout(CLOSE_SECONDS, TimeUnit.SECONDS).otherwiseEmpty().await();
      vertx = null;
    }
  }
}
