package dev.ripcord.cli.wiring;

import dev.ripcord.alert.Alerts;
import dev.ripcord.alert.Heartbeat;
import dev.ripcord.alert.RetryPolicy;
import dev.ripcord.config.AlertSettings;
import dev.ripcord.port.Clocks;
import dev.ripcord.postgres.journal.PostgresJournal;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The channels of a daemon, by which people are told, and its heartbeat. Other channels may take
 * their place while it runs: what waits in the outbox stays there. Configured and ended on an
 * ordinary thread, which it blocks; the rest from any thread.
 */
public final class AlertDelivery {
  private static final long SECONDS = 4;
  private static final Duration FLUSH = Duration.ofSeconds(3);

  private final Vertx vertx;
  private final PostgresJournal journal;
  private final Clocks clocks;
  private final BiConsumer<String, String> counts;
  private volatile Running running;
  private Optional<Supplier<Optional<String>>> unready = Optional.empty();
  private boolean ended;

  private record Running(AlertSettings settings, Alerts alerts, Optional<Heartbeat> heartbeat) {}

  /** Carries alerts from now on. */
  AlertDelivery(
      Vertx vertx,
      PostgresJournal journal,
      Clocks clocks,
      AlertSettings settings,
      BiConsumer<String, String> counts) {
    this.vertx = vertx;
    this.journal = journal;
    this.clocks = clocks;
    this.counts = counts;
    this.running = new Running(settings, made(settings), Optional.empty());
    running.alerts.start().await();
  }

  private Alerts made(AlertSettings settings) {
    return new Alerts(vertx, journal.outbox(), settings, pace(), counts);
  }

  private RetryPolicy pace() {
    return RetryPolicy.standard(clocks.wall(), RandomGenerator.getDefault());
  }

  private Optional<Heartbeat> heartbeat(AlertSettings settings) {
    Optional<Heartbeat> made =
        unready.flatMap(
            why ->
                settings
                    .heartbeat()
                    .map(given -> new Heartbeat(vertx, given, pace(), why, counts)));
    made.ifPresent(Heartbeat::start);
    return made;
  }

  /**
   * Tells whoever is to miss the daemon that it is there, while it is ready.
   *
   * @param whyNot why it is not ready, where it is not; must not block
   */
  public synchronized void beat(Supplier<Optional<String>> whyNot) {
    unready = Optional.of(whyNot);
    running = new Running(running.settings, running.alerts, heartbeat(running.settings));
  }

  /** Where alerts are sent now. */
  AlertSettings settings() {
    return running.settings;
  }

  /** Has the outbox looked at now. */
  public void wake() {
    running.alerts.wake();
  }

  /**
   * Other channels carry alerts from now on. What is under way is waited for; where they cannot be
   * made, those of before stay.
   */
  public synchronized void configure(AlertSettings next) {
    if (ended || next.equals(running.settings)) {
      return;
    }
    Alerts made = made(next);
    stop(running);
    journal.configure(Alerts.routes(next));
    running = new Running(next, made, heartbeat(next));
    made.start().await();
  }

  /** Ends; what is due gets a last try. */
  synchronized void end() {
    ended = true;
    await(running.alerts.flush(FLUSH));
    stop(running);
  }

  private static void stop(Running old) {
    old.heartbeat.ifPresent(heartbeat -> await(heartbeat.stop()));
    await(old.alerts.stop());
  }

  private static void await(Future<?> future) {
    future.<Object>mapEmpty().timeout(SECONDS, TimeUnit.SECONDS).otherwiseEmpty().await();
  }
}
