package dev.ripcord.engine;

import dev.ripcord.engine.context.FakeClock;
import dev.ripcord.engine.context.ServicePolicy;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.health.Breaches;
import dev.ripcord.health.Escalation;
import dev.ripcord.health.Ratio;
import dev.ripcord.health.Rules;
import dev.ripcord.port.Control.Announcement;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.port.Control.Wish;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.port.Lease;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.DatabaseAway;
import dev.ripcord.rollback.Order;
import dev.ripcord.rollback.Policy;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchSpec;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A supervisor with a journal in memory, one service that is played, and time that the test moves.
 * What a test does is done on the supervisor's event loop, so that all of its consequences have
 * come before the test goes on.
 */
final class EngineRoom implements AutoCloseable {
  static final ServiceName SHOP = new ServiceName("shop");
  static final Instant NOON = Instant.parse("2026-03-04T12:00:00Z");
  static final Duration INTERVAL = Duration.ofSeconds(30);
  static final Duration BAKE = Duration.ofMinutes(15);

  final FakeClock clock = new FakeClock(NOON);
  final InMemoryJournal journal;
  final FakeService shop = new FakeService(clock::now, "shop:2");
  private final Vertx vertx = Vertx.vertx();
  private Rules rules;
  private Optional<Duration> afterBreach = Optional.empty();
  private @Nullable Supervisor supervisor;
  private @Nullable Context home;
  private String deployment = "";

  EngineRoom() {
    this(Escalation.ROLLBACK);
  }

  EngineRoom(Escalation act) {
    this(act, new InMemoryJournal());
  }

  EngineRoom(Escalation act, InMemoryJournal journal) {
    Rules usual = Rules.DEFAULT;
    this.rules =
        new Rules(
            usual.threshold(),
            usual.breaches(),
            usual.minimumRequests(),
            usual.normal(),
            act,
            usual.limits());
    this.journal = journal;
  }

  /** It polls so often while breaches are under way. */
  EngineRoom afterBreach(Duration interval) {
    afterBreach = Optional.of(interval);
    return this;
  }

  /** The share of requests that shall not fail. */
  EngineRoom objective(String ratio) {
    rules =
        new Rules(
            rules.threshold(),
            rules.breaches(),
            rules.minimumRequests(),
            rules.normal(),
            rules.act(),
            rules.limits(),
            rules.relativeThreshold(),
            rules.slowerThan(),
            rules.wholeWatch(),
            rules.clear(),
            Optional.of(Ratio.parse(ratio)));
    return this;
  }

  /** Starts the process. */
  EngineRoom start() {
    return start(List.of(service()));
  }

  /** The shop as it is configured. */
  WatchedService service() {
    return service(SHOP, rules, shop);
  }

  /** The shop with another limit of the error rate and so many breaches in a row. */
  WatchedService service(String threshold, int breaches) {
    return service(
        SHOP,
        new Rules(
            Ratio.parse(threshold),
            new Breaches(breaches, breaches),
            rules.minimumRequests(),
            rules.normal(),
            rules.act(),
            rules.limits()),
        shop);
  }

  /** A service as all are configured. */
  WatchedService service(ServiceName name, FakeService played) {
    return service(name, rules, played);
  }

  private WatchedService service(ServiceName name, Rules judged, FakeService played) {
    Policy policy =
        new Policy(
            Order.AUTO, false, Policy.Backup.AUTO, Policy.Scope.BOTH, Duration.ofMinutes(5), 2);
    ServicePolicy terms =
        new ServicePolicy(
            judged,
            INTERVAL,
            afterBreach,
            Duration.ZERO,
            BAKE,
            Optional.empty(),
            policy,
            DatabaseAway.WAIT,
            false,
            Path.of("target"));
    return new WatchedService(name, terms, played, Optional.of(played), Optional.empty());
  }

  private EngineRoom start(List<WatchedService> services) {
    Supervisor made =
        new Supervisor(
            journal,
            services,
            clock.clocks(),
            "web1:4711",
            Supervisor.Held.WAIT,
            v -> {
              home = Vertx.currentContext();
              return clock;
            });
    supervisor = made;
    deployment = await(vertx.deployVerticle(made));
    return this;
  }

