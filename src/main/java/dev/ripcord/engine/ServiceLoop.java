package dev.ripcord.engine;

import dev.ripcord.engine.context.EngineContext;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.engine.rollback.RollbackPlanning;
import dev.ripcord.health.Counts;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Judge;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Control.ServiceStatus;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.port.Journal;
import dev.ripcord.port.JournalException;
import dev.ripcord.port.Lease;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.watch.Effect;
import dev.ripcord.watch.IdleWatch;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchStats;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Everything for one service: holds the lease, polls, gives each sample to the release under watch
 * or to the standing watch, and begins anew when the lease is lost. Called on one event loop.
 */
final class ServiceLoop {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceLoop.class);

  /** How long until a lease that is not ours is asked for again. */
  private static final long LEASE_RETRY_MILLIS = 1000;

  private static final long STILL_ENDING_MILLIS = 30_000;

  /** At the end of the program what is under way is cancelled, and waited for so long. */
  private static final long ENDING_SECONDS = 4;

  private final EngineContext context;
  private final WatchedService service;
  private final Judge judge;
  private final Poller poller;
  private Optional<Lease> lease = Optional.empty();
  private Optional<String> heldBy = Optional.empty();
  private Optional<Polling> polling = Optional.empty();
  private String lastRefusal = "";
  private Optional<Watcher> watcher = Optional.empty();
  private Optional<WatchStatus> last = Optional.empty();
  private Optional<Release> settled = Optional.empty();
  private IdleWatch standing = IdleWatch.start();
  private Optional<HealthReading> lastReading = Optional.empty();
  private Optional<Sample> lastSample = Optional.empty();
  private final Freshness freshness = new Freshness();
  private final Optional<BudgetAlerts> budget;
  private volatile ServiceStatus status;
  private boolean stopped;
  private Future<?> announcing = Future.succeededFuture();
  private boolean asking;
  private long retake = -1;

  private record Release(String name) {}

  /** When the polls begin; they do when the lease is ours for the first time. */
  private record Polling(Duration prime, Duration delay) {}

  ServiceLoop(EngineContext context, WatchedService service) {
    this.context = context;
    this.service = service;
    this.judge = new Judge(service.terms().rules());
    this.budget =
        service
            .terms()
            .rules()
            .objective()
            .map(objective -> new BudgetAlerts(context.journal(), service.name(), objective));
    this.poller =
        new Poller(
            context.timers(), context.clocks(), service.probe(), this::measured, this::taken);
    this.status =
        new ServiceStatus(
            service.name(),
            Optional.empty(),
            Optional.empty(),
            0,
            service.terms().rules().breaches(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(service.terms().rules().threshold()),
            Optional.empty());
  }

  WatchedService service() {
    return service;
  }

  Optional<Watcher> watcher() {
    return watcher;
  }

  Optional<Lease> lease() {
    return lease;
  }

  /** Why nothing can be watched here now: another process does, or the lease is just lost. */
  Optional<String> blocker() {
    return lease.isPresent()
        ? Optional.empty()
        : Optional.of(
            heldBy
                .map(who -> "\"" + service.name() + "\" is watched by " + who + ": ask that one")
                .orElse(
                    "the lease on "
                        + service.name()
                        + " is lost and is being taken again: try again in some seconds"));
  }

  /**
   * Takes the lease and takes up what a process that is gone left.
   *
   * @param waits whether a lease that another process has is waited for in the background; else it
   *     is a failure
   */
  Future<Void> begin(boolean waits) {
    return takeLease()
        .recover(
            e -> {
              if (waits && e instanceof JournalException held && held.isLeaseHeld()) {
                notTaken(e);
                return Future.succeededFuture();
              }
              return Future.failedFuture(e);
            });
  }

  /**
   * Begins to poll, now or when the lease is ours.
   *
   * @param prime until the counters are read for the first time
   * @param delay until the first poll
   */
  void poll(Duration prime, Duration delay) {
    polling = Optional.of(new Polling(prime, delay));
    pollIfOurs();
  }

  private void pollIfOurs() {
    if (lease.isPresent() && polling.isPresent()) {
      poller.start(polling.get().prime(), polling.get().delay(), interval());
      polling = Optional.empty();
    }
  }

  private Future<Void> takeLease() {
    asking = true;
    return context
        .journal()
        .lease(service.name(), context.holder())
        .compose(
            taken -> {
              lease = Optional.of(taken);
              taken.lost().onComplete(x -> lost(taken));
              return recover().recover(e -> giveBack(taken, e));
            })
        .onSuccess(
            x -> {
              heldBy = Optional.empty();
              lastRefusal = "";
              publish();
              pollIfOurs();
            })
        .onComplete(x -> asking = false);
  }

  /** One announcement after the other: each finds what the one before it has opened. */
  <T> Future<T> inTurn(Supplier<Future<T>> work) {
    Future<T> mine = announcing.transform(x -> work.get());
    announcing = mine;
    return mine;
  }

  /**
   * What is to be taken up cannot be read: a lease that nobody acts with is of no use. One that was
   * lost meanwhile is not ours to give back.
   */
  private Future<Void> giveBack(Lease taken, Throwable why) {
    if (lease.filter(taken::equals).isEmpty()) {
      return Future.failedFuture(why);
    }
    lease = Optional.empty();
    Future<Void> calm = halt("the journal cannot be read");
    return calm.compose(x -> context.journal().release(taken))
        .transform(released -> Future.failedFuture(why));
  }

  private Future<Void> halt(String why) {
    Future<Void> calm = watcher.map(w -> w.halt(why)).orElseGet(Future::succeededFuture);
    watcher = Optional.empty();
    return calm;
  }

  /**
   * The watches of this service that have not ended and are not watched here yet: the newest goes
   * on and older ones end, unless a rollback is under way, which nothing takes the place of.
   */
  Future<Void> recover() {
    return context
        .journal()
        .unfinished()
        .compose(
            rows -> {
              Future<Void> done = Future.succeededFuture();
              for (Journal.WatchRow row : rows) {
                if (row.charter().release().service().equals(service.name())
                    && watcher.filter(w -> w.id() == row.id()).isEmpty()) {
                  done = done.compose(x -> recover(row));
                }
              }
              return done;
            });
  }

  private Future<Void> recover(Journal.WatchRow row) {
    return context
        .journal()
        .entries(row.id())
        .compose(
            entries -> {
              WatchProjection history = WatchProjection.fold(entries);
              entries.forEach(context.observer()::known);
              Optional<Watcher> older = watcher;
              if (older.filter(Watcher::isRollingBack).isPresent()) {
                return superseded(history, older.get());
              }
              Future<Void> free =
                  older.isEmpty()
                      ? Future.succeededFuture()
                      : older.get().on(new WatchEvent.Superseded(row.charter().release().name()));
              return free.compose(
                  x ->
                      older.filter(Watcher::isRollingBack).isPresent()
                          ? superseded(history, older.get())
                          : adopt(history).resume(history));
            });
  }

  /** A watch that was opened while the rollback of an older release is under way. */
  private Future<Void> superseded(WatchProjection history, Watcher older) {
    LOG.warn(
        "watch {} of {} is ended: watch {} is being rolled back",
        history.id(),
        service.name(),
        older.id());
    Watcher newer = new Watcher(context, service, lease.orElseThrow(), history);
    return newer
        .on(new WatchEvent.Superseded(older.charter().release().name()))
        .onComplete(x -> newer.halt("it has ended"));
  }

  /** Puts a watch under this loop. */
  Watcher adopt(WatchProjection history) {
    Watcher adopted = new Watcher(context, service, lease.orElseThrow(), history);
    watcher = Optional.of(adopted);
    adopted
        .ended()
        .onSuccess(
            end -> {
              settled = Optional.of(new Release(adopted.charter().release().name()));
              standing = IdleWatch.start();
              if (watcher.filter(adopted::equals).isPresent()) {
                watcher = Optional.empty();
                poller.every(interval());
              }
              publish();
              tellLast(adopted.id());
            });
    publish();
    adopted.outlook().onSuccess(x -> publish());
    adopted.identify();
    return adopted;
  }

  /** Reads how a watch has ended, for people who look; without it nothing else is missing. */
  private void tellLast(long id) {
    context
        .journal()
        .watch(id)
        .compose(
            row ->
                row.filter(r -> r.endedAt().isPresent())
                    .map(
                        r -> context.journal().entries(id).map(all -> RecordedWatch.status(r, all)))
                    .orElseGet(() -> Future.failedFuture("it has not ended")))
        .onSuccess(this::ended)
        .onFailure(e -> LOG.debug("the end of watch {} cannot be read", id, e));
  }

  /** A watch of this service has ended; of several the newest counts. */
  void ended(WatchStatus watch) {
    if (last.filter(l -> l.row().id() > watch.row().id()).isEmpty()) {
      last = Optional.of(watch);
      publish();
    }
  }

  private void lost(Lease gone) {
    if (stopped || lease.filter(gone::equals).isEmpty()) {
      return;
    }
    LOG.warn("the lease on {} is lost; nothing is done until it is taken again", service.name());
    lease = Optional.empty();
    Future<Void> calm = halt("the lease on " + service.name() + " is lost");
    publish();
    warnWhileEnding(calm);
    calm.onComplete(x -> retakeLater());
  }

  private void warnWhileEnding(Future<Void> calm) {
    context
        .timers()
        .setTimer(
            STILL_ENDING_MILLIS,
            t -> {
              if (!calm.isComplete()) {
                LOG.warn("{}: what was under way has not come to its end yet", service.name());
                warnWhileEnding(calm);
              }
            });
  }

  /**
   * Asks for the lease again and again, only when nothing that was begun with it runs any more. One
   * question at a time: a lease that is lost while its watches are still being read is asked for
   * when that has ended.
   */
  private void retakeLater() {
    context.timers().cancelTimer(retake);
    retake = context.timers().setTimer(LEASE_RETRY_MILLIS, t -> retake());
  }

  private void retake() {
    if (stopped || lease.isPresent()) {
      return;
    }
    if (asking) {
      retakeLater();
      return;
    }
    takeLease()
        .onSuccess(x -> LOG.info("the lease on {} is taken", service.name()))
        .onFailure(this::notTaken);
  }

  private void notTaken(Throwable why) {
    heldBy = why instanceof JournalException held ? held.holder() : Optional.empty();
    String refusal = RollbackPlanning.message(why);
    if (!refusal.equals(lastRefusal)) {
      lastRefusal = refusal;
      LOG.warn(
          "the lease on {} is waited for: {}",
          service.name(),
          heldBy.map(who -> "it is watched by " + who).orElse(refusal));
    }
    publish();
    retakeLater();
  }

  private Duration interval() {
    return watcher.map(Watcher::interval).orElse(service.terms().interval());
  }

  private String measured() {
    return watcher.map(Watcher::measured).orElseGet(() -> settled.map(Release::name).orElse(""));
  }

  /** A poll has ended. Nothing that goes wrong here may end the polling. */
  private Future<Void> taken(Sample sample, Duration took) {
    if (lease.isEmpty() || stopped) {
      return Future.succeededFuture();
    }
    lastSample = Optional.of(sample);
    Future<Void> judged =
        watcher.isPresent()
            ? watcher.get().sampled(sample, () -> report(sample, took))
            : stand(sample).onComplete(x -> report(sample, took)).mapEmpty();
    return judged
        .onFailure(
            e -> LOG.warn("poll of {} is lost: {}", service.name(), RollbackPlanning.message(e)))
        .otherwiseEmpty()
        .compose(
            x -> {
              poller.every(interval());
              publish();
              budget.ifPresent(each -> each.polled(sample, context.now()));
              HealthReading.Kind verdict = reading(sample).kind();
              Journal.StoredSample kept = new Journal.StoredSample(service.name(), sample, verdict);
              return context.journal().keep(List.of(kept)).otherwiseEmpty();
            });
  }

  private void report(Sample sample, Duration took) {
    HealthReading reading = reading(sample);
    lastReading = Optional.of(reading);
    freshness.judged(context.clocks().nanos().getAsLong(), interval(), took);
    publish();
    context.observer().polled(service.name(), sample, reading, streak(), took);
  }

  private HealthReading reading(Sample sample) {
    Optional<WatchStats> tally = watcher.map(w -> w.state().tally());
    Optional<HealthReading> reading =
        tally
            .filter(t -> t.sample().equals(Optional.of(sample)))
            .or(() -> Optional.of(standing.tally()))
            .filter(t -> t.sample().equals(Optional.of(sample)))
            .flatMap(WatchStats::last);
    return reading.orElseGet(() -> judge.judge(sample, Counts.NONE).reading());
  }

  private Future<Void> stand(Sample sample) {
    IdleWatch.Step step = standing.on(sample, judge, service.terms().rules());
    standing = step.next();
    if (step.notices().isEmpty()) {
      return Future.succeededFuture();
    }
    Instant now = context.now();
    List<Alert> alerts = new ArrayList<>();
    for (Effect.Notify tell : step.notices()) {
      Alert alert = WatchNotices.standing(service.name(), tell, standing.tally(), now);
      boolean good = alert.kind().severity() == Alert.Severity.GOOD;
      LOG.atLevel(good ? Level.INFO : Level.WARN).log("{}: {}", alert.title(), tell.text());
      alerts.add(alert);
    }
    return context.journal().enqueue(alerts);
  }

  private int streak() {
    Rules rules = service.terms().rules();
    return watcher
        .map(w -> w.state().tally().streak(Measure.ERROR_RATE, w.charter().rules().breaches()))
        .orElseGet(() -> standing.tally().streak(Measure.ERROR_RATE, rules.breaches()));
  }

  /** How things stand, as of the last poll or the last change. Any thread may call it. */
  ServiceStatus status() {
    return freshness.of(status, context.clocks().nanos().getAsLong());
  }

  /** Whether the last poll that was judged is too old to go by. Any thread may call it. */
  boolean isOutdated() {
    return freshness.isOutdated(context.clocks().nanos().getAsLong());
  }

  /** Makes what has changed visible to other threads. */
  void publish() {
    status =
        new ServiceStatus(
            service.name(),
            lastSample,
            lastReading,
            streak(),
            service.terms().rules().breaches(),
            poller.next(),
            watcher.map(Watcher::status),
            Optional.of(service.terms().rules().threshold()),
            heldBy,
            last);
  }

  /** Ends the polling, waits for what is being written, and gives the lease back. */
  Future<Void> stop() {
    stopped = true;
    poller.stop();
    Future<Void> calm = watcher.map(Watcher::settled).orElseGet(Future::succeededFuture);
    return calm.compose(
        x -> {
          Future<Void> ended = halt("the program ends");
          Future<Void> waited = ended.timeout(ENDING_SECONDS, TimeUnit.SECONDS).otherwiseEmpty();
          return waited.compose(
              y -> lease.map(l -> context.journal().release(l)).orElseGet(Future::succeededFuture));
        });
  }
}
