package dev.ripcord.engine;

import static dev.ripcord.engine.EngineRoom.SHOP;
import static dev.ripcord.engine.EngineRoom.await;
import static dev.ripcord.engine.EngineRoom.release;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.health.Baseline;
import dev.ripcord.health.Escalation;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Control.Announcement;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.port.Control.Wish;
import dev.ripcord.port.ControlException;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal.Append;
import dev.ripcord.port.Lease;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The whole engine on a journal in memory: what people ask, what is announced, what is lost. */
final class SupervisorTest {
  private EngineRoom room = new EngineRoom();

  @AfterEach
  void close() {
    room.close();
  }

  private long watching() {
    return room.start().announce();
  }

  @Test
  void healthyToTheEnd_isHealthy() {
    long watch = watching();

    room.pass(EngineRoom.BAKE.plusSeconds(1));

    assertThat(room.outcome(watch)).contains(Outcome.HEALTHY);
    assertThat(room.row(watch).text()).contains("30 of 30 polls healthy");
  }

  @Test
  void spanOfThePipeline_isWrittenDownWithTheWatch() {
    Announcement plain = release("v2", "shop:2", "shop:1");
    String span = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    room.start();

    WatchStatus begun =
        await(
            room.announced(
                new Announcement(
                    plain.service(),
                    plain.release(),
                    plain.image(),
                    plain.previousImage(),
                    plain.bake(),
                    plain.retry(),
                    Optional.of(span))));

    assertThat(begun.row().charter().traceParent()).contains(span);
  }

  @Test
  void thirdBreach_putsTheImageBack_andSeesThatItHelped() {
    long watch = watching();
    room.shop.isBad("shop:2");

    assertThat(room.polls(3).state()).isEqualTo("rolling-back");
    assertThat(room.shop.runningImage()).isEqualTo("shop:1");
    assertThat(room.polls(2).outcome(watch)).contains(Outcome.ROLLED_BACK);
    assertThat(room.folded(watch).state().word()).isEqualTo("ended");
  }

  @Test
  void pause_holds_andResumeLetsGoOn() {
    long watch = watching();
    room.shop.isBad("shop:2");
    room.polls(2);

    assertThat(room.ask(watch, Wish.PAUSE).state()).isEqualTo("paused");
    assertThat(room.polls(5).state()).isEqualTo("paused");
    assertThat(room.ask(watch, Wish.RESUME).state()).isEqualTo("watching");
    assertThat(room.polls(1).state()).isEqualTo("rolling-back");
  }

  @Test
  void pause_endsByItself() {
    long watch = watching();
    room.ask(watch, Wish.PAUSE);

    assertThat(room.pass(Duration.ofMinutes(10).plusSeconds(1)).state()).isEqualTo("watching");
  }

  @Test
  void abort_ends() {
    long watch = watching();

    room.ask(watch, Wish.ABORT);

    assertThat(room.outcome(watch)).contains(Outcome.ABORTED);
    assertThat(room.state()).isEmpty();
    assertThatThrownBy(() -> room.ask(watch, Wish.ABORT))
        .isInstanceOf(ControlException.class)
        .hasMessageContaining("too late");
  }

  @Test
  void approve_rollsBack() {
    room.close();
    room = new EngineRoom(Escalation.ASK);
    long watch = watching();
    assertThatThrownBy(() -> room.ask(watch, Wish.APPROVE))
        .hasMessageContaining("nothing waits for an approval");
    room.shop.isBad("shop:2");
    assertThat(room.polls(3).state()).isEqualTo("asking");

    assertThat(room.ask(watch, Wish.APPROVE).state()).isEqualTo("rolling-back");
    assertThat(room.polls(3).outcome(watch)).contains(Outcome.ROLLED_BACK);
  }

  @Test
  void newerRelease_supersedes() {
    long watch = watching();
    room.shop.runs("shop:3");

    WatchStatus newer = await(room.announced(release("v3", "shop:3", "shop:2")));

    assertThat(room.outcome(watch)).contains(Outcome.SUPERSEDED);
    assertThat(newer.state()).isEqualTo("watching");
    assertThat(newer.row().id()).isGreaterThan(watch);
  }

