package dev.ripcord.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.engine.context.EngineContext;
import dev.ripcord.engine.context.FakeClock;
import dev.ripcord.engine.context.ServicePolicy;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.migration.Version;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Lease;
import dev.ripcord.port.Probe;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.DatabaseAway;
import dev.ripcord.rollback.DownRights;
import dev.ripcord.rollback.Order;
import dev.ripcord.rollback.Policy;
import dev.ripcord.watch.WatchSpec;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said at the start of a watch of whether its release could be rolled back. */
final class RollbackReadinessTest {
  private static final ServiceName SHOP = new ServiceName("shop");
  private static final Release RELEASE =
      new Release(
          SHOP, "v42", Optional.of(new ImageRef("shop:42")), Optional.of(new ImageRef("shop:41")));

  private final FakeClock clock = new FakeClock(Instant.parse("2026-01-02T03:00:00Z"));
  private final InMemoryJournal journal = new InMemoryJournal();
  private final FakeSchema schema = new FakeSchema();
  private final WatchSpec charter =
      new WatchSpec(
          RELEASE,
          Rules.DEFAULT,
          clock.now(),
          Duration.ZERO,
          Duration.ofMinutes(15),
          Duration.ofSeconds(10),
          Optional.empty(),
          Optional.empty());

  private record NobodyMeasures() implements Probe {
    @Override
    public Future<Sample> poll(String release, Duration spread) {
      return Future.failedFuture("nobody measures");
    }

    @Override
    public Future<Void> prime() {
      return Future.succeededFuture();
    }

    @Override
    public void close() {}
  }

  private RollbackReadiness asked() {
    EngineContext context =
        new EngineContext(
            clock,
            clock.clocks(),
            journal,
            new CompositeObserver(List.of()),
            new EngineContext.Source("test"));
    ServicePolicy terms =
        new ServicePolicy(
            Rules.DEFAULT,
            Duration.ofSeconds(10),
            Optional.empty(),
            Duration.ZERO,
            Duration.ofMinutes(15),
            Optional.empty(),
            new Policy(
                Order.IMAGE_FIRST,
                false,
                Policy.Backup.OFF,
                Policy.Scope.BOTH,
                Duration.ofMinutes(5),
                3),
            DatabaseAway.WAIT,
            false,
            Path.of("backups"));
    WatchedService service =
        new WatchedService(
            SHOP,
            terms,
            new NobodyMeasures(),
            Optional.of(new FakePlatform()),
            Optional.of(schema));
    Lease lease = journal.lease(SHOP, "test").result();
    long watch = journal.open(lease, "open", charter).result().watch();
    RollbackReadiness readiness = new RollbackReadiness(context, service, charter);
    readiness.ask(watch);
    return readiness;
  }

  @Test
  void sessionsThatCouldNotBeCancelled_areSaid_andNobodyIsCalled() {
    schema.rights = new DownRights(Map.of(), Optional.of("ann may not cancel sessions of shop"));

    RollbackReadiness readiness = asked();

    assertThat(readiness.line())
        .isEqualTo(
            "can be rolled back: 1 down migration, previous image present. A lock may stop it: ann"
                + " may not cancel sessions of shop");
    assertThat(readiness.prospect()).isInstanceOf(ReadinessState.Possible.class);
    assertThat(journal.alerts()).isEmpty();
  }

  @Test
  void downThatTheRoleMayNotRun_isAReasonToCall() {
    schema.rights = new DownRights(Map.of(new Version("01"), "a belongs to bob"), Optional.empty());

    RollbackReadiness readiness = asked();

    assertThat(readiness.line()).contains("the down of 01_a would fail: a belongs to bob");
    assertThat(journal.alerts()).extracting(Alert::kind).containsExactly(Alert.Kind.NO_WAY_BACK);
  }
}
