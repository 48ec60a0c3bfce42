package dev.ripcord.cli.wiring;

import dev.ripcord.cli.console.CommandRunner;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.engine.Supervisor;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.watch.WatchState.Phase;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * What happens on Ctrl-C or SIGTERM: says what is under way and that the journal carries it on,
 * then takes the program apart within the few seconds that a service manager gives.
 */
public final class Interruption {
  private final Console console;
  private final Assembly assembly;
  private final boolean clean;
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicBoolean underWay = new AtomicBoolean();
  private volatile Optional<Running> running = Optional.empty();
  private volatile Optional<WatchRow> followed = Optional.empty();
  private volatile Supplier<Optional<String>> standing = Optional::empty;

  private volatile Runnable leaving = () -> {};

  private record Running(Supervisor supervisor, WatchRow row) {}

  private Interruption(Console console, Assembly assembly, boolean clean) {
    this.console = console;
    this.assembly = assembly;
    this.clean = clean;
  }

  /** From now on until {@link #over}; the exit code tells of the signal. */
  public static Interruption around(Console console, Assembly assembly) {
    return around(console, assembly, false);
  }

  /** For a daemon: to be asked to stop is how it ends, and the exit code is 0. */
  public static Interruption aroundDaemon(Console console, Assembly assembly) {
    return around(console, assembly, true);
  }

  private static Interruption around(Console console, Assembly assembly, boolean clean) {
    Interruption interruption = new Interruption(console, assembly, clean);
    Runtime.getRuntime().addShutdownHook(new Thread(interruption::interrupted, "stop"));
    return interruption;
  }

  /**
   * What is said as long as no watch runs.
   *
   * @param line asked for when the signal comes, from another thread
   */
  public void standing(Supplier<String> line) {
    standing = () -> Optional.of(line.get());
  }

  /**
   * What is still done before the program is taken apart.
   *
   * @param last is called when the signal has come, from another thread; quick, and waits for
   *     nobody
   */
  public void leaving(Runnable last) {
    leaving = last;
  }

  /** A watch runs: there is something to say. */
  public void watching(Supervisor supervisor, WatchRow row) {
    running = Optional.of(new Running(supervisor, row));
    followed = Optional.empty();
  }

  /** Another process watches, and this one only follows it. */
  public void following(WatchRow row) {
    followed = Optional.of(row);
  }

  /** Whether the program is being taken apart: what fails now fails for that. */
  public boolean isUnderWay() {
    return underWay.get();
  }

  /** The command ends by itself. */
  public void over() {
    over.set(true);
  }

  /**
   * A failure for the caller to throw; while the program is being taken apart it does not come
   * back, since what fails then fails for that, and the interruption has been reported already.
   */
  public RuntimeException unlessUnderWay(RuntimeException failure) {
    if (underWay.get()) {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return failure;
  }

  /**
   * Ends the process with exit code 1, since it could neither write down nor act: a service manager
   * starts it anew. Does nothing where it ends already.
   */
  public void lost(String why) {
    if (!over.get() && underWay.compareAndSet(false, true)) {
      console.err().println("ripcord: " + why + ". Nothing can be written down; the process ends.");
      leave();
      assembly.close();
      console.out().flush();
      console.err().flush();
      Runtime.getRuntime().halt(ExitCode.FAILED);
    }
  }

  private void leave() {
    try {
      leaving.run();
    } catch (RuntimeException e) {
      console.err().println("ripcord: " + CommandRunner.message(e));
    }
  }

  private void interrupted() {
    if (!over.get()) {
      underWay.set(true);
      describe().ifPresent(line -> console.err().println("ripcord: " + line));
      leave();
      assembly.close();
      if (clean) {
        console.out().flush();
        console.err().flush();
        Runtime.getRuntime().halt(0);
      }
    }
  }

  private Optional<String> describe() {
    return running
        .map(Interruption::describe)
        .or(
            () ->
                followed.map(
                    row ->
                        "interrupted; the watch of "
                            + row.charter().release().shownName()
                            + " goes on in the process that does it."))
        .or(standing);
  }

  private static String describe(Running running) {
    Phase state =
        running.supervisor().services().stream()
            .flatMap(s -> s.watch().stream())
            .filter(w -> w.row().id() == running.row().id())
            .map(w -> w.phase())
            .findFirst()
            .orElse(Phase.ENDED);
    String release = running.row().charter().release().shownName();
    return switch (state) {
      case ROLLING_BACK ->
          "interrupted while a rollback of "
              + release
              + " is under way. The step under way is in the journal; the same command, or a"
              + " daemon on the same journal, carries it on.";
      case ENDED -> "interrupted; the watch of " + release + " has ended.";
      case WATCHING, PAUSED, ASKING ->
          "interrupted; nothing was rolled back. The watch of "
              + release
              + " is in the journal, and nobody watches until the same command, or a daemon on the"
              + " same journal, goes on with it.";
    };
  }
}
