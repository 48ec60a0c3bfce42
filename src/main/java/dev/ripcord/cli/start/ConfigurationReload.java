package dev.ripcord.cli.start;

import dev.ripcord.cli.console.CommandRunner;
import dev.ripcord.cli.console.Format;
import dev.ripcord.config.Loaded;
import dev.ripcord.config.Problem;
import dev.ripcord.config.Settings;
import dev.ripcord.config.change.ConfigurationChange;
import dev.ripcord.config.file.ConfigurationFile;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.port.Clocks;
import dev.ripcord.systemd.SystemdNotifier;
import dev.ripcord.web.Metrics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration anew while the daemon runs: when it is asked to, and when its files hold
 * something else. One that is bad is refused as a whole, and what runs stays. Works on a thread of
 * its own, one configuration after the other.
 */
final class ConfigurationReload implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger("dev.ripcord.configuration");

  /** From one look at the files to the next. */
  private static final long LOOK_MILLIS = 2_000;

  /** Until what failed is tried again; twice as long after each further failure. */
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private static final Duration PAUSE_MOST = Duration.ofMinutes(5);

  private final Means means;
  private final Function<ConfigurationChange, List<WatchedService>> daemon;
  private final FileDigests digests = new FileDigests();

  /** Two that ask while one is being read are one: what it reads is newer than both. */
  private final BlockingQueue<String> asked = new ArrayBlockingQueue<>(1);

  private Settings running;
  private FileLooks looks;
  private Instant takenAt;
  private int failures;
  private long failedAtNanos;
  private volatile boolean isStopped;

  /**
   * What it needs of the program.
   *
   * @param read reads the files of the configuration
   * @param overlaid the settings with what the command line sets over them
   * @param warn tells people of what deserves a look
   * @param precheck asks the platforms of some services what runs, in the background
   * @param serving one line for the service manager
   */
  record Means(
      Clocks clocks,
      Supplier<ConfigurationFile.Read> read,
      Function<Settings, Settings> overlaid,
      Consumer<List<String>> warn,
      Consumer<List<WatchedService>> precheck,
      SystemdNotifier systemd,
      Metrics metrics,
      Supplier<String> serving) {}

  /**
   * After a start.
   *
   * @param daemon takes a change, and gives the services that are new or configured otherwise; may
   *     fail, and is asked again then
   * @param running what runs, with what the command line sets
   * @param files what it was read from
   */
  ConfigurationReload(
      Means means,
      Function<ConfigurationChange, List<WatchedService>> daemon,
      Settings running,
      Map<Path, String> files) {
    this.means = means;
    this.daemon = daemon;
    this.running = running;
    this.looks = FileLooks.after(files);
    this.takenAt = means.clocks.wall().instant();
    means.metrics.configured(new Metrics.Configured(true, takenAt, false));
  }

  /** It is to be read now. Returns at once; from any thread. */
  void ask() {
    boolean isFirst = asked.offer("now");
    LOG.debug("the configuration is to be read{}", isFirst ? "" : ", as was asked already");
  }

  /** What is being read is read to its end, and nothing after it. Returns at once. */
  void stop() {
    isStopped = true;
    asked.clear();
    ask();
  }

  /** Until it is stopped. */
  @Override
  public void run() {
    try {
      while (!isStopped) {
        boolean isAsked = asked.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS) != null;
        if (isStopped) {
          return;
        }
        round(isAsked);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What is done once, when it is asked or has waited. */
  void round(boolean isAsked) {
    if (isAsked || isDueAgain()) {
      reload();
    } else {
      look();
    }
  }

  private boolean isDueAgain() {
    return failures > 0 && means.clocks.nanos().getAsLong() - failedAtNanos >= pause().toNanos();
  }

  private Duration pause() {
    Duration pause = PAUSE.multipliedBy(1L << Math.min(failures - 1, 10));
    return pause.compareTo(PAUSE_MOST) > 0 ? PAUSE_MOST : pause;
  }

  private void look() {
    Map<Path, String> now = new HashMap<>();
    Instant at = means.clocks.wall().instant();
    looks.read().keySet().forEach(file -> now.put(file, digests.of(file, at)));
    if (looks.isDue(now)) {
      reload();
    } else {
      looks = looks.and(now);
    }
  }

  private void reload() {
    means.systemd.reloading(means.clocks.nanos().getAsLong());
    Optional<String> refused;
    try {
      refused = read();
      failures = 0;
    } catch (Exception e) { // what is awaited fails with exceptions that nobody declares
      LOG.debug("the configuration could not be taken", e);
      if (isStopped) {
        return;
      }
      failures++;
      failedAtNanos = means.clocks.nanos().getAsLong();
      refused =
          refused(
              List.of(
                  "it could not be taken, and that is tried again in "
                      + Format.duration(pause())
                      + ": "
                      + CommandRunner.message(e)));
    }
    means.systemd.ready(means.serving.get() + refused.map(why -> "; " + why).orElse(""));
  }

  /** Reads and takes it; gives why not, where it is refused. */
  private Optional<String> read() {
    ConfigurationFile.Read read = means.read.get();
    looks = FileLooks.after(read.digests());
    return switch (read.loaded()) {
      case Loaded.Invalid invalid ->
          refused(invalid.problems().stream().map(each -> line(invalid.file(), each)).toList());
      case Loaded.Valid(Settings settings) ->
          settings.services().isEmpty()
              ? refused(List.of("no service is configured"))
              : taken(means.overlaid.apply(settings));
    };
  }

  private static String line(Optional<String> file, Problem problem) {
    return file.orElse("the environment")
        + ":"
        + problem.position()
        + (problem.path().isEmpty() ? " " : " " + problem.path() + " ")
        + problem.message();
  }

  private Optional<String> taken(Settings read) {
    ConfigurationChange change = ConfigurationChange.of(running, read);
    List<WatchedService> other = daemon.apply(change);
    List<String> warnings = new ArrayList<>(read.warnings());
    warnings.removeAll(running.warnings());
    running = change.taken();
    takenAt = means.clocks.wall().instant();
    boolean waits = !change.waiting().isEmpty();
    means.metrics.configured(new Metrics.Configured(true, takenAt, waits));
    LOG.info("configuration reloaded: {}", change.text());
    if (waits) {
      LOG.warn(
          "configuration: what has changed of {} is taken when the daemon is started again",
          String.join(", ", change.waiting()));
    }
    means.warn.accept(warnings);
    means.precheck.accept(other);
    return Optional.empty();
  }

  private Optional<String> refused(List<String> problems) {
    boolean waited = means.metrics.configured().needsRestart();
    means.metrics.configured(new Metrics.Configured(false, takenAt, waited));
    LOG.error("configuration refused, the one of before stays; problems: {}", problems.size());
    problems.forEach(problem -> LOG.error("configuration refused: {}", problem));
    return Optional.of("the configuration on disk is refused: " + problems.getFirst());
  }
}