  @Test
  void newerRelease_whileRollingBack_isRefused() {
    watching();
    room.shop.isBad("shop:2");
    room.polls(3);

    assertThatThrownBy(() -> await(room.announced(release("v3", "shop:3", "shop:2"))))
        .isInstanceOf(ControlException.class)
        .hasMessageContaining("a rollback of release v2 is under way");
  }

  @Test
  void d2_announcedSeveralTimesAtOnce_opensOneWatchForEachRelease() {
    room.start();
    List<Future<WatchStatus>> all = new ArrayList<>();
    for (String name : List.of("r1", "r1", "r2", "r2", "r3")) {
      all.add(room.announced(release(name, "shop:2", "shop:1")));
    }

    List<Long> ids = all.stream().map(f -> await(f).row().id()).toList();

    assertThat(ids).containsExactly(1L, 1L, 2L, 2L, 3L);
    assertThat(room.on(() -> room.journal.unfinished().result())).hasSize(1);
    assertThat(room.outcome(1)).contains(Outcome.SUPERSEDED);
    assertThat(room.outcome(2)).contains(Outcome.SUPERSEDED);
  }

  @Test
  void d2_announcedWhileThePlatformIsAsked_opensOneWatch() {
    room.start();
    room.shop.hangs(true);
    Future<WatchStatus> first = room.announced(release("v2", null, "shop:1"));
    Future<WatchStatus> again = room.announced(release("v2", null, "shop:1"));

    room.pass(Duration.ofSeconds(16));

    assertThat(await(first).row().id()).isEqualTo(await(again).row().id());
  }

  /** What is measured while a slow platform is asked is of the release, not of the one before. */
  @Test
  void a21_announcedWhileThePlatformIsSlow_onlyWhatCameBeforeIsTheBaseline() {
    room.start();
    room.shop.isBad("shop:2");
    room.pass(Duration.ofSeconds(25));
    int polls = room.shop.polls();
    room.shop.hangs(true);
    Future<WatchStatus> announced = room.announced(release("v2", "shop:2", "shop:1"));

    room.pass(Duration.ofSeconds(40));

    assertThat(room.shop.polls()).isGreaterThan(polls);
    assertThat(await(announced).row().charter().before().map(Baseline::requests).orElse(0L))
        .isEqualTo(100L * polls);
  }

  /** Three polls of their own still, but sooner after each other. */
  @Test
  void afterAFirstBreach_itIsPolledSooner_andAsUsualWhenItIsOver() {
    room.afterBreach(Duration.ofSeconds(10)).start().announce();
    room.shop.isBad("shop:2");
    room.polls(1);
    assertThat(room.streak()).isEqualTo(1);

    assertThat(room.pass(Duration.ofSeconds(10)).streak()).isEqualTo(2);
    room.shop.isWell();
    assertThat(room.pass(Duration.ofSeconds(10)).streak()).isZero();
    int polls = room.shop.polls();
    room.pass(Duration.ofSeconds(29));
    assertThat(room.shop.polls()).isEqualTo(polls);

    room.shop.isBad("shop:2");
    room.pass(Duration.ofSeconds(1));
    assertThat(room.pass(Duration.ofSeconds(20)).state()).isEqualTo("rolling-back");
  }

  @Test
  void errorsThatTheObjectiveDoesNotAllow_areTold_andNothingIsRolledBack() {
    room.objective("99.9%").start();
    room.shop.isBad("shop:2");
    room.polls(2);

    assertThat(room.journal.alerts())
        .filteredOn(alert -> alert.kind() == Alert.Kind.BUDGET)
        .singleElement()
        .satisfies(
            alert -> {
              assertThat(alert.title()).isEqualTo("shop: it spends its error budget too fast");
              assertThat(alert.lines().getFirst())
                  .contains("500 times what the objective of 99.9% allows")
                  .contains("the errors of 30 days are spent in 1 h");
            });
    room.shop.isWell();
    room.polls(75);
    assertThat(room.journal.alerts()).extracting(Alert::kind).contains(Alert.Kind.BUDGET_KEPT);
    assertThat(room.shop.calls()).isEmpty();
  }