  /** Services are configured otherwise; all that follows at once has come. */
  EngineRoom change(
      List<WatchedService> added, List<WatchedService> changed, Set<ServiceName> removed) {
    await(supervisor().change(new Supervisor.Change(added, changed, removed)));
    return pass(Duration.ofSeconds(2));
  }

  /** Services are configured otherwise. */
  Future<Void> begun(Supervisor.Change change) {
    return supervisor().change(change);
  }

  /** The services that are watched, by name. */
  List<String> services() {
    return supervisor().services().stream().map(status -> status.service().text()).toList();
  }

  /** Ends the process, as when it is told to. */
  void stop() {
    await(vertx.undeploy(deployment));
    supervisor = null;
  }

  static <T> T await(Future<T> future) {
    return future.timeout(20, TimeUnit.SECONDS).await();
  }

  /** Does something on the event loop of the engine, to its end. */
  <T> T on(Callable<T> work) {
    Promise<T> promise = Promise.promise();
    Context loop = home;
    if (loop == null) {
      throw new IllegalStateException("not started");
    }
    loop.runOnContext(
        x -> {
          try {
            promise.complete(work.call());
          } catch (Exception | AssertionError e) {
            promise.fail(e);
          }
        });
    return await(promise.future());
  }

  private Supervisor supervisor() {
    Supervisor made = supervisor;
    if (made == null) {
      throw new IllegalStateException("not started");
    }
    return made;
  }

  /** Time passes. */
  EngineRoom pass(Duration duration) {
    on(
        () -> {
          clock.pass(duration);
          return "";
        });
    return this;
  }

  /** So many polls later. */
  EngineRoom polls(int count) {
    return pass(INTERVAL.multipliedBy(count));
  }

  /** The clock of the day is set. */
  EngineRoom jump(Duration by) {
    on(
        () -> {
          clock.jump(by);
          return "";
        });
    return this;
  }

  static Announcement release(String name, @Nullable String image, @Nullable String previous) {
    return new Announcement(
        SHOP,
        name,
        Optional.ofNullable(image).map(ImageRef::new),
        Optional.ofNullable(previous).map(ImageRef::new),
        Optional.empty(),
        false);
  }

  /** Announces v2, which runs, with v1 before it. */
  long announce() {
    return await(announced(release("v2", "shop:2", "shop:1"))).row().id();
  }

  Future<WatchStatus> announced(Announcement announcement) {
    return supervisor().announce(announcement);
  }

  Future<WatchStatus> asked(long watch, Wish wish) {
    return supervisor().ask(watch, wish, "ann", Duration.ofMinutes(10));
  }

  WatchStatus ask(long watch, Wish wish) {
    return await(asked(watch, wish));
  }

  /** The state of the watch that runs, in one word; empty when none does. */
  String state() {
    return supervisor().services().getFirst().watch().map(WatchStatus::state).orElse("");
  }

  int streak() {
    return supervisor().services().getFirst().streak();
  }

  Optional<Outcome> outcome(long watch) {
    return row(watch).outcome();
  }

  WatchRow row(long watch) {
    return on(() -> journal.watch(watch).result().orElseThrow());
  }

  List<Entry> entries(long watch) {
    return on(() -> journal.told(watch));
  }

  /** Where the journal says that the watch stands. */
  WatchProjection folded(long watch) {
    return on(() -> WatchProjection.fold(journal.entries(watch).result()));
  }

  /** A lease that a process of before had. */
  Lease leaseOfBefore() {
    return await(journal.lease(SHOP, "web0:1"));
  }

  WatchSpec charter(String release, String image, String previous) {
    return new WatchSpec(
        new Release(
            SHOP, release, Optional.of(new ImageRef(image)), Optional.of(new ImageRef(previous))),
        rules,
        clock.now(),
        Duration.ZERO,
        BAKE,
        INTERVAL,
        Optional.empty(),
        Optional.empty());
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
