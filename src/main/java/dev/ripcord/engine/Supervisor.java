package dev.ripcord.engine;

import dev.ripcord.port.AsyncLoop;
import dev.ripcord.port.Clocks;
import dev.ripcord.port.Control;
import dev.ripcord.port.ControlException;
import dev.ripcord.port.Journal;
import dev.ripcord.port.Observer;
import dev.ripcord.port.Recorded;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.Planned;
import dev.ripcord.rollback.Policy;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchState;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The daemon's heart: one loop for each service, all on one event loop, and the door for what
 * people and pipelines want. Deploy it as a verticle. The methods of {@link Control} may be called
 * from any thread.
 */
public final class Supervisor extends VerticleBase implements Control {
  private static final long RETRY_MILLIS = 500;
  private static final int AT_ONCE = 1_000;
  private static final Set<Outcome> WITHOUT_ROLLBACK =
      Set.of(Outcome.HEALTHY, Outcome.INCONCLUSIVE, Outcome.SUPERSEDED, Outcome.CONDEMNED);

  /** The first readings of the counters are so far apart at least. */
  private static final Duration PRIME_APART = Duration.ofMillis(1);

  private final Journal journal;
  private final List<Service> services;
  private final Clocks clocks;
  private final String holder;
  private final Function<Vertx, Timers> timersOf;
  private final Held held;
  private final List<Observer> observers = new CopyOnWriteArrayList<>();
  private final SortedMap<ServiceName, ServiceLoop> loops = new TreeMap<>();
  private volatile Optional<String> unready = Optional.of("starting");
  private Optional<Context> home = Optional.empty();
  private Optional<Desk> desk = Optional.empty();

  /** What happens with a service that another process watches. */
  public enum Held {
    /** It is waited for in the background, while the others are watched. */
    WAIT,
    /** The start fails. */
    FAIL
  }

  /**
   * For some services.
   *
   * @param holder the name of this process, for people
   */
  public Supervisor(
      Journal journal, List<Service> services, Clocks clocks, String holder, Held held) {
    this(journal, services, clocks, holder, held, Timers::of);
  }

  /** With timers of another kind. */
  Supervisor(
      Journal journal,
      List<Service> services,
      Clocks clocks,
      String holder,
      Held held,
      Function<Vertx, Timers> timersOf) {
    this.held = held;
    this.journal = journal;
    this.services = List.copyOf(services);
    this.clocks = clocks;
    this.holder = holder;
    this.timersOf = timersOf;
  }

  @Override
  public Future<?> start() {
    home = Optional.of(context);
    Desk made =
        new Desk(
            timersOf.apply(vertx), clocks, journal, new Fan(observers), new Desk.Source(holder));
    desk = Optional.of(made);
    services.forEach(s -> loops.put(s.name(), new ServiceLoop(made, s)));
    return begin(0)
        .onSuccess(
            x -> {
              poll();
              unready = Optional.empty();
            });
  }

  /** Begins with some services at a time. */
  private Future<Void> begin(int from) {
    if (from >= services.size()) {
      return Future.succeededFuture();
    }
    int to = Math.min(services.size(), from + AT_ONCE);
    List<Future<Void>> starts = new ArrayList<>();
    for (Service service : services.subList(from, to)) {
      starts.add(loop(service.name()).begin(held == Held.WAIT));
    }
    return Future.join(starts).compose(x -> begin(to));
  }

  /** Polls all services, spread evenly over the interval: no two in the same millisecond. */
  private void poll() {
    for (int i = 0; i < services.size(); i++) {
      Duration interval = services.get(i).terms().interval();
      Duration delay = interval.multipliedBy(i + 1L).dividedBy(services.size());
      Duration apart = PRIME_APART.multipliedBy(i);
      Duration prime = apart.compareTo(delay) < 0 ? apart : delay;
      loop(services.get(i).name()).poll(prime, delay);
    }
  }

  @Override
  public Future<?> stop() {
    unready = Optional.of("stopping");
    return Future.join(loops.values().stream().map(ServiceLoop::stop).toList()).otherwiseEmpty();
  }

  @Override
  public List<ServiceStatus> services() {
    return loops.values().stream().map(ServiceLoop::status).toList();
  }

  @Override
  public Set<ServiceName> outdated() {
    return loops.values().stream()
        .filter(ServiceLoop::isOutdated)
        .map(loop -> loop.service().name())
        .collect(Collectors.toSet());
  }

  @Override
  public Future<WatchStatus> announce(Announcement announcement) {
    return announce(announcement, Optional.empty());
  }

  /** As {@link #announce(Announcement)}; {@code alertOnly} says why nothing may be rolled back. */
  public Future<WatchStatus> announce(Announcement announcement, Optional<String> alertOnly) {
    return onHome(
        () -> {
          ServiceLoop loop = loop(announcement.service());
          Optional<String> hindrance = loop.hindrance();
          return hindrance.isPresent()
              ? Future.failedFuture(
                  new ControlException(ControlException.Cause.ELSEWHERE, hindrance.get()))
              : new Announcing(desk.orElseThrow())
                  .announce(loop, announcement, alertOnly)
                  .map(this::status);
        });
  }

  private WatchStatus status(Journal.WatchRow row) {
    return Optional.ofNullable(loops.get(row.charter().release().service()))
        .flatMap(ServiceLoop::watcher)
        .filter(w -> w.id() == row.id())
        .map(Watcher::status)
        .orElseGet(() -> new WatchStatus(row, "ended", 0, ""));
  }

  @Override
  public Future<WatchStatus> watch(long id) {
    return onHome(
        () ->
            journal
                .watch(id)
                .map(
                    row ->
                        status(
                            row.orElseThrow(
                                () ->
                                    new ControlException(
                                        ControlException.Cause.NOT_FOUND,
                                        "there is no watch " + id)))));
  }