  @Test
  void peopleWereToldByAnotherProcessThatItIsNotWell_areToldWhenItIsAgain() {
    Alert limit =
        new Alert(
            "service-shop/limit/1", Alert.Kind.LIMIT, SHOP, "", "shop", List.of(), EngineRoom.NOON);
    await(room.journal.enqueue(List.of(limit)));
    room.start();
    room.shop.isWell();
    room.polls(4);

    assertThat(room.journal.alerts())
        .extracting(Alert::kind)
        .containsExactly(Alert.Kind.LIMIT, Alert.Kind.RECOVERED);
  }

  @Test
  void leaseLostAndTakenAgain_theWatchGoesOn() {
    watching();
    room.shop.isBad("shop:2");
    room.polls(2);
    room.on(
        () -> {
          room.journal.loseLease(SHOP);
          return "";
        });
    assertThat(room.state()).isEmpty();

    room.pass(Duration.ofSeconds(4));

    assertThat(room.polls(1).state()).isEqualTo("rolling-back");
    assertThat(room.shop.calls()).containsExactly("switch shop:1");
  }

  @Test
  void c1_leaseLostAgainWhileItsWatchesAreRead_isTakenOnceAndKept() {
    watching();
    Promise<Void> slow =
        room.on(
            () -> {
              Promise<Void> late = room.journal.failUnfinishedLater();
              room.journal.loseLease(SHOP);
              return late;
            });
    room.pass(Duration.ofSeconds(2));
    room.on(
        () -> {
          room.journal.loseLease(SHOP);
          return "";
        });
    room.pass(Duration.ofSeconds(2));
    room.on(
        () -> {
          slow.complete();
          return "";
        });

    room.pass(Duration.ofSeconds(4));

    assertThat(room.state()).isEqualTo("watching");
    room.shop.isBad("shop:2");
    room.polls(4);

    assertThat(room.shop.calls()).containsExactly("switch shop:1");
  }

  @Test
  void leaseTakenByAnother_nothingIsDoneHereAnyMore() {
    long watch = watching();
    room.shop.isBad("shop:2");
    room.polls(2);
    room.on(() -> room.journal.stealLease(SHOP, "web2:1"));

    room.polls(4);

    assertThat(room.shop.calls()).isEmpty();
    assertThat(room.folded(watch).state().tally().polls()).isEqualTo(2);
  }

  @Test
  void c13_twoOpenWatchesOfBefore_theNewestGoesOn() {
    Lease lease = room.leaseOfBefore();
    long older = room.journal.openBeside(room.charter("v1", "shop:1", "shop:0"), "before-1");
    long newer = room.journal.openBeside(room.charter("v2", "shop:2", "shop:1"), "before-2");
    room.journal.release(lease);

    room.start();

    assertThat(room.outcome(older)).contains(Outcome.SUPERSEDED);
    assertThat(room.polls(1).folded(newer).state().tally().polls()).isEqualTo(1);
  }

  @Test
  void c13_twoOpenWatchesOfBefore_theRollbackOfTheOlderOneGoesOn() {
    Lease lease = room.leaseOfBefore();
    room.shop.isBad("shop:2");
    long older = room.journal.openBeside(room.charter("v2", "shop:2", "shop:1"), "before-1");
    long newer = room.journal.openBeside(room.charter("v3", "shop:3", "shop:2"), "before-2");
    await(
        room.journal.append(
            lease,
            new Append(
                "before-3",
                older,
                EngineRoom.NOON,
                List.of(new Entry.Watched(new WatchEvent.RollbackAsked("ann", false))),
                List.of())));
    room.journal.release(lease);

    room.start();

    assertThat(room.outcome(newer)).contains(Outcome.SUPERSEDED);
    assertThat(room.polls(3).outcome(older)).contains(Outcome.ROLLED_BACK);
  }

  @Test
  void processEndsAndAnotherBegins_theWatchGoesOn() {
    long watch = watching();
    room.shop.isBad("shop:2");
    room.polls(2);
    room.stop();
    room.start();

    assertThat(room.polls(1).state()).isEqualTo("rolling-back");
    assertThat(room.polls(3).outcome(watch)).contains(Outcome.ROLLED_BACK);
  }

