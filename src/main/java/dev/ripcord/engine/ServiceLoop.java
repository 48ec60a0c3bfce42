package dev.ripcord.engine;

import dev.ripcord.port.Alert;
import dev.ripcord.port.Control.ServiceStatus;
import dev.ripcord.port.Journal;
import dev.ripcord.port.Lease;
import dev.ripcord.watch.Counts;
import dev.ripcord.watch.Effect;
import dev.ripcord.watch.Judge;
import dev.ripcord.watch.Measure;
import dev.ripcord.watch.Reading;
import dev.ripcord.watch.Rules;
import dev.ripcord.watch.Sample;
import dev.ripcord.watch.Standing;
import dev.ripcord.watch.Tally;
import dev.ripcord.watch.WatchEvent;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything for one service: holds the lease, polls, gives each sample to the release under watch
 * or to the standing watch, and begins anew when the lease is lost. Called on one event loop.
 */
final class ServiceLoop {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceLoop.class);
  private static final long LEASE_RETRY_MILLIS = 3000;

  private final Desk desk;
  private final Service service;
  private final Judge judge;
  private final Poller poller;
  private Optional<Lease> lease = Optional.empty();
  private Optional<Watcher> watcher = Optional.empty();
  private Optional<Release> settled = Optional.empty();
  private Standing standing = Standing.start();
  private Optional<Reading> lastReading = Optional.empty();
  private Optional<Sample> lastSample = Optional.empty();
  private final Freshness freshness = new Freshness();
  private volatile ServiceStatus status;
  private boolean stopped;
  private Future<?> announcing = Future.succeededFuture();

  private record Release(String name) {}

  ServiceLoop(Desk desk, Service service) {
    this.desk = desk;
    this.service = service;
    this.judge = new Judge(service.terms().rules());
    this.poller =
        new Poller(desk.timers(), desk.clocks(), service.probe(), this::measured, this::taken);
    this.status =
        new ServiceStatus(
            service.name(),
            Optional.empty(),
            Optional.empty(),
            0,
            service.terms().rules().breaches(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(service.terms().rules().threshold()));
  }

  Service service() {
    return service;
  }

  Optional<Watcher> watcher() {
    return watcher;
  }

  Optional<Lease> lease() {
    return lease;
  }

  /** Takes the lease and takes up what a process that is gone left. */
  Future<Void> begin() {
    return takeLease();
  }

  /**
   * Begins to poll.
   *
   * @param prime until the counters are read for the first time
   * @param delay until the first poll
   */
  void poll(Duration prime, Duration delay) {
    poller.start(prime, delay, interval());
  }

  private Future<Void> takeLease() {
    return desk.journal()
        .lease(service.name(), desk.holder())
        .compose(
            taken -> {
              lease = Optional.of(taken);
              taken.lost().onComplete(x -> lost(taken));
              return recover();
            });
  }

  /** One announcement after the other: each finds what the one before it has opened. */
  <T> Future<T> inTurn(Supplier<Future<T>> work) {
    Future<T> mine = announcing.transform(x -> work.get());
    announcing = mine;
    return mine;
  }

  /**
   * The watches of this service that have not ended and are not watched here yet: the newest goes
   * on and older ones end, unless a rollback is under way, which nothing takes the place of.
   */
  Future<Void> recover() {
    return desk.journal()
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
    return desk.journal()
        .entries(row.id())
        .compose(
            entries -> {
              History history = History.fold(entries);
              entries.forEach(desk.observer()::known);
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
  private Future<Void> superseded(History history, Watcher older) {
    LOG.warn(
        "watch {} of {} is ended: watch {} is being rolled back",
        history.id(),
        service.name(),
        older.id());
    Watcher newer = new Watcher(desk, service, lease.orElseThrow(), history);
    return newer
        .on(new WatchEvent.Superseded(older.charter().release().name()))
        .onComplete(x -> newer.halt("it has ended"));
  }

  /** Puts a watch under this loop. */
  Watcher adopt(History history) {
    Watcher adopted = new Watcher(desk, service, lease.orElseThrow(), history);
    watcher = Optional.of(adopted);
    adopted
        .ended()
        .onSuccess(
            end -> {
              settled = Optional.of(new Release(adopted.charter().release().name()));
              standing = Standing.start();
              if (watcher.filter(adopted::equals).isPresent()) {
                watcher = Optional.empty();
                poller.every(interval());
              }
              publish();
            });
    publish();
    adopted.outlook().onSuccess(x -> publish());
    adopted.identify();
    return adopted;
  }

  private void lost(Lease gone) {
    if (stopped || lease.filter(gone::equals).isEmpty()) {
      return;
    }
    LOG.warn("the lease on {} is lost; nothing is done until it is taken again", service.name());
    lease = Optional.empty();
    watcher.ifPresent(w -> w.halt("the lease on " + service.name() + " is lost"));
    watcher = Optional.empty();
    publish();
    retakeLater();
  }

  private void retakeLater() {
    desk.timers()
        .setTimer(
            LEASE_RETRY_MILLIS,
            t -> {
              if (!stopped) {
                takeLease()
                    .onSuccess(x -> LOG.info("the lease on {} is taken again", service.name()))
                    .onFailure(
                        e -> {
                          LOG.warn("the lease on {}: {}", service.name(), Planning.said(e));
                          retakeLater();
                        });
              }
            });
  }

  private Duration interval() {
    return watcher.map(Watcher::interval).orElse(service.terms().interval());
  }

  private String measured() {
    return watcher.map(Watcher::measured).orElseGet(() -> settled.map(Release::name).orElse(""));
  }

  /** A poll has ended. Nothing that goes wrong here may end the polling. */
  private Future<Void> taken(Sample sample, Duration took) {
    if (lease.isEmpty()) {
      return Future.succeededFuture();
    }
    lastSample = Optional.of(sample);
    Future<Void> judged =
        watcher.isPresent()
            ? watcher.get().sampled(sample, () -> tell(sample, took))
            : stand(sample).onComplete(x -> tell(sample, took)).mapEmpty();
    return judged
        .onFailure(e -> LOG.warn("poll of {} is lost: {}", service.name(), Planning.said(e)))
        .otherwiseEmpty()
        .compose(
            x -> {
              poller.every(interval());
              publish();
              Reading.Kind verdict = reading(sample).kind();
              Journal.Kept kept = new Journal.Kept(service.name(), sample, verdict);
              return desk.journal().keep(List.of(kept)).otherwiseEmpty();
            });
  }

  private void tell(Sample sample, Duration took) {
    Reading reading = reading(sample);
    lastReading = Optional.of(reading);
    freshness.judged(desk.clocks().nanos().getAsLong(), interval(), took);
    publish();
    desk.observer().polled(service.name(), sample, reading, streak(), took);
  }

  private Reading reading(Sample sample) {
    Optional<Tally> tally = watcher.map(w -> w.state().tally());
    Optional<Reading> reading =
        tally
            .filter(t -> t.sample().equals(Optional.of(sample)))
            .or(() -> Optional.of(standing.tally()))
            .filter(t -> t.sample().equals(Optional.of(sample)))
            .flatMap(Tally::last);
    return reading.orElseGet(() -> judge.judge(sample, Counts.NONE).reading());
  }

  private Future<Void> stand(Sample sample) {
    Standing.Step step = standing.on(sample, judge, service.terms().rules());
    standing = step.next();
    if (step.notices().isEmpty()) {
      return Future.succeededFuture();
    }
    Instant now = desk.now();
    List<Alert> alerts = new ArrayList<>();
    for (Effect.Tell tell : step.notices()) {
      LOG.info("{}: {} {}", service.name(), tell.notice(), tell.text());
      alerts.add(Notices.standing(service.name(), tell, now));
    }
    return desk.journal().tell(alerts);
  }

  private int streak() {
    Rules rules = service.terms().rules();
    return watcher
        .map(w -> w.state().tally().streak(Measure.ERROR_RATE, w.charter().rules().breaches()))
        .orElseGet(() -> standing.tally().streak(Measure.ERROR_RATE, rules.breaches()));
  }

  /** How things stand, as of the last poll or the last change. Any thread may call it. */
  ServiceStatus status() {
    return freshness.of(status, desk.clocks().nanos().getAsLong());
  }

  /** Whether the last poll that was judged is too old to go by. Any thread may call it. */
  boolean isOutdated() {
    return freshness.isOutdated(desk.clocks().nanos().getAsLong());
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
            Optional.of(service.terms().rules().threshold()));
  }

  /** Ends the polling, waits for what is being written, and gives the lease back. */
  Future<Void> stop() {
    stopped = true;
    poller.stop();
    Future<Void> calm = watcher.map(Watcher::settled).orElseGet(Future::succeededFuture);
    return calm.compose(
        x -> {
          watcher.ifPresent(w -> w.halt("the program ends"));
          return lease.map(l -> desk.journal().release(l)).orElseGet(Future::succeededFuture);
        });
  }
}
