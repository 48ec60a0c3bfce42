package dev.ripcord.web;

import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Observer;
import dev.ripcord.port.Recorded;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.port.WatchProjections;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.rollback.RunState;
import dev.ripcord.rollback.Step;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchState.Phase;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What Ripcord exposes to Prometheus: of the services, of its rollbacks, of itself. What was not
 * measured is absent, never 0. Any thread may call.
 */
public final class Metrics implements Observer {
  private static final List<String> ALERT_OUTCOMES = List.of("sent", "retried", "gave-up");
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final String OPEN_METRICS = "application/openmetrics-text";
  private static final String OPEN_METRICS_1 = OPEN_METRICS + "; version=1.0.0; charset=utf-8";
  private static final Duration[] POLL_BUCKETS = seconds(0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30);
  private static final Duration[] LAG_BUCKETS =
      seconds(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1);
  private static final Duration[] RUN_BUCKETS = seconds(0.1, 0.5, 1, 5, 10, 30, 60, 300, 900);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final ServiceFigures services = new ServiceFigures();
  private final WatchProjections watches = new WatchProjections();
  private final AtomicInteger silences = new AtomicInteger(-1);
  private final AtomicBoolean ownFigures = new AtomicBoolean();
  private final Timer checks;
  private final Timer rollbacks;
  private final Timer loopLag;
  private final Counter migrations;
  private final Counter migrationsFailed;
  private final Timer migrationTimes;
  private volatile Configured configured = new Configured(true, Instant.EPOCH, false);

  /**
   * Nothing is counted yet.
   *
   * @param version the version of this program, for {@code ripcord_build_info}
   */
  public Metrics(String version) {
    registry.getPrometheusRegistry().register(services);
    checks = timer("ripcord.check.duration", "How long a poll took.", POLL_BUCKETS);
    rollbacks = timer("ripcord.rollback.duration", "From plan to outcome.", RUN_BUCKETS);
    loopLag =
        timer("ripcord.event.loop.lag", "How late the event loops' timers came.", LAG_BUCKETS);
    migrations = counter("database.migrations", "Migrations applied or reverted.");
    migrationsFailed = counter("database.migrations.failed", "Migrations that failed.");
    migrationTimes = timer("database.migrations.duration", "How long one took.", RUN_BUCKETS);
    Step.NAMES.forEach(this::stepTimer);
    Gauge.builder("ripcord.build.info", () -> 1)
        .description("Which Ripcord this is.")
        .tag("version", version)
        .tag("java", Runtime.version().toString())
        .register(registry);
  }

  /**
   * How the configuration stands.
   *
   * @param isTaken whether the one on disk was taken when it was read last
   * @param at when one was taken last
   * @param needsRestart whether some of it waits for the daemon's next start
   */
  public record Configured(boolean isTaken, Instant at, boolean needsRestart) {}

  /** How the configuration stands from now on. */
  public void configured(Configured now) {
    configured = now;
    Gauge.builder("ripcord.config.last.reload.successful", () -> bit(configured.isTaken()))
        .description("Whether the configuration on disk was taken when it was read last: 1 or 0.")
        .register(registry);
    Gauge.builder(
            "ripcord.config.last.reload.success.timestamp",
            () -> configured.at().toEpochMilli() / 1000.0)
        .description("When a configuration was taken last, in seconds since 1970.")
        .baseUnit("seconds")
        .register(registry);
    Gauge.builder("ripcord.config.restart.needed", () -> bit(configured.needsRestart()))
        .description("Whether some of the configuration waits for the next start: 1 or 0.")
        .register(registry);
  }

  /** How the configuration stands. */
  public Configured configured() {
    return configured;
  }

  private static int bit(boolean is) {
    return is ? 1 : 0;
  }

  /** A timer of an event loop came late by so much. */
  public void late(Duration by) {
    loopLag.record(by);
  }

  /** How many silences hold. Until the first time that this is called nothing is known of them. */
  void silences(int holding) {
    if (silences.getAndSet(holding) < 0) {
      Gauge.builder("ripcord.active.silences", silences::get)
          .description("Silences that hold: alerts that they match are kept and not sent.")
          .register(registry);
    }
  }

  /**
   * Begins the counters of everything that is configured at 0. A counter that comes into being with
   * its first event has not increased in the eyes of Prometheus, and no alert on it fires.
   *
   * @param watched the services
   * @param channels the names of the channels by which people are told
   */
  public void expect(Collection<ServiceName> watched, Collection<String> channels) {
    watched.forEach(services::expect);
    for (String channel : channels) {
      ALERT_OUTCOMES.forEach(outcome -> alerts(channel, outcome));
    }
  }

  @Override
  public void polled(
      ServiceName service, Sample sample, HealthReading reading, int streak, Duration took) {
    checks.record(took);
    services.polled(service, sample, reading.kind(), streak);
  }

  @Override
  public void left(ServiceName service) {
    services.left(service);
  }

  @Override
  public void removed(ServiceName service) {
    services.removed(service);
  }

  @Override
  public void recorded(Recorded recorded) {
    Optional<WatchProjection> watch = watches.follow(recorded);
    watch.ifPresent(it -> stands(recorded, it));
    switch (recorded.entry()) {
      case Entry.Ran(var event) -> ran(watch, event);
      case Entry.Finished(var outcome, var _) -> finished(recorded, watch, outcome);
      case Entry.Opened _,
          Entry.Revised _,
          Entry.Watched _,
          Entry.Planned _,
          Entry.Refused _,
          Entry.ClockJumped _ -> {}
    }
  }

  @Override
  public void known(Recorded recorded) {
    watches.follow(recorded).ifPresent(it -> stands(recorded, it));
  }

