package dev.ripcord.engine;

import dev.ripcord.engine.context.EngineContext;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.engine.rollback.RollbackPlanning;
import dev.ripcord.health.Counts;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Control.ServiceStatus;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.port.Journal;
import dev.ripcord.port.JournalException;
import dev.ripcord.port.Lease;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.release.ServiceName;
import dev.ripcord.sharing.OwnLeases;
import dev.ripcord.watch.WatchStats;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything for one service: holds the lease, polls, gives each sample to the release under watch
 * or to the standing watch, and begins anew when the lease is lost. Called on one event loop.
 */
final class ServiceLoop {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceLoop.class);

  /** At the end of the program what is under way is cancelled, and waited for so long. */
  private static final long ENDING_SECONDS = 4;

  private final EngineContext context;
  private final WatchRecovery recovery;
  private final Reconfiguration reconfiguration;
  private final LeaseWait wait;
  private volatile ConfiguredService configured;
  private Optional<Lease> lease = Optional.empty();
  private Optional<Polling> polling = Optional.empty();
  private Optional<Watcher> watcher = Optional.empty();
  private Optional<WatchStatus> last = Optional.empty();
  private Optional<String> settled = Optional.empty();
  private final IdlePolls idle;
  private Optional<HealthReading> lastReading = Optional.empty();
  private Optional<Sample> lastSample = Optional.empty();
  private final Freshness freshness = new Freshness();
  private volatile ServiceStatus status;
  private boolean stopped;
  private Future<?> announcing = Future.succeededFuture();
  private boolean asking;
  private boolean leaving;
  private volatile boolean retiring;
  private Future<?> judging = Future.succeededFuture();

  private record Polling(Duration prime, Duration delay) {}

  ServiceLoop(EngineContext context, WatchedService service) {
    this.context = context;
    this.configured = ConfiguredService.of(context, service, poller(service));
    this.idle = new IdlePolls(context, service, configured.judge());
    this.recovery = new WatchRecovery(context, this);
    this.reconfiguration = new Reconfiguration(context, this);
    this.wait = new LeaseWait(context, service.name());
    this.status = current();
  }

  private Poller poller(WatchedService of) {
    return new Poller(context.timers(), context.clocks(), of.probe(), this::measured, this::taken);
  }

  WatchedService service() {
    return configured.service();
  }

  /** The service is configured so from now on, as soon as nothing is in the way. */
  void reconfigure(WatchedService changed) {
    reconfiguration.begin(changed);
  }

  /** Takes another configuration at once; a release under watch is not its business. */
  void configure(WatchedService next) {
    boolean isMeasuredAlike = next.probe() == service().probe();
    Poller old = configured.poller();
    Duration due = old.untilNext();
    configured = configured.with(context, next, isMeasuredAlike ? old : poller(next));
    idle.configure(next, configured.judge());
    if (isMeasuredAlike) {
      old.every(interval());
    } else {
      old.pause();
      old.stop();
      polling = polling.map(x -> new Polling(Duration.ZERO, due));
      pollIfOurs();
    }
    publish();
  }

  /** Whether it is no longer configured, and what is under way is waited for. */
  boolean isRetiring() {
    return retiring;
  }

  /** It is no longer configured, or is again. */
  void retire(boolean now) {
    retiring = now;
  }

  boolean isStopped() {
    return stopped;
  }

  Optional<Watcher> watcher() {
    return watcher;
  }

  Optional<Lease> lease() {
    return lease;
  }

  /** Why nothing can be watched here now: another process does, or the lease is just lost. */
  Optional<String> blocker() {
    return lease.isPresent() && !leaving ? Optional.empty() : Optional.of(wait.blocker());
  }

  /**
   * Takes the lease for the first time, and takes up what a process that is gone left.
   *
   * @param waits whether a lease that another process has is waited for; else it is a failure
   */
  Future<Void> begin(boolean waits) {
    return waits
        ? take()
            .recover(
                e ->
                    e instanceof JournalException held && held.isLeaseHeld()
                        ? Future.succeededFuture()
                        : Future.failedFuture(e))
        : takeLease();
  }

  /**
   * Takes the lease. Where another process has it that is said, and it may be asked for again after
   * a moment.
   */
  Future<Void> take() {
    return takeLease().onFailure(this::notTaken);
  }

  /** Whether the lease is not ours and could be: nothing that was begun with it runs any more. */
  boolean isReady() {
    return !stopped && !retiring && lease.isEmpty() && !asking && wait.mayAsk();
  }

  /**
   * Whether the lease is ours, or just being taken, and may be given back; empty when it is not.
   */
  Optional<OwnLeases.Busy> busy() {
    if (leaving || (lease.isEmpty() && !asking)) {
      return Optional.empty();
    }
    if (asking || !announcing.isComplete() || watcher.filter(Watcher::isRollingBack).isPresent()) {
      return Optional.of(OwnLeases.Busy.PINNED);
    }
    OwnLeases.Busy unwatched = idle.isFiring() ? OwnLeases.Busy.TROUBLED : OwnLeases.Busy.IDLE;
    return Optional.of(watcher.isPresent() ? OwnLeases.Busy.WATCHED : unwatched);
  }

  private boolean isPinned() {
    return busy().equals(Optional.of(OwnLeases.Busy.PINNED));
  }

  /** Whether it is just being taken, and what was left is being taken up. */
  boolean isTaking() {
    return asking;
  }

  boolean isLeaving() {
    return leaving;
  }

  /**
   * Gives the lease back when what is being judged is written down; the state is in the journal
   * then. Completes with false where it stays after all: a rollback has begun, or it was lost.
   *
   * @param why what the next holder is told, for people
   */
  Future<Boolean> handOver(String why) {
    Optional<Lease> ours = lease;
    leaving = true;
    configured.poller().pause();
    Future<Void> settled = watcher.map(Watcher::settled).orElseGet(Future::succeededFuture);
    return judging
        .transform(x -> settled)
        .transform(
            x -> {
              leaving = false;
              if (stopped || ours.isEmpty() || !ours.equals(lease) || isPinned()) {
                pollIfOurs();
                return Future.succeededFuture(false);
              }
              leaving = true;
              lease = Optional.empty();
              return halt(why)
                  .compose(y -> context.journal().release(ours.get(), why))
                  .onComplete(
                      y -> {
                        leaving = false;
                        forget();
                      })
                  .map(true);
            });
  }

  /** What was measured here is old news: another process polls now. */
  private void forget() {
    idle.restart();
    freshness.forget();
    lastSample = Optional.empty();
    lastReading = Optional.empty();
    context.observer().left(service().name());
    publish();
  }

  /**
   * The lease is held by another process: nothing is polled here.
   *
   * @param who which one and since when; empty when it is free, or it is not known who has it
   */
  void standBy(Optional<String> who) {
    if (!who.equals(wait.heldBy())) {
      wait.heldBy(who);
      if (who.isPresent()) {
        configured.poller().pause();
        forget();
      } else {
        publish();
      }
    }
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
    Poller poller = configured.poller();
    if (lease.isPresent() && !leaving && !poller.isRunning()) {
      polling.ifPresent(when -> poller.start(when.prime(), when.delay(), interval()));
    }
  }

  private Future<Void> takeLease() {
    asking = true;
    return context
        .journal()
        .lease(service().name(), context.holder())
        .compose(
            taken -> {
              lease = Optional.of(taken);
              taken.lost().onComplete(x -> lost(taken));
              return recover().recover(e -> giveBack(taken, e));
            })
        .onSuccess(
            x -> {
              wait.over();
              idle.takeUp();
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
    Future<Void> ended = halt("the journal cannot be read");
    return ended
        .compose(x -> context.journal().release(taken, "it could not read what is under watch"))
        .transform(released -> Future.failedFuture(why));
  }

  /** Nobody here watches the release that is under watch; it is to be taken up again. */
  void letGo(String why) {
    var _ = halt(why);
  }

  private Future<Void> halt(String why) {
    Future<Void> ended = watcher.map(w -> w.halt(why)).orElseGet(Future::succeededFuture);
    watcher = Optional.empty();
    return ended;
  }

  /** Takes up the watches that nobody here watches yet. */
  Future<Void> recover() {
    return recovery.recover();
  }

  /** Puts a watch under this loop. */
  Watcher adopt(WatchProjection history) {
    Watcher adopted = new Watcher(context, service(), lease.orElseThrow(), history);
    watcher = Optional.of(adopted);
    adopted
        .ended()
        .onSuccess(
            end -> {
              settled = Optional.of(adopted.charter().release().name());
              idle.takeUp();
              if (watcher.filter(adopted::equals).isPresent()) {
                watcher = Optional.empty();
                configured.poller().every(interval());
              }
              reconfiguration.take();
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
    RecordedWatch.ofEnded(context.journal(), id)
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
    ServiceName name = service().name();
    LOG.warn("the lease on {} is lost; nothing is done until it is taken again", name);
    lease = Optional.empty();
    wait.lost(halt("the lease on " + name + " is lost"));
    reconfiguration.take();
    publish();
  }

  private void notTaken(Throwable why) {
    standBy(wait.refused(why));
    wait.sayWhy(why);
  }

  /** Says once for what the lease is waited for. */
  void waits(String why) {
    wait.say(why);
  }

  private Duration interval() {
    return watcher.map(Watcher::interval).orElse(service().terms().interval());
  }

  private String measured() {
    return watcher.map(Watcher::measured).orElseGet(() -> settled.orElse(""));
  }

  /** A poll has ended. Nothing that goes wrong here may end the polling. */
  private Future<Void> taken(Sample sample, Duration took) {
    if (lease.isEmpty() || stopped || leaving) {
      return Future.succeededFuture();
    }
    Future<Void> mine =
        reconfiguration
            .settled()
            .compose(
                x -> lease.isEmpty() || stopped ? Future.succeededFuture() : judged(sample, took));
    judging = mine;
    return mine;
  }

  private Future<Void> judged(Sample sample, Duration took) {
    lastSample = Optional.of(sample);
    Future<Void> judged =
        watcher.isPresent()
            ? watcher.get().sampled(sample, () -> report(sample, took))
            : idle.on(sample).onComplete(x -> report(sample, took)).mapEmpty();
    return judged
        .onFailure(
            e -> LOG.warn("poll of {} is lost: {}", service().name(), RollbackPlanning.message(e)))
        .otherwiseEmpty()
        .compose(
            x -> {
              configured.poller().every(interval());
              publish();
              configured.budget().ifPresent(each -> each.polled(sample, context.now()));
              HealthReading.Kind verdict = reading(sample).kind();
              Journal.StoredSample kept =
                  new Journal.StoredSample(service().name(), sample, verdict);
              return context.journal().keep(List.of(kept)).otherwiseEmpty();
            });
  }

  private void report(Sample sample, Duration took) {
    HealthReading reading = reading(sample);
    lastReading = Optional.of(reading);
    freshness.judged(context.clocks().nanos().getAsLong(), interval(), took);
    publish();
    context.observer().polled(service().name(), sample, reading, streak(), took);
  }

  private HealthReading reading(Sample sample) {
    Optional<WatchStats> tally = watcher.map(w -> w.state().tally());
    Optional<HealthReading> reading =
        tally
            .filter(t -> t.sample().equals(Optional.of(sample)))
            .or(() -> Optional.of(idle.tally()))
            .filter(t -> t.sample().equals(Optional.of(sample)))
            .flatMap(WatchStats::last);
    return reading.orElseGet(() -> configured.judge().judge(sample, Counts.NONE).reading());
  }

  private int streak() {
    Rules rules = service().terms().rules();
    return watcher
        .map(w -> w.state().tally().streak(Measure.ERROR_RATE, w.charter().rules().breaches()))
        .orElseGet(() -> idle.tally().streak(Measure.ERROR_RATE, rules.breaches()));
  }

  /** How things stand, as of the last poll or the last change. Any thread may call it. */
  ServiceStatus status() {
    return freshness.of(status, context.clocks().nanos().getAsLong());
  }

  /** Whether the last poll that was judged here is too old to go by. Any thread may call it. */
  boolean isOutdated() {
    return freshness.isOutdated(context.clocks().nanos().getAsLong());
  }

  /** Makes what has changed visible to other threads. */
  void publish() {
    status = current();
  }

  private ServiceStatus current() {
    return new ServiceStatus(
        service().name(),
        lastSample,
        lastReading,
        streak(),
        service().terms().rules().breaches(),
        configured.poller().next(),
        watcher.map(Watcher::status),
        Optional.of(service().terms().rules().threshold()),
        wait.heldBy(),
        last);
  }

  /** Ends the polling, waits for what is being written, and gives the lease back. */
  Future<Void> stop() {
    stopped = true;
    configured.poller().stop();
    Future<Void> settled = watcher.map(Watcher::settled).orElseGet(Future::succeededFuture);
    return settled.compose(
        x -> {
          Future<Void> ended = halt("the program ends");
          Future<Void> waited = ended.timeout(ENDING_SECONDS, TimeUnit.SECONDS).otherwiseEmpty();
          return waited.compose(
              y ->
                  lease
                      .map(l -> context.journal().release(l, "it was told to end"))
                      .orElseGet(Future::succeededFuture));
        });
  }
}
