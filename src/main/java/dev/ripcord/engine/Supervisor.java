package dev.ripcord.engine;

import dev.ripcord.engine.context.EngineContext;
import dev.ripcord.engine.context.Timers;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.engine.rollback.RollbackPlanning;
import dev.ripcord.health.PollStep;
import dev.ripcord.port.Clocks;
import dev.ripcord.port.Control;
import dev.ripcord.port.ControlException;
import dev.ripcord.port.Journal;
import dev.ripcord.port.Observer;
import dev.ripcord.port.Recorded;
import dev.ripcord.port.WatchRequest;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.Planned;
import dev.ripcord.rollback.Policy;
import dev.ripcord.vertx.AsyncLoop;
import dev.ripcord.vertx.Contexts;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The daemon's heart: one loop for each service, all on one event loop, and the entry point for
 * what people and pipelines want. Deploy it as a verticle. The methods of {@link Control} may be
 * called from any thread.
 */
public final class Supervisor extends VerticleBase implements Control {
  private static final long RETRY_MILLIS = 500;
  private static final int LAST_READ = 200;

  /** A lease that is asked for comes within about a second, or its service is busy. */
  private static final long FETCH_MILLIS = 100;

  private static final int FETCH_TRIES = 50;

  /** The first readings of the counters are so far apart at least. */
  private static final Duration PRIME_APART = Duration.ofMillis(1);

  private final Journal journal;
  private final List<WatchedService> services;
  private final Clocks clocks;
  private final String holder;
  private final Function<Vertx, Timers> timersOf;
  private final Held held;
  private final List<Observer> observers = new CopyOnWriteArrayList<>();
  private final SortedMap<ServiceName, ServiceLoop> loops = new ConcurrentSkipListMap<>();
  private volatile Optional<String> unready = Optional.of("starting");
  private Optional<Context> home = Optional.empty();
  private Optional<EngineContext> engineContext = Optional.empty();
  private Optional<WatchRequestLoop> asks = Optional.empty();
  private volatile Optional<SharingLoop> sharing = Optional.empty();

  /** What happens with a service that another process watches. */
  public enum Held {
    /**
     * It is waited for in the background, while the others are watched; with the other daemons on
     * the same journal the services are shared evenly.
     */
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
      Journal journal, List<WatchedService> services, Clocks clocks, String holder, Held held) {
    this(journal, services, clocks, holder, held, Timers::of);
  }

  /** With timers of another kind. */
  Supervisor(
      Journal journal,
      List<WatchedService> services,
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
    EngineContext made =
        new EngineContext(
            timersOf.apply(vertx),
            clocks,
            journal,
            new CompositeObserver(observers),
            new EngineContext.Source(holder));
    engineContext = Optional.of(made);
    services.forEach(s -> loops.put(s.name(), new ServiceLoop(made, s)));
    SharingLoop leases = new SharingLoop(made, loops, held == Held.WAIT);
    sharing = Optional.of(leases);
    return leases
        .begin()
        .onSuccess(
            x -> {
              poll();
              leases.start();
              WatchRequestLoop reading = new WatchRequestLoop(made, this::take);
              asks = Optional.of(reading);
              reading.start();
              tellLast();
              unready = Optional.empty();
            });
  }

