package dev.ripcord.cli.wiring;

import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.port.ProgramError;
import io.vertx.core.Vertx;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a failure in a callback, which has nobody above it. Vert.x writes it to the log
 * and goes on, and whoever waits for what the callback was to do waits for ever. An error of the
 * program or of the machine therefore ends the process: what it had begun is in the journal or is
 * rolled back by the server. Other failures are written to the log.
 */
final class Callbacks {
  private static final Logger LOG = LoggerFactory.getLogger(Callbacks.class);

  private final Console console;
  private final Runnable end;
  private final AtomicBoolean ending = new AtomicBoolean();

  /**
   * Looks after nothing yet.
   *
   * @param end ends the process; called once, from whatever thread
   */
  Callbacks(Console console, Runnable end) {
    this.console = console;
    this.end = end;
  }

  /** The same event loops, looked after until the process ends. */
  static Vertx watched(Vertx vertx, Console console) {
    // The shutdown waits for the event loops, so none of them can wait for the shutdown.
    Runnable exit = () -> new Thread(() -> System.exit(ExitCode.FAILED), "error").start();
    Thread.setDefaultUncaughtExceptionHandler(Callbacks::uncaught);
    return vertx.exceptionHandler(new Callbacks(console, exit)::failed);
  }

  /** Of a thread beside the event loops, which hands on what it has done. */
  static void uncaught(Thread thread, Throwable failure) {
    if (isLate(failure)) {
      LOG.debug("{} came to its end after the event loops", thread.getName(), failure);
    } else {
      LOG.error("{} failed", thread.getName(), failure);
    }
  }

  /** The event loops are closed: the program is being taken apart, and nobody waits for it. */
  private static boolean isLate(Throwable failure) {
    return failure instanceof RejectedExecutionException;
  }

  void failed(Throwable failure) {
    if (isLate(failure)) {
      LOG.debug("a callback came after the end", failure);
    } else if (!(failure instanceof Error error)) {
      LOG.error("a callback failed", failure);
    } else if (ending.compareAndSet(false, true)) {
      LOG.debug("a callback failed", error);
      console.err().println("ripcord: " + ProgramError.why(error) + ". The process ends.");
      end.run();
    }
  }
}
