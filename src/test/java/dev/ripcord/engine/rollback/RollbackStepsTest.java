package dev.ripcord.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.engine.FakePlatform;
import dev.ripcord.engine.FakeSchema;
import dev.ripcord.engine.InMemoryJournal;
import dev.ripcord.engine.context.EngineContext;
import dev.ripcord.engine.context.FakeClock;
import dev.ripcord.engine.context.ServicePolicy;
import dev.ripcord.engine.context.WatchLog;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.health.Counts;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.migration.Version;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal;
import dev.ripcord.port.Lease;
import dev.ripcord.port.Observer;
import dev.ripcord.port.PlatformException;
import dev.ripcord.port.Probe;
import dev.ripcord.port.Recorded;
import dev.ripcord.port.SchemaException;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import dev.ripcord.report.Aftermath;
import dev.ripcord.rollback.DatabaseAway;
import dev.ripcord.rollback.Order;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.Policy;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.rollback.RunState;
import dev.ripcord.rollback.Salvaged;
import dev.ripcord.rollback.Step;
import dev.ripcord.watch.RollbackCause;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchSpec;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The steps of a rollback in a world that does not answer, lies, or hangs. */
final class RollbackStepsTest {
  private static final RollbackCause ASKED = new RollbackCause.AskedBy("ann");
  private static final ServiceName SHOP = new ServiceName("shop");
  private static final ImageRef NEW = new ImageRef("shop:42");
  private static final ImageRef OLD = new ImageRef("shop:41");
  private static final Release RELEASE =
      new Release(SHOP, "v42", Optional.of(NEW), Optional.of(OLD));
  private static final Step SWITCH = new Step.SwitchImage(Optional.of(NEW), OLD);
  private static final Step DOWN = new Step.Down(new Version("01"), "01_a", FakeSchema.CHECKSUM);
  private static final Step BACKUP = new Step.Backup("shop.dump", Duration.ofMinutes(30));
  private static final Step ASKS = new Step.Approval(Policy.Answer.USUAL);
  private static final Step VERIFY = new Step.Verify(3, Duration.ofMinutes(5));
  private static final List<Step> IMAGE_FIRST = List.of(SWITCH, DOWN, VERIFY);
  private static final List<Step> MIGRATIONS_FIRST =
      List.of(new Step.Stop(), BACKUP, DOWN, SWITCH, VERIFY);

  private final FakeClock clock = new FakeClock(Instant.parse("2026-01-02T03:00:00Z"));
  private final InMemoryJournal journal = new InMemoryJournal();
  private final FakePlatform platform = new FakePlatform();
  private final FakeSchema schema = new FakeSchema();
  private final List<Alert> unrecorded = new ArrayList<>();
  private final List<String> underWay = new ArrayList<>();
  private final List<String> ends = new ArrayList<>();
  private DatabaseAway databaseAway = DatabaseAway.WAIT;
  private boolean runsOnItsSchema = true;
  private final Lease lease = journal.lease(SHOP, "test").result();
  private final long watch = journal.open(lease, "open", charter()).result().watch();

  @Test
  void a6_platformAwayAtTheSwitch_isTriedAgain() {
    platform.failures.add(PlatformException.unanswered("the engine does not answer"));
    platform.failures.add(PlatformException.unanswered("the engine does not answer"));

    RollbackRun run = run(IMAGE_FIRST);
    assertThat(run.state().orElseThrow()).isInstanceOf(RunState.Stepping.class);
    clock.pass(Duration.ofSeconds(5));

    assertThat(platform.calls)
        .containsExactly("switch shop:41", "switch shop:41", "switch shop:41");
    assertThat(run.isVerifying()).isTrue();
  }

  @Test
  void a6_platformAwayAtTheThirdBreach_isPlannedAgain() {
    platform.away = true;
    RollbackRun run = newRun();
    run.begin(ASKED, false);
    clock.pass(Duration.ofSeconds(70));
    assertThat(ends).isEmpty();
    assertThat(told()).contains("shop v42: the rollback waits");

    platform.away = false;
    clock.pass(Duration.ofSeconds(10));

    assertThat(platform.calls).isNotEmpty();
  }