  /** Reads how the last releases have ended, in the background, for people who look. */
  private void tellLast() {
    journal
        .recent(Optional.empty(), LAST_READ)
        .onSuccess(
            rows -> {
              Set<ServiceName> met = new HashSet<>();
              Future<Void> done = Future.succeededFuture();
              for (Journal.WatchRow row : rows) {
                ServiceLoop loop = loops.get(row.charter().release().service());
                if (row.endedAt().isPresent() && loop != null && met.add(loop.service().name())) {
                  done = done.compose(x -> standing(row)).onSuccess(loop::ended).mapEmpty();
                }
              }
            });
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

  /**
   * The services that are to be watched otherwise than now. Those that no list names are not
   * touched.
   *
   * @param added are new, and shared with other daemons as all are
   * @param changed are configured otherwise
   * @param removed are no longer configured: a release under watch, and a rollback, is finished
   *     first
   */
  public record Change(
      List<WatchedService> added, List<WatchedService> changed, Set<ServiceName> removed) {
    public Change {
      added = List.copyOf(added);
      changed = List.copyOf(changed);
      removed = Set.copyOf(removed);
    }
  }

  /** Has services watched otherwise. Completes when that is begun. From any thread. */
  public Future<Void> change(Change change) {
    return runOnContext(
        () -> {
          new ServiceSet(engineContext.orElseThrow(), loops).change(change);
          sharing.ifPresent(SharingLoop::wake);
          if (!change.added().isEmpty()) {
            tellLast();
          }
          return Future.succeededFuture();
        });
  }

  @Override
  public Future<?> stop() {
    unready = Optional.of("stopping");
    asks.ifPresent(WatchRequestLoop::stop);
    // Asked first and not waited for: what is asked of the session of the leases is done in order.
    sharing.ifPresent(SharingLoop::stop);
    return Future.join(loops.values().stream().map(ServiceLoop::stop).toList()).otherwiseEmpty();
  }

  /** The other daemons that live and share the services of this one, for people. Any thread. */
  public List<String> others() {
    return sharing.map(SharingLoop::others).orElseGet(List::of);
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
    return runOnContext(
        () -> {
          ServiceLoop loop = loop(announcement.service());
          if (loop.isRetiring()) {
            throw unknown(announcement.service());
          }
          return fetched(loop)
              .compose(
                  x ->
                      new WatchOpener(engineContext.orElseThrow())
                          .announce(loop, announcement, alertOnly))
              .compose(this::standing);
        });
  }

  /**
   * Has the lease of a service here: one that another daemon holds is asked for, so that a pipeline
   * may announce to any of them. Fails where it does not come.
   */
  private Future<Void> fetched(ServiceLoop loop) {
    Optional<String> blocker = loop.blocker();
    if (blocker.isEmpty()) {
      return Future.succeededFuture();
    }
    ServiceName service = loop.service().name();
    return sharing.filter(leases -> leases.isElsewhere(service)).isPresent()
        ? journal.want(service).compose(x -> awaitLease(loop, 1))
        : Future.failedFuture(blocked(blocker.get()));
  }

  private Future<Void> awaitLease(ServiceLoop loop, int tries) {
    Optional<String> blocker = loop.blocker();
    if (blocker.isEmpty() && !loop.isTaking()) {
      return Future.succeededFuture();
    }
    return tries > FETCH_TRIES
        ? Future.failedFuture(blocked(blocker.orElse("it is being taken over, try again")))
        : engineContext
            .orElseThrow()
            .timers()
            .timer(FETCH_MILLIS, TimeUnit.MILLISECONDS)
            .compose(x -> awaitLease(loop, tries + 1));
  }

  private static ControlException blocked(String why) {
    return new ControlException(ControlException.Cause.ELSEWHERE, why);
  }

  @Override
  public Future<WatchStatus> watch(long id) {
    return runOnContext(
        () -> journal.watch(id).compose(row -> standing(row.orElseThrow(() -> unknown(id)))));
  }

  /** How a watch stands: as it runs here, or as its entries tell. */
  private Future<WatchStatus> standing(Journal.WatchRow row) {
    Optional<Watcher> here = running(row.id());
    return here.isPresent()
        ? Future.succeededFuture(here.get().status())
        : journal.entries(row.id()).map(entries -> RecordedWatch.status(row, entries));
  }

  @Override
  public Future<WatchStatus> ask(long id, Wish wish, String by, Duration pause) {
    String key = "http/" + UUID.randomUUID();
    WatchRequest ask = new WatchRequest(key, id, wish, by, pause);
    return runOnContext(
        () -> {
          Optional<Watcher> here = running(id);
          return here.isPresent()
              ? WatchRequestHandler.grant(
                  loop(here.get()), here.get(), ask, Duration.ZERO, Optional.empty())
              : journal.watch(id).compose(row -> elsewhere(ask, row));
        });
  }

  /** The watch runs in another process, or in none: what is asked goes there by the journal. */
  private Future<WatchStatus> elsewhere(WatchRequest ask, Optional<Journal.WatchRow> found) {
    Journal.WatchRow row = found.orElseThrow(() -> unknown(ask.watch()));
    if (row.endedAt().isPresent()) {
      throw new ControlException(ControlException.Cause.CONFLICT, WatchRequestSender.late(row));
    }
    return new WatchRequestSender(journal, engineContext.orElseThrow().timers())
        .ask(ask)
        .compose(
            answer -> {
              if (answer.isEmpty()) {
                throw new ControlException(
                    ControlException.Cause.ELSEWHERE,
                    "it is written down, and nobody has answered within "
                        + WatchRequestSender.PATIENCE.toSeconds()
                        + " s: no process watches this release just now; the next one that does"
                        + " takes it up");
              }
              if (!answer.get().accepted()) {
                throw new ControlException(ControlException.Cause.CONFLICT, answer.get().text());
              }
              return journal.watch(ask.watch()).compose(after -> standing(after.orElse(row)));
            });
  }

  private static ControlException unknown(long id) {
    return new ControlException(ControlException.Cause.NOT_FOUND, "there is no watch " + id);
  }

  /** Does what was asked by the journal; empty when that is for another process, or for later. */
  private Future<Optional<WatchRequest.Answer>> take(WatchRequest.Open open) {
    WatchRequest ask = open.ask();
    Optional<Watcher> here = running(ask.watch());
    if (here.isEmpty()) {
      return journal
          .watch(ask.watch())
          .map(
              row ->
                  row.filter(r -> r.endedAt().isPresent())
                      .map(r -> WatchRequestSender.ofEnded(open, r)));
    }
    Watcher watcher = here.get();
    if (open.done()) {
      return Future.succeededFuture(
          Optional.of(new WatchRequest.Answer(true, watcher.state().word())));
    }
    return Future.succeededFuture()
        .compose(
            x ->
                WatchRequestHandler.grant(
                    loop(watcher), watcher, ask, open.age(), Optional.of(ask.appendId())))
        .map(status -> Optional.of(new WatchRequest.Answer(true, watcher.state().word())))
        .recover(
            e ->
                e instanceof ControlException no
                    ? Future.succeededFuture(
                        Optional.of(
                            new WatchRequest.Answer(false, String.valueOf(no.getMessage()))))
                    : Future.succeededFuture(Optional.empty()));
  }

  private Optional<Watcher> running(long id) {
    return loops.values().stream()
        .flatMap(l -> l.watcher().stream())
        .filter(w -> w.id() == id)
        .findFirst();
  }

  private ServiceLoop loop(Watcher watcher) {
    return loop(watcher.charter().release().service());
  }

  /** What a rollback of a release would do now. Changes nothing. */
  public Future<Planned> plan(Release release, Policy.Scope scope) {
    return runOnContext(
        () -> {
          WatchedService service = loop(release.service()).service();
          return new RollbackPlanning(journal, service)
              .plan(release, service.terms().policy().with(scope));
        });
  }

  /**
   * Completes when a watch has ended, with its row; survives a lease that is lost and taken again.
   */
  public Future<Journal.WatchRow> ended(long id) {
    return runOnContext(() -> awaitEnd(id));
  }

  private Future<Journal.WatchRow> awaitEnd(long id) {
    return AsyncLoop.until(() -> rowOnceEnded(id));
  }

  /** The row of a watch that has ended; empty, after a pause, where it has not. */
  private Future<Optional<Journal.WatchRow>> rowOnceEnded(long id) {
    Future<Void> here =
        running(id).map(w -> w.ended().<Void>mapEmpty()).orElseGet(Future::succeededFuture);
    return here.otherwiseEmpty()
        .compose(x -> journal.watch(id))
        .otherwise(Optional.empty())
        .compose(
            row ->
                row.filter(r -> r.endedAt().isPresent()).isPresent()
                    ? Future.succeededFuture(row)
                    : engineContext
                        .orElseThrow()
                        .timers()
                        .timer(RETRY_MILLIS, TimeUnit.MILLISECONDS)
                        .map(Optional.empty()));
  }

  @Override
  public Future<List<Recorded>> eventsAfter(long id, int max) {
    return journal.after(id, max);
  }

  @Override
  public Future<List<Recorded>> entries(long watch) {
    return journal.entries(watch);
  }

  @Override
  public Future<List<WatchStatus>> recent(Optional<ServiceName> service, int max) {
    return runOnContext(
        () ->
            journal
                .recent(service, max)
                .compose(
                    rows -> {
                      List<WatchStatus> all = new ArrayList<>();
                      Future<Void> done = Future.succeededFuture();
                      for (Journal.WatchRow row : rows) {
                        done = done.compose(x -> standing(row)).map(all::add).mapEmpty();
                      }
                      return done.map(x -> List.copyOf(all));
                    }));
  }

  @Override
  public Future<ServiceTerms> terms(ServiceName name) {
    return runOnContext(
        () -> {
          WatchedService service = loop(name).service();
          service.probe().explain();
          return Future.succeededFuture(
              new ServiceTerms(
                  service.terms().rules(), service.terms().interval(), service.probe().evidence()));
        });
  }

  @Override
  public Future<List<Journal.StoredSample>> polls(Journal.Span span, Journal.Which which, int max) {
    return journal.polls(span, which, max);
  }

  @Override
  public Future<List<PollStep>> pollSteps(Journal.Span span, Duration step) {
    return journal.pollSteps(span, step);
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
      throw unknown(name);
    }
    return loop;
  }

  private ControlException unknown(ServiceName name) {
    List<ServiceName> there =
        loops.values().stream()
            .filter(loop -> !loop.isRetiring())
            .map(loop -> loop.service().name())
            .toList();
    return new ControlException(
        ControlException.Cause.NOT_FOUND,
        "service " + name + " is not configured; there are " + there);
  }

  private <T> Future<T> runOnContext(Callable<Future<T>> work) {
    return Contexts.call(home.orElseThrow(() -> new IllegalStateException("not deployed")), work);
  }
}