  @Test
  void platformThatNeverAnswers_isNoReasonNotToWatch() {
    room.start();
    room.shop.hangs(true);
    Future<WatchStatus> announced = room.announced(release("v2", "shop:2", "shop:1"));

    room.pass(Duration.ofSeconds(31));
    assertThat(await(announced).state()).isEqualTo("watching");
    assertThat(room.pass(EngineRoom.BAKE.plusMinutes(2)).state()).isEmpty();
    assertThat(room.outcome(await(announced).row().id())).contains(Outcome.HEALTHY);
  }

  @Test
  void pollThatNeverEnds_isGivenUp_andTheNextOneIsMade() {
    watching();
    room.shop.pollsHang();
    room.polls(1);
    int before = room.shop.polls();

    room.pass(Duration.ofMinutes(5));

    assertThat(room.shop.polls()).isGreaterThan(before);
  }

  @Test
  void a21_anotherImageAtTheEnd_isSuperseded() {
    long watch = watching();
    room.polls(2);
    room.shop.runs("shop:1");

    room.pass(EngineRoom.BAKE);

    assertThat(room.outcome(watch)).contains(Outcome.SUPERSEDED);
    assertThat(room.row(watch).text().orElseThrow())
        .isEqualTo("shop:2 was replaced: shop:1 runs now, which is not release v2");
  }

  @Test
  void a21_namedImageDoesNotRun_isInconclusive() {
    room.start();
    long watch = await(room.announced(release("v3", "shop:3", "shop:2"))).row().id();

    room.pass(Duration.ofSeconds(45));

    assertThat(room.outcome(watch)).contains(Outcome.INCONCLUSIVE);
    assertThat(room.row(watch).text().orElseThrow())
        .startsWith("shop:3 of release v3 does not run: shop:2 does. Next:");
  }

  @Test
  void a21_deployComesAMomentLater_isWatched() {
    room.start();
    await(room.announced(release("v3", "shop:3", "shop:2")));
    room.pass(Duration.ofSeconds(10));
    room.shop.runs("shop:3");

    assertThat(room.pass(Duration.ofMinutes(5)).state()).isEqualTo("watching");
  }

  @Test
  void a21_learnedImageIsTheOneBefore_isInconclusive() {
    long first = watching();
    room.pass(EngineRoom.BAKE.plusSeconds(1));
    assertThat(room.outcome(first)).contains(Outcome.HEALTHY);

    WatchStatus second = await(room.announced(release("v3", null, null)));

    assertThat(second.state()).isEqualTo("ended");
    assertThat(second.row().outcome()).contains(Outcome.INCONCLUSIVE);
    assertThat(second.row().text().orElseThrow())
        .startsWith("shop:2 runs, as it did for release v2: release v3 is not deployed");
    assertThat(await(room.announced(release("v4", "shop:2", "shop:1"))).state())
        .isEqualTo("watching");
  }

  @Test
  void a21_learnedImageIsNamedAsTheOneBefore_isInconclusive() {
    room.start();

    WatchStatus status = await(room.announced(release("v3", null, "shop:2")));

    assertThat(status.row().outcome()).contains(Outcome.INCONCLUSIVE);
  }

  @Test
  void a21_platformCannotBeAskedAtTheEnd_isInconclusive() {
    long watch = watching();
    room.polls(2);
    room.shop.runsNothing();

    room.pass(EngineRoom.BAKE.plusMinutes(1));

    assertThat(room.outcome(watch)).contains(Outcome.INCONCLUSIVE);
    assertThat(room.row(watch).text().orElseThrow()).contains("the platform cannot be asked");
  }

  @Test
  void a21_platformThatCannotTell_isNotHeldAgainstTheRelease() {
    room.shop.runsNothing();
    long watch = watching();

    room.pass(EngineRoom.BAKE.plusSeconds(1));

    assertThat(room.outcome(watch)).contains(Outcome.HEALTHY);
  }
}
