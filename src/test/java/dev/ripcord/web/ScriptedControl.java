package dev.ripcord.web;

import dev.ripcord.health.Counts;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Latency;
import dev.ripcord.health.PollStep;
import dev.ripcord.health.Rules;
import dev.ripcord.json.Examples;
import dev.ripcord.port.Control;
import dev.ripcord.port.ControlException;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal.Span;
import dev.ripcord.port.Journal.StoredSample;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.port.Journal.Which;
import dev.ripcord.port.Observer;
import dev.ripcord.port.Recorded;
import dev.ripcord.release.ServiceName;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchState.Phase;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A daemon that says what a test tells it to, and remembers what it was asked. */
public final class ScriptedControl implements Control {
  public final List<String> asked = new CopyOnWriteArrayList<>();

  /** What was read of recorded polls. */
  public final List<String> read = new CopyOnWriteArrayList<>();

  private final List<Observer> observers = new CopyOnWriteArrayList<>();
  private final List<Recorded> journal = new ArrayList<>();
  private List<ServiceStatus> services = List.of(Examples.idle("shop"));
  private List<StoredSample> polls = List.of();
  private Optional<String> pollsFail = Optional.empty();
  private Set<ServiceName> outdated = Set.of();
  private Optional<String> unready = Optional.empty();
  private Optional<Promise<Void>> gate = Optional.empty();
  private final Promise<Void> reading = Promise.promise();

  /** A program at a fixed time: 20 s after the time of the examples. */
  static WebServer.Program program(Metrics metrics) {
    return new WebServer.Program(
        "0.1.0", InstantSource.fixed(Examples.AT.plusSeconds(20)), metrics, new MemorySilences());
  }

  synchronized void services(List<ServiceStatus> given) {
    services = given;
  }

  synchronized void unready(String why) {
    unready = Optional.of(why);
  }

  /** Reading the journal waits until this completes; what it gives is from before. */
  synchronized Future<Void> holdReads(Promise<Void> until) {
    gate = Optional.of(until);
    return reading.future();
  }

  /** Puts an entry into the journal, and tells of it when asked to. */
  void record(long id, Entry entry, boolean tell) {
    synchronized (this) {
      journal.add(Examples.recorded(id, entry));
    }
    if (tell) {
      tell(id, entry);
    }
  }

  /** Tells of an entry that is in the journal. */
  void tell(long id, Entry entry) {
    Recorded recorded = Examples.recorded(id, entry);
    observers.forEach(observer -> observer.recorded(recorded));
  }

  void polled(HealthReading.Kind kind) {
    var sample = Examples.sample(1000, 71);
    observers.forEach(
        o -> o.polled(Examples.SHOP, sample, Examples.reading(kind, sample), 1, Duration.ZERO));
  }

  int observers() {
    return observers.size();
  }

  @Override
  public synchronized List<ServiceStatus> services() {
    return services;
  }

  synchronized void outdated(Set<ServiceName> names) {
    outdated = names;
  }

  @Override
  public synchronized Set<ServiceName> outdated() {
    return outdated;
  }

  @Override
  public Future<WatchStatus> announce(Announcement announcement) {
    asked.add(announcement.toString());
    if (announcement.service().text().equals("nobody")) {
      return Future.failedFuture(
          new ControlException(ControlException.Cause.NOT_FOUND, "no service nobody"));
    }
    long id = announcement.release().equals("ended") ? 16 : 17;
    return Future.succeededFuture(Examples.watch(id, announcement.release()));
  }

  @Override
  public Future<WatchStatus> watch(long id) {
    return id == 17
        ? Future.succeededFuture(Examples.watch(17, "v42"))
        : Future.failedFuture(
            new ControlException(ControlException.Cause.NOT_FOUND, "no watch " + id));
  }

  @Override
  public Future<WatchStatus> ask(long id, Wish wish, String by, Duration pause) {
    asked.add(id + " " + wish + " by " + by + " for " + pause);
    return wish == Wish.APPROVE
        ? Future.failedFuture(
            new ControlException(ControlException.Cause.CONFLICT, "nothing waits for approval"))
        : Future.succeededFuture(Examples.watch(id, "v42"));
  }

  @Override
  public synchronized Future<List<Recorded>> eventsAfter(long id, int max) {
    List<Recorded> page = journal.stream().filter(r -> r.id() > id).limit(max).toList();
    reading.tryComplete();
    return gate.map(Promise::future).orElse(Future.succeededFuture()).map(page);
  }

  @Override
  public synchronized Future<List<Recorded>> entries(long watch) {
    return Future.succeededFuture(journal.stream().filter(r -> r.watch() == watch).toList());
  }

  @Override
  public Future<List<WatchStatus>> recent(Optional<ServiceName> service, int max) {
    asked.add("recent " + service + " " + max);
    WatchRow row = Examples.ended(16, Outcome.ROLLED_BACK, "rolled back, healthy again");
    List<WatchStatus> watches = new ArrayList<>();
    services().forEach(s -> s.watch().ifPresent(watches::add));
    watches.add(
        new WatchStatus(row, Phase.ENDED, 7, false, "a rollback to acme/shop:41 was begun"));
    return Future.succeededFuture(List.copyOf(watches));
  }

  @Override
  public Future<ServiceTerms> terms(ServiceName service) {
    return Future.succeededFuture(
        new ServiceTerms(Rules.DEFAULT, Duration.ofSeconds(30), List.of("url http://shop/ GET")));
  }

  @Override
  public synchronized Future<List<StoredSample>> polls(Span span, Which which, int max) {
    List<StoredSample> found =
        polls.stream()
            .filter(p -> p.service().equals(span.service()))
            .filter(p -> !p.sample().at().isBefore(span.from()))
            .filter(p -> p.sample().at().isBefore(span.to()))
            .toList();
    read.add("polls " + which + " " + max);
    if (pollsFail.isPresent()) {
      return Future.failedFuture(pollsFail.get());
    }
    int from = which == Which.LAST ? Math.max(0, found.size() - max) : 0;
    return Future.succeededFuture(found.stream().skip(from).limit(max).toList());
  }

  @Override
  public Future<List<PollStep>> pollSteps(Span span, Duration step) {
    read.add("steps of " + step);
    return Future.succeededFuture(
        List.of(
            new PollStep(
                span.from(),
                step,
                Map.of(HealthReading.Kind.HEALTHY, 3, HealthReading.Kind.UNKNOWN, 1),
                Optional.of(new Counts(4000, 4)),
                Latency.NONE,
                OptionalDouble.empty(),
                OptionalDouble.empty())));
  }

  /** Polls that were recorded. */
  public synchronized void polls(List<StoredSample> recorded) {
    polls = recorded;
  }

  /** Recorded polls cannot be read. */
  public synchronized void failPolls(String why) {
    pollsFail = Optional.of(why);
  }

  @Override
  public Runnable observe(Observer observer) {
    observers.add(observer);
    return () -> observers.remove(observer);
  }

  @Override
  public synchronized Optional<String> unready() {
    return unready;
  }
}
