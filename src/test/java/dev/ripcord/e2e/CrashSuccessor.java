package dev.ripcord.e2e;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.ripcord.Waiting;
import dev.ripcord.cli.Cli;
import dev.ripcord.cli.console.Console;
import dev.ripcord.port.Clocks;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.slf4j.LoggerFactory;

/**
 * A daemon inside the tests' own process: the command {@code start} from its first line to its end,
 * without a JVM that starts for it, which is most of the work of a point.
 */
final class CrashSuccessor implements CrashDaemon {
  private static final long DEADLINE_SECONDS = 90;

  /** The daemon of a thread is that of its group: what starts a thread passes its group on. */
  private static final Map<ThreadGroup, PrintStream> LOGS = new ConcurrentHashMap<>();

  static {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    AppenderBase<ILoggingEvent> appender =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            PrintStream log = LOGS.get(Thread.currentThread().getThreadGroup());
            if (log != null) {
              log.printf(
                  "%s %s %s%n",
                  event.getInstant(), event.getLoggerName(), event.getFormattedMessage());
            }
          }
        };
    appender.setContext(root.getLoggerContext());
    appender.start();
    root.addAppender(appender);
  }

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final ThreadGroup group;
  private final Thread thread;

  private CrashSuccessor(Path folder, Path configuration) {
    PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            errors,
            Ripcord.environment(System.getenv()),
            false);
    String[] arguments = {"start", "-c", configuration.toString()};
    Clocks clocks = new Clocks(InstantSource.system(), System::nanoTime);
    this.group = new ThreadGroup(folder.toString());
    LOGS.put(group, errors);
    this.thread = new Thread(group, () -> Cli.run(arguments, console, clocks), "start");
    thread.start();
  }

  /** Begins one and waits until it serves. */
  static CrashSuccessor daemon(Path folder, Path configuration) {
    CrashSuccessor daemon = new CrashSuccessor(folder, configuration);
    daemon.await("the daemon serves", () -> Ripcord.addressIn(daemon.text(daemon.out)).isPresent());
    return daemon;
  }

  @Override
  public void await(String what, BooleanSupplier condition) {
    boolean came = Waiting.until(DEADLINE_SECONDS, () -> condition.getAsBoolean() || !isAlive());
    if (!came || !condition.getAsBoolean()) {
      throw new AssertionError("not so: " + what + "\n" + said());
    }
  }

  @Override
  public String announce(String json) {
    return Ripcord.announce(Ripcord.addressIn(text(out)).orElseThrow(), json, this::said);
  }

  @Override
  public boolean isAlive() {
    return thread.isAlive();
  }

  @Override
  public String said() {
    return "inside, " + (isAlive() ? "lives" : "ended") + "\n" + text(out) + text(err);
  }

  private String text(ByteArrayOutputStream written) {
    return written.toString(StandardCharsets.UTF_8);
  }

  /** An interrupt is how it ends here: it is taken apart as at SIGTERM. */
  @Override
  public void kill() {
    thread.interrupt();
    try {
      if (!thread.join(Duration.ofSeconds(DEADLINE_SECONDS))) {
        throw new AssertionError("the daemon does not end\n" + said());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    LOGS.remove(group);
  }
}