  @Override
  public Future<WatchStatus> ask(long id, Wish wish, String by, Duration pause) {
    return onHome(
        () -> {
          Watcher watcher = running(id);
          WatchEvent event =
              switch (wish) {
                case PAUSE -> new WatchEvent.PauseAsked(by, watcher.now().plus(pause));
                case RESUME -> new WatchEvent.ResumeAsked(by);
                case ABORT -> new WatchEvent.AbortAsked(by);
                case ROLLBACK -> new WatchEvent.RollbackAsked(by, false);
                case ROLLBACK_IMAGE -> new WatchEvent.RollbackAsked(by, true);
                case APPROVE -> new WatchEvent.Approved(by);
              };
          refuse(watcher, wish);
          ServiceLoop loop = loop(watcher.charter().release().service());
          return watcher
              .on(event)
              .map(
                  x -> {
                    loop.publish();
                    refuseLate(watcher.state(), wish);
                    return watcher.status();
                  });
        });
  }

  /** A wish waits its turn; what happened before it may have left nothing to be done. */
  private static void refuseLate(WatchState state, Wish wish) {
    boolean rolling = state instanceof WatchState.RollingBack;
    Optional<Outcome> ended =
        state instanceof WatchState.Ended end ? Optional.of(end.outcome()) : Optional.empty();
    boolean done =
        switch (wish) {
          case PAUSE -> state instanceof WatchState.Paused;
          case RESUME -> !rolling && ended.isEmpty();
          case ABORT -> rolling || ended.isPresent();
          case ROLLBACK, ROLLBACK_IMAGE, APPROVE ->
              rolling || ended.filter(o -> !WITHOUT_ROLLBACK.contains(o)).isPresent();
        };
    if (!done) {
      throw new ControlException(
          ControlException.Cause.CONFLICT,
          "that came too late: the watch is "
              + state.word()
              + ended.map(o -> " (" + o.text() + ")").orElse(""));
    }
  }

  private Watcher running(long id) {
    return loops.values().stream()
        .flatMap(l -> l.watcher().stream())
        .filter(w -> w.id() == id)
        .findFirst()
        .orElseThrow(
            () ->
                new ControlException(
                    ControlException.Cause.NOT_FOUND, "watch " + id + " does not run here"));
  }

  private static void refuse(Watcher watcher, Wish wish) {
    Optional<String> alertOnly = watcher.charter().alertOnly();
    boolean back = wish == Wish.ROLLBACK || wish == Wish.ROLLBACK_IMAGE;
    if (back && alertOnly.isPresent()) {
      throw new ControlException(
          ControlException.Cause.CONFLICT, "it cannot be rolled back: " + alertOnly.get());
    }
    if (wish == Wish.APPROVE && !(watcher.state() instanceof WatchState.Asking)) {
      throw new ControlException(
          ControlException.Cause.CONFLICT,
          "nothing waits for an approval: the watch is " + watcher.state().word());
    }
  }

  /** What a rollback of a release would do now. Changes nothing. */
  public Future<Planned> plan(Release release, Policy.Scope scope) {
    return onHome(
        () -> {
          Service service = loop(release.service()).service();
          return new Planning(journal, service).plan(release, service.terms().policy().with(scope));
        });
  }

  /**
   * Completes when a watch has ended, with its row; survives a lease that is lost and taken again.
   */
  public Future<Journal.WatchRow> ended(long id) {
    return onHome(() -> awaitEnd(id));
  }

  private Future<Journal.WatchRow> awaitEnd(long id) {
    return AsyncLoop.until(() -> rowOnceEnded(id));
  }

  /** The row of a watch that has ended; empty, after a pause, where it has not. */
  private Future<Optional<Journal.WatchRow>> rowOnceEnded(long id) {
    Future<Void> here =
        loops.values().stream()
            .flatMap(l -> l.watcher().stream())
            .filter(w -> w.id() == id)
            .findFirst()
            .map(w -> w.ended().<Void>mapEmpty())
            .orElseGet(Future::succeededFuture);
    return here.otherwiseEmpty()
        .compose(x -> journal.watch(id))
        .otherwise(Optional.empty())
        .compose(
            row ->
                row.filter(r -> r.endedAt().isPresent()).isPresent()
                    ? Future.succeededFuture(row)
                    : desk.orElseThrow()
                        .timers()
                        .timer(RETRY_MILLIS, TimeUnit.MILLISECONDS)
                        .map(Optional.empty()));
  }

  @Override
  public Future<List<Recorded>> eventsAfter(long id, int max) {
    return journal.after(id, max);
  }

  @Override
  public Runnable observe(Observer observer) {
    observers.add(observer);
    return () -> observers.remove(observer);
  }

  @Override
  public Optional<String> unready() {
    return unready.or(journal::trouble);
  }

  private ServiceLoop loop(ServiceName name) {
    ServiceLoop loop = loops.get(name);
    if (loop == null) {
      throw new ControlException(
          ControlException.Cause.NOT_FOUND,
          "service " + name + " is not configured; there are " + loops.keySet());
    }
    return loop;
  }

  private <T> Future<T> onHome(Callable<Future<T>> work) {
    Promise<T> promise = Promise.promise();
    home.orElseThrow(() -> new IllegalStateException("not deployed"))
        .runOnContext(x -> Future.succeededFuture().compose(y -> call(work)).onComplete(promise));
    return promise.future();
  }

  private static <T> Future<T> call(Callable<Future<T>> work) {
    try {
      return work.call();
    } catch (Exception e) {
      return Future.failedFuture(e);
    }
  }
}