  /** A rollback that waits for a word about its losses asks, as one that waits to begin. */
  private void stands(Recorded recorded, WatchProjection watch) {
    boolean asks = watch.run().filter(RunState.Asking.class::isInstance).isPresent();
    boolean isOver = recorded.entry() instanceof Entry.Finished;
    services.stands(
        recorded.service(), isOver ? Phase.ENDED : asks ? Phase.ASKING : watch.state().phase());
  }

  /**
   * What earlier rollbacks left, for a process that did not see them.
   *
   * @param is whether the schema of the service is ahead of its image
   */
  public void expanded(ServiceName service, boolean is) {
    services.expanded(service, is);
  }

  private void ran(Optional<WatchProjection> watch, RunEvent event) {
    switch (event) {
      case RunEvent.StepDone(var index, var _, var took, var _) ->
          step(watch, index).ifPresent(step -> stepDone(step, took));
      case RunEvent.StepFailed(var index, var _) -> downFailed(watch, index);
      case RunEvent.StepTimedOut(var index, var _) -> downFailed(watch, index);
      case RunEvent.StepUncertain(var index, var _) -> downFailed(watch, index);
      case RunEvent.Begun _,
          RunEvent.StepBegun _,
          RunEvent.StepRefused _,
          RunEvent.StepStopped _,
          RunEvent.LossFound _,
          RunEvent.Approved _,
          RunEvent.Checked _,
          RunEvent.Ticked _,
          RunEvent.AbortAsked _,
          RunEvent.Resumed _,
          RunEvent.Restored _ -> {}
    }
  }

  private static Optional<Step> step(Optional<WatchProjection> watch, int index) {
    return watch.flatMap(it -> it.step(index));
  }

  private void downFailed(Optional<WatchProjection> watch, int index) {
    if (step(watch, index).filter(Step.Down.class::isInstance).isPresent()) {
      migrationFailed();
    }
  }

  private void stepDone(Step step, Duration took) {
    stepTimer(step.name()).record(took);
    if (step instanceof Step.Down) {
      migrated(took);
    }
  }

  private Timer stepTimer(String step) {
    return Timer.builder("ripcord.rollback.step.duration")
        .description("How long a step of a rollback took.")
        .tag("step", step)
        .serviceLevelObjectives(RUN_BUCKETS)
        .register(registry);
  }

  private void finished(Recorded recorded, Optional<WatchProjection> watch, Outcome outcome) {
    Optional<Instant> begun = watch.flatMap(WatchProjection::began);
    begun.ifPresent(at -> rollbacks.record(Duration.between(at, recorded.at())));
    boolean wasRollback =
        switch (outcome) {
          case ROLLED_BACK, ROLLED_BACK_UNHEALTHY, FAILED -> true;
          case HEALTHY, INCONCLUSIVE, ABORTED, SUPERSEDED, CONDEMNED -> begun.isPresent();
        };
    if (wasRollback) {
      services.rolledBack(recorded.service(), outcome);
    }
    if (outcome == Outcome.HEALTHY) {
      services.expanded(recorded.service(), false);
    } else if (watch.flatMap(WatchProjection::run).flatMap(RunState::expanded).isPresent()) {
      services.expanded(recorded.service(), true);
    }
  }

  /**
   * Leaves out what was measured too long ago.
   *
   * @param outdated the services that were polled too long ago; called at each scrape, by any
   *     thread
   */
  void leaveOut(Supplier<Set<ServiceName>> outdated) {
    services.askForOutdated(outdated);
  }

  /** A try to tell people ended: {@code sent}, {@code retried} or {@code gave-up}. */
  public void alerted(String channel, String outcome) {
    alerts(channel, outcome).increment();
  }

  private Counter alerts(String channel, String outcome) {
    return Counter.builder("ripcord.alerts")
        .description("Attempts to deliver alerts, by how they ended.")
        .tag("channel", channel)
        .tag("outcome", outcome)
        .register(registry);
  }

  /** A migration was applied or reverted. Those of rollbacks are counted from their entries. */
  public void migrated(Duration took) {
    migrations.increment();
    migrationTimes.record(took);
  }

  /** A migration failed. Those of rollbacks are counted from their entries. */
  public void migrationFailed() {
    migrationsFailed.increment();
  }

  /** A page as it goes over the wire. */
  record Page(String contentType, Buffer body) {}

  /**
   * All of it, in the form that is asked for. Takes a while with many services: not for an event
   * loop.
   *
   * @param accept the request's Accept header; Prometheus text when it is null
   */
  Page scrape(@Nullable String accept, boolean gzip) {
    if (ownFigures.compareAndSet(false, true)) {
      new JvmMemoryMetrics().bindTo(registry);
      new JvmThreadMetrics().bindTo(registry);
      new UptimeMetrics().bindTo(registry);
    }
    String type = accept != null && accept.contains(OPEN_METRICS) ? OPEN_METRICS_1 : TEXT;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(16 * 1024);
    try (OutputStream out = gzip ? new GZIPOutputStream(bytes) : bytes) {
      registry.scrape(out, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Page(type, Buffer.buffer(bytes.toByteArray()));
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  private Timer timer(String name, String description, Duration... buckets) {
    return Timer.builder(name)
        .description(description)
        .serviceLevelObjectives(buckets)
        .register(registry);
  }

  private static Duration[] seconds(double... seconds) {
    Duration[] durations = new Duration[seconds.length];
    for (int i = 0; i < seconds.length; i++) {
      durations[i] = Duration.ofMillis(Math.round(seconds[i] * 1000));
    }
    return durations;
  }
}