  @Test
  void databaseAwayForAMinute_imageGoesBackAlone_whereTheConfigurationSaysSo() {
    databaseAway = DatabaseAway.IMAGE_ONLY;
    schema.away = true;
    newRun().begin(ASKED, false);
    clock.pass(Duration.ofSeconds(55));
    assertThat(platform.calls).isEmpty();

    clock.pass(Duration.ofSeconds(10));

    assertThat(platform.calls).containsExactly("switch shop:41");
    assertThat(schema.calls).isEmpty();
    assertThat(plan().why())
        .isEqualTo(
            "Image only: the database does not answer, and database-away is image-only; :41 runs"
                + " on the schema of v42.");
    assertThat(plan().warnings())
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("No down is run")
                    .endsWith("ripcord migrate down --release v42"));
    assertThat(plan().kept()).containsExactly("what v42 migrated");
  }

  private Plan plan() {
    return journal.entries(watch).result().stream()
        .map(Recorded::entry)
        .filter(Entry.Planned.class::isInstance)
        .map(planned -> ((Entry.Planned) planned).plan())
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "WAIT, true, false, false",
    "IMAGE_ONLY, false, false, false",
    "IMAGE_ONLY, true, true, false",
    "IMAGE_ONLY, true, false, true"
  })
  void databaseAway_imageDoesNotGoBackAlone(
      DatabaseAway configured, boolean runs, boolean platformAway, boolean backInTime) {
    databaseAway = configured;
    runsOnItsSchema = runs;
    schema.away = true;
    platform.away = platformAway;
    newRun().begin(ASKED, false);
    clock.pass(Duration.ofSeconds(50));
    schema.away = !backInTime;

    clock.pass(Duration.ofMinutes(6));

    if (backInTime) {
      assertThat(plan().kept()).isEmpty();
    } else {
      assertThat(platform.calls).isEmpty();
      assertThat(ends).singleElement().asString().startsWith("FAILED");
    }
  }

  @ParameterizedTest
  @CsvSource({"59, 0", "60, 1"})
  void c6_platformThatSaysThatNobodyAnswersIt_isReportedOnceAfterAMinute(int seconds, int alerts) {
    Duration lasted = Duration.ofSeconds(seconds);
    platform.silences = List.of(lasted, lasted);

    run(IMAGE_FIRST);

    assertThat(told()).hasSize(alerts);
  }

  @Test
  void a6_platformStaysAway_isRefusedInTheEnd() {
    platform.away = true;
    newRun().begin(ASKED, false);

    clock.pass(Duration.ofMinutes(6));

    assertThat(ends).singleElement().asString().startsWith("FAILED");
  }

  @Test
  void a6_abortWhileItIsPlannedAgain_endsIt() {
    platform.away = true;
    RollbackRun run = newRun();
    run.begin(ASKED, false);

    run.stop("ann");
    clock.pass(Duration.ofSeconds(10));

    assertThat(ends).containsExactly("ABORTED stopped by ann before anything was done");
    assertThat(platform.calls).isEmpty();
  }

  @Test
  void c1_somethingElseRuns_isRefused_andNothingIsTouched() {
    platform.running = new ImageRef("shop:43");

    run(IMAGE_FIRST);

    assertThat(platform.calls).isEmpty();
    assertThat(schema.calls).isEmpty();
    assertThat(ends).singleElement().asString().contains("was not begun: shop:43 runs");
  }

  @Test
  void c1_anotherReleaseIsPutThereBeforeADown_itsMigrationsStay() {
    schema.failures.add(SchemaException.unanswered("connection reset"));
    run(IMAGE_FIRST);
    platform.running = new ImageRef("shop:43");

    clock.pass(Duration.ofSeconds(5));

    assertThat(schema.calls).containsExactly("down");
    assertThat(ends).singleElement().asString().contains("shop:43 runs, and not shop:41");
  }

  @Test
  void downThatWaits_isToldWhileItGoesOn() {
    schema.says = Optional.of("01_a: waits for pid 7 (reports, active)");

    run(MIGRATIONS_FIRST);

    assertThat(underWay).containsExactly("01_a: waits for pid 7 (reports, active)");
  }

  @Test
  void c6_downThatLosesItsConnection_isTriedAgain() {
    schema.failures.add(SchemaException.unanswered("connection reset"));

    RollbackRun run = run(MIGRATIONS_FIRST);
    clock.pass(Duration.ofSeconds(5));

    assertThat(schema.calls).containsExactly("backup", "down", "down");
    assertThat(platform.calls).containsExactly("stop", "start shop:41");
    assertThat(run.isVerifying()).isTrue();
    assertThat(told()).isEmpty();
  }

  @Test
  void c6_downWhoseAnswerIsLost_isFoundDone() {
    schema.failures.add(SchemaException.unanswered("connection reset"));
    schema.failsAfterwards = true;

    RollbackRun run = run(MIGRATIONS_FIRST);

    assertThat(schema.calls).containsExactly("backup", "down");
    assertThat(run.isVerifying()).isTrue();
  }

  @Test
  void c6_databaseAwayForMinutes_peopleAreToldOnce_andItGoesOn() {
    schema.away = true;
    RollbackRun run = run(MIGRATIONS_FIRST);
    clock.pass(Duration.ofMinutes(3));
    assertThat(told()).containsExactly("shop v42: the rollback waits");

    schema.away = false;
    clock.pass(Duration.ofSeconds(15));

    assertThat(run.isVerifying()).isTrue();
  }

  @Test
  void c6_databaseStaysAway_theApplicationIsStartedAgain() {
    schema.away = true;
    RollbackRun run = run(MIGRATIONS_FIRST);

    clock.pass(Duration.ofMinutes(6));
    run.polled(sample(Liveness.ANSWERS));

    assertThat(platform.calls).containsExactly("stop", "start shop:42");
    assertThat(ends).singleElement().asString().contains("nothing has answered for 5 min");
  }

  @Test
  void c6_answerOfTheServer_isAFailureAtOnce() {
    schema.failures.add(new SchemaException("syntax error"));

    RollbackRun run = run(MIGRATIONS_FIRST);
    run.polled(sample(Liveness.ANSWERS));

    assertThat(schema.calls).containsExactly("backup", "down");
    assertThat(ends)
        .containsExactly(
            "FAILED down 01_a failed: syntax error; the application runs again on shop:42, the"
                + " database is as before");
  }

  @Test
  void c5_applicationThatDoesNotAnswerAfterItsStart_isNotToldToRun() {
    schema.failures.add(new SchemaException("syntax error"));
    RollbackRun run = run(MIGRATIONS_FIRST);

    run.polled(sample(Liveness.SILENT));
    clock.pass(Duration.ofMinutes(2));

    assertThat(platform.calls).containsExactly("stop", "start shop:42");
    assertThat(ends)
        .singleElement()
        .asString()
        .contains("shop:42 was started again and has not answered a poll within 60 s")
        .doesNotContain("runs again");
  }

  @Test
  void c5_downDoneInPart_theNewerImageIsNotStarted() {
    schema.failures.add(SchemaException.partly("2 of its 3 statements stay"));

    run(MIGRATIONS_FIRST);

    assertThat(platform.calls).containsExactly("stop");
    assertThat(ends).singleElement().asString().endsWith("the application stays stopped");
  }

  @Test
  void c15_switchThatWorkedAndSaysOtherwise_isVerified() {
    platform.failures.add(new PlatformException("the switch program ended with 3"));
    platform.failsAfterwards = true;

    RollbackRun run = run(IMAGE_FIRST);

    assertThat(run.isVerifying()).isTrue();
    assertThat(done()).anySatisfy(line -> assertThat(line).contains("ended with 3"));
  }

  @Test
  void c15_switchAfterTheDowns_hasNoWayBackToTheNewerImage() {
    run(MIGRATIONS_FIRST);

    assertThat(platform.calls).containsExactly("stop", "start shop:41");
  }

  @Test
  void c9_backupPastItsBudget_isEnded_andTheApplicationStarted() {
    schema.hangs = true;
    RollbackRun run = run(MIGRATIONS_FIRST);
    assertThat(platform.calls).containsExactly("stop");

    clock.pass(Duration.ofMinutes(31));
    run.polled(sample(Liveness.ANSWERS));

    assertThat(platform.calls).containsExactly("stop", "start shop:42");
    assertThat(ends)
        .singleElement()
        .asString()
        .startsWith("FAILED backup shop.dump was not done within 30 min: it was ended;");
  }

  @Test
  void c9_abortDuringABackup_endsItAtOnce_andStartsTheApplication() {
    schema.hangs = true;
    RollbackRun run = run(MIGRATIONS_FIRST);

    run.stop("ann");
    run.polled(sample(Liveness.ANSWERS));

    assertThat(platform.calls).containsExactly("stop", "start shop:42");
    assertThat(ends).singleElement().asString().startsWith("ABORTED stopped by ann after 1 step");
  }

  @Test
  void c9_abortDuringADown_letsItEnd_andSaysSo() {
    schema.hangs = true;
    RollbackRun run = run(List.of(new Step.Stop(), DOWN, SWITCH, VERIFY));

    run.stop("ann");

    assertThat(run.line()).contains("stopping, as ann asked: first \"down 01_a\" comes to its end");
    assertThat(ends).isEmpty();
  }

  @Test
  void c9_abortWhileAStepWaitsForAnAnswer_endsTheWait() {
    schema.away = true;
    RollbackRun run = run(MIGRATIONS_FIRST);

    run.stop("ann");
    run.polled(sample(Liveness.ANSWERS));

    assertThat(platform.calls).containsExactly("stop", "start shop:42");
    assertThat(ends).singleElement().asString().startsWith("ABORTED");
  }

  @Test
  void c9_lockInTheWayOfTheBackup_nothingIsStopped() {
    schema.blocker = Optional.of("orders is locked");

    run(MIGRATIONS_FIRST);

    assertThat(platform.calls).isEmpty();
    assertThat(ends)
        .singleElement()
        .asString()
        .contains("stop the application was not begun: no backup could be taken: orders is locked");
  }

  @Test
  void c18_journalAwayForHalfAMinute_peopleAreToldPastIt() {
    schema.failures.add(SchemaException.unanswered("connection reset"));
    RollbackRun run = run(MIGRATIONS_FIRST);
    journal.away(true);

    clock.pass(Duration.ofSeconds(20));
    assertThat(unrecorded).isEmpty();
    run.stop("ann");
    clock.pass(Duration.ofSeconds(40));
    assertThat(unrecorded)
        .singleElement()
        .satisfies(alert -> assertThat(alert.title()).endsWith("the rollback is stalled"));
  }

  @Test
  void downsThatLoseNothing_runWithoutAnybody() {
    RollbackRun run = run(List.of(SWITCH, ASKS, DOWN, VERIFY));

    assertThat(schema.calls).containsExactly("down");
    assertThat(run.line()).contains("being rolled back: watching whether it helped");
    assertThat(journal.alerts()).isEmpty();
  }

  @Test
  void downsThatWouldLoseRows_waitForAYes() {
    schema.losses = List.of("2 rows of a");
    RollbackRun run = run(List.of(SWITCH, ASKS, DOWN, VERIFY));

    assertThat(platform.calls).containsExactly("switch shop:41");
    assertThat(schema.calls).isEmpty();
    assertThat(run.isAsking()).isTrue();
    assertThat(run.line().orElseThrow()).endsWith("its downs would lose now: 01_a: 2 rows of a");
    assertThat(journal.alerts())
        .extracting(Alert::title)
        .containsExactly("shop v42: the downs would lose rows; may they run?");

    run.approve("ann");

    assertThat(schema.calls).containsExactly("down");
    assertThat(run.isVerifying()).isTrue();
  }

  @Test
  void downsThatNobodyApproves_areLeftOut_whenTheTimeIsOver() {
    schema.losses = List.of("2 rows of a");
    RollbackRun run = run(List.of(SWITCH, ASKS, DOWN, VERIFY));

    clock.pass(Duration.ofMinutes(14));
    assertThat(run.isAsking()).isTrue();
    clock.pass(Duration.ofMinutes(2));

    assertThat(schema.calls).isEmpty();
    assertThat(run.isVerifying()).isTrue();
    run.approve("ann");
    assertThat(schema.calls).isEmpty();
  }

  @Test
  void stopWhileItAsks_isANoToTheDownsAlone() {
    schema.losses = List.of("2 rows of a");
    RollbackRun run = run(List.of(SWITCH, ASKS, DOWN, VERIFY));

    run.stop("bob");

    assertThat(schema.calls).isEmpty();
    assertThat(run.isVerifying()).isTrue();
    assertThat(ends).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"true, down", "false, ''"})
  void answerThatTheRunHadNotHeard_isHeardByTheNextProcess(boolean yes, String down) {
    schema.losses = List.of("2 rows of a");
    append(new Entry.Watched(new WatchEvent.RollbackAsked("ann", false)));
    run(List.of(SWITCH, ASKS, DOWN, VERIFY)).halt();
    append(
        new Entry.Watched(yes ? new WatchEvent.Approved("ann") : new WatchEvent.AbortAsked("ann")));

    RollbackRun next = newRun();
    assertThat(next.isAsking()).isTrue();
    next.resume(ASKED, false);

    assertThat(String.join("", schema.calls)).isEqualTo(down);
    assertThat(next.isVerifying()).isTrue();
  }

  @Test
  void whatADownKept_isInTheJournal_andInTheLastLine() {
    schema.kept = List.of(new Salvaged(7, "orders.fax", true, 41));
    RollbackRun run = run(IMAGE_FIRST);

    for (int i = 0; i < 3; i++) {
      run.sampled(healthy());
    }

    assertThat(ends)
        .singleElement()
        .asString()
        .endsWith(
            "; 41 values of orders.fax kept in salvage 7, restore with: ripcord salvage restore 7");
    Aftermath left = Aftermath.of(journal.entries(watch).result());
    assertThat(left.kept()).isEqualTo(schema.kept);
    assertThat(left.remaining())
        .singleElement()
        .asString()
        .contains("decide on what was kept")
        .endsWith("ripcord salvage purge 7");
  }

  private void append(Entry entry) {
    journal.append(
        lease,
        new Journal.Append(
            "append " + journal.entries(watch).result().size(),
            watch,
            clock.now(),
            List.of(entry),
            List.of()));
  }

  private RollbackRun run(List<Step> steps) {
    planned(steps);
    RollbackRun run = newRun();
    run.resume(ASKED, false);
    return run;
  }

  private void planned(List<Step> steps) {
    Plan plan = new Plan(RELEASE, Order.MIGRATIONS_FIRST, steps, "", List.of(), List.of(), "");
    journal.append(
        lease,
        new Journal.Append(
            "plan", watch, clock.now(), List.of(new Entry.Planned(plan)), List.of()));
  }

  private RollbackRun newRun() {
    EngineContext context =
        new EngineContext(
            clock, clock.clocks(), journal, new Unrecorded(), new EngineContext.Source("test"));
    Policy policy =
        new Policy(
            Order.AUTO, false, Policy.Backup.OFF, Policy.Scope.BOTH, Duration.ofMinutes(5), 3);
    ServicePolicy terms =
        new ServicePolicy(
            Rules.DEFAULT,
            Duration.ofSeconds(10),
            Optional.empty(),
            Duration.ZERO,
            Duration.ofMinutes(15),
            Optional.empty(),
            policy,
            databaseAway,
            false,
            Path.of("backups"));
    WatchedService service =
        new WatchedService(SHOP, terms, new NoProbe(), Optional.of(platform), Optional.of(schema));
    WatchProjection history = WatchProjection.fold(journal.entries(watch).result());
    return new RollbackRun(
        context,
        service,
        new WatchLog(context, lease, history),
        history,
        () -> runsOnItsSchema,
        (outcome, text) -> ends.add(outcome + " " + text));
  }

  private static WatchSpec charter() {
    return new WatchSpec(
        RELEASE,
        Rules.DEFAULT,
        Instant.parse("2026-01-02T03:00:00Z"),
        Duration.ZERO,
        Duration.ofMinutes(15),
        Duration.ofSeconds(10),
        Optional.empty(),
        Optional.empty());
  }

  private List<String> told() {
    return journal.alerts().stream()
        .filter(alert -> alert.kind() == Alert.Kind.WAITING)
        .map(Alert::title)
        .toList();
  }

  private List<String> done() {
    return journal.told(watch).stream()
        .flatMap(
            entry ->
                entry instanceof Entry.Ran(RunEvent.StepDone(int i, String text, var _, var _))
                    ? Stream.of(text)
                    : Stream.empty())
        .toList();
  }

  private Sample healthy() {
    return new Sample(
        "before v42",
        clock.now(),
        Duration.ofSeconds(10),
        Liveness.ANSWERS,
        OptionalInt.of(200),
        Optional.of(new Counts(1000, 0)),
        false,
        Latency.NONE,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        Optional.empty(),
        List.of());
  }

  private Sample sample(Liveness liveness) {
    return new Sample(
        "v42",
        clock.now(),
        Duration.ofSeconds(10),
        liveness,
        OptionalInt.empty(),
        Optional.empty(),
        false,
        Latency.NONE,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        Optional.empty(),
        List.of());
  }

  private final class Unrecorded implements Observer {
    @Override
    public void polled(
        ServiceName service, Sample sample, HealthReading reading, int streak, Duration took) {}

    @Override
    public void recorded(Recorded recorded) {}

    @Override
    public void underWay(ServiceName service, String text) {
      underWay.add(text);
    }

    @Override
    public void unrecorded(Alert alert) {
      unrecorded.add(alert);
    }
  }

  private static final class NoProbe implements Probe {
    @Override
    public Future<Void> prime() {
      return Future.succeededFuture();
    }

    @Override
    public Future<Sample> poll(String release, Duration spread) {
      return Future.failedFuture("nobody polls here");
    }

    @Override
    public void close() {}
  }
}
