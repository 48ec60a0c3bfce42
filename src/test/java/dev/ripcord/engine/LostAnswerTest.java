package dev.ripcord.engine;

import static dev.ripcord.engine.EngineRoom.await;
import static dev.ripcord.engine.EngineRoom.release;
import static dev.ripcord.engine.InMemoryJournal.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.port.Control.Wish;
import dev.ripcord.port.ControlException;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal.Append;
import dev.ripcord.port.JournalException;
import dev.ripcord.port.Lease;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchEvent;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the engine does when the journal has written, or may have written, and says nothing. */
final class LostAnswerTest {
  private final EngineRoom room = new EngineRoom().start();

  @AfterEach
  void close() {
    room.close();
  }

  private void times(int count, Runnable trouble) {
    for (int i = 0; i < count; i++) {
      room.on(
          () -> {
            trouble.run();
            return "";
          });
    }
  }

  @Test
  void appendThatFails_doesNothing() {
    long watch = room.announce();
    room.shop.isBad("shop:2");
    room.polls(2);
    times(2, () -> room.journal.loseNext(with(WatchEvent.Sampled.class)));

    room.polls(1);

    assertThat(room.state()).isEqualTo("watching");
    assertThat(room.streak()).isEqualTo(2);
    assertThat(room.shop.calls()).isEmpty();
    assertThat(room.polls(1).state()).isEqualTo("rolling-back");
    assertThat(room.folded(watch).state().tally().polls()).isEqualTo(3);
  }

  @Test
  void appendThatFailsOnce_isSentAgain() {
    room.announce();
    room.shop.isBad("shop:2");
    room.polls(2);
    times(1, () -> room.journal.loseNext(with(WatchEvent.Sampled.class)));

    assertThat(room.polls(1).state()).isEqualTo("rolling-back");
  }

  @Test
  void c2_endOfTheBakeTime_answerLost_endsAndTheNextReleaseIsTaken() {
    long watch = room.announce();
    times(1, () -> room.journal.loseAnswerOfNext(with(Entry.Finished.class)));

    room.pass(EngineRoom.BAKE.plusSeconds(1));

    assertThat(room.outcome(watch)).contains(Outcome.HEALTHY);
    assertThat(room.state()).isEmpty();
    room.shop.runs("shop:3");
    assertThat(await(room.announced(release("v3", "shop:3", "shop:2"))).state())
        .isEqualTo("watching");
  }

  @Test
  void c2_endOfTheBakeTime_answersLostTwice_isReadFromTheJournal() {
    long watch = room.announce();
    times(2, () -> room.journal.loseAnswerOfNext(with(Entry.Finished.class)));

    room.pass(EngineRoom.BAKE.plusSeconds(1));

    assertThat(room.outcome(watch)).contains(Outcome.HEALTHY);
    assertThat(room.state()).isEmpty();
    assertThat(room.entries(watch)).filteredOn(Entry.Finished.class::isInstance).hasSize(1);
  }

  @Test
  void d3_endIsNeverAnswered_endsAllTheSame() {
    long watch = room.announce();
    times(2, () -> room.journal.neverAnswerNext(with(Entry.Finished.class)));

    room.pass(EngineRoom.BAKE.plusMinutes(1));

    assertThat(room.outcome(watch)).contains(Outcome.HEALTHY);
    assertThat(room.state()).isEmpty();
  }

  @Test
  void c2_abort_answerLost_isDone() {
    long watch = room.announce();
    times(2, () -> room.journal.loseAnswerOfNext(with(WatchEvent.AbortAsked.class)));

    room.ask(watch, Wish.ABORT);

    assertThat(room.outcome(watch)).contains(Outcome.ABORTED);
    assertThat(room.state()).isEmpty();
  }

  @Test
  void c2_abortOfARollback_answersLostTwice_endsIt() {
    long watch = room.announce();
    room.shop.isBad("shop:2");
    assertThat(room.polls(3).state()).isEqualTo("rolling-back");
    times(2, () -> room.journal.loseAnswerOfNext(with(WatchEvent.AbortAsked.class)));

    room.ask(watch, Wish.ABORT);
    room.pass(Duration.ofSeconds(1));

    assertThat(room.outcome(watch)).contains(Outcome.ROLLED_BACK_UNHEALTHY);
    assertThat(room.row(watch).text().orElse("")).contains("stopped by ann");
  }

  @Test
  void c2_abortOfARollback_whoseProcessDiedThen_isHeededByTheNext() {
    long watch = room.announce();
    room.shop.isBad("shop:2");
    assertThat(room.polls(3).state()).isEqualTo("rolling-back");
    room.stop();
    Lease dying = room.leaseOfBefore();
    await(
        room.journal.append(
            dying,
            new Append(
                "dying",
                watch,
                room.clock.now(),
                List.of(new Entry.Watched(new WatchEvent.AbortAsked("ann"))),
                List.of())));
    await(room.journal.release(dying));

    room.start().pass(Duration.ofSeconds(1));

    assertThat(room.outcome(watch)).contains(Outcome.ROLLED_BACK_UNHEALTHY);
    assertThat(room.row(watch).text().orElse("")).contains("stopped by ann");
  }

  @Test
  void c2_pause_answersLostTwice_isDoneAndSaidToBe() {
    long watch = room.announce();
    times(2, () -> room.journal.loseAnswerOfNext(with(WatchEvent.PauseAsked.class)));

    assertThat(room.ask(watch, Wish.PAUSE).state()).isEqualTo("paused");
  }

  @Test
  void c2_superseded_answerLost_theNewerReleaseIsWatched() {
    long watch = room.announce();
    times(2, () -> room.journal.loseAnswerOfNext(with(WatchEvent.Superseded.class)));
    room.shop.runs("shop:3");

    WatchStatus next = await(room.announced(release("v3", "shop:3", "shop:2")));

    assertThat(room.outcome(watch)).contains(Outcome.SUPERSEDED);
    assertThat(next.state()).isEqualTo("watching");
  }

  @Test
  void c13_opening_answerLost_isWatched() {
    times(1, () -> room.journal.loseAnswerOfNext(with(Entry.Opened.class)));

    long watch = room.announce();

    assertThat(room.state()).isEqualTo("watching");
    assertThat(room.entries(watch)).hasSize(1);
  }

  @Test
  void c13_opening_answersLostTwice_isTakenUpByTheNextAnnouncement() {
    times(2, () -> room.journal.loseAnswerOfNext(with(Entry.Opened.class)));
    assertThatThrownBy(room::announce).isInstanceOf(JournalException.class);

    long watch = room.announce();

    assertThat(watch).isEqualTo(1);
    assertThat(room.state()).isEqualTo("watching");
  }

  @Test
  void c3_breachThatCondemns_answerLost_rollsBackAtOnce() {
    long watch = room.announce();
    room.shop.isBad("shop:2");
    room.polls(2);
    times(1, () -> room.journal.loseAnswerOfNext(with(WatchEvent.Sampled.class)));

    room.polls(1);

    assertThat(room.state()).isEqualTo("rolling-back");
    assertThat(room.shop.runningImage()).isEqualTo("shop:1");
    assertThat(room.polls(4).outcome(watch)).contains(Outcome.ROLLED_BACK);
  }

  @Test
  void c3_breachThatCondemns_answersLostTwice_rollsBackAtOnceAndOnce() {
    long watch = room.announce();
    room.shop.isBad("shop:2");
    room.polls(2);
    times(2, () -> room.journal.loseAnswerOfNext(with(WatchEvent.Sampled.class)));

    room.polls(1);

    assertThat(room.shop.runningImage()).isEqualTo("shop:1");
    assertThat(room.polls(4).outcome(watch)).contains(Outcome.ROLLED_BACK);
    assertThat(room.shop.calls()).containsExactly("switch shop:1");
  }

  @Test
  void rollback_eachAnswerLost_eachStepOnce() {
    long watch = room.announce();
    room.shop.isBad("shop:2");
    times(1, () -> room.journal.loseAnswerOfNext(with(Entry.Planned.class)));
    times(1, () -> room.journal.loseAnswerOfNext(with(RunEvent.StepBegun.class)));
    times(2, () -> room.journal.loseAnswerOfNext(with(RunEvent.StepDone.class)));
    times(2, () -> room.journal.loseAnswerOfNext(with(WatchEvent.RunEnded.class)));

    room.polls(8);

    assertThat(room.outcome(watch)).contains(Outcome.ROLLED_BACK);
    assertThat(room.shop.calls()).containsExactly("switch shop:1");
    assertThat(room.entries(watch))
        .filteredOn(e -> e instanceof Entry.Ran r && r.event() instanceof RunEvent.StepDone)
        .hasSize(1);
    assertThat(room.state()).isEmpty();
  }

  @Test
  void c17_jumpOfTheClock_answersLost_isWrittenOnce() {
    long watch = room.announce();
    room.polls(2).jump(Duration.ofHours(1));
    times(3, () -> room.journal.loseAnswerOfNext(with(Entry.ClockJumped.class)));

    room.polls(3);

    assertThat(room.entries(watch)).filteredOn(Entry.ClockJumped.class::isInstance).hasSize(1);
    assertThat(room.folded(watch).jumped()).isEqualTo(Duration.ofHours(1));
    assertThat(room.state()).isEqualTo("watching");
  }

  @Test
  void journalIsAway_pollsAreLost_andTheWatchGoesOnFromWhatIsWritten() {
    long watch = room.announce();
    room.polls(3);
    room.on(
        () -> {
          room.journal.away(true);
          return "";
        });
    room.polls(3);
    assertThatThrownBy(() -> room.ask(watch, Wish.ABORT)).isInstanceOf(JournalException.class);
    room.on(
        () -> {
          room.journal.away(false);
          return "";
        });

    room.polls(2);

    assertThat(room.state()).isEqualTo("watching");
    assertThat(room.folded(watch).state().tally().polls()).isEqualTo(5);
  }

  @Test
  void c13_announcedWhileTheCondemningBreachIsWritten_isRefused() {
    long watch = room.announce();
    room.shop.isBad("shop:2");
    room.polls(2);
    times(1, () -> room.journal.neverAnswerNext(with(WatchEvent.Sampled.class)));
    room.polls(1);

    Future<WatchStatus> newer = room.announced(release("v3", "shop:2", "shop:1"));
    room.pass(Duration.ofSeconds(20));

    assertThatThrownBy(() -> await(newer))
        .isInstanceOfSatisfying(
            ControlException.class,
            e -> assertThat(e.kind()).isEqualTo(ControlException.Cause.CONFLICT))
        .hasMessageContaining("a rollback of release v2 is under way");
    assertThat(room.on(() -> room.journal.unfinished().result())).hasSize(1);
    assertThat(room.polls(5).outcome(watch)).contains(Outcome.ROLLED_BACK);
  }

  @Test
  void c13_pauseBehindTheCondemningBreach_isNotSaidToBeDone() {
    long watch = room.announce();
    room.shop.isBad("shop:2");
    room.polls(2);
    times(1, () -> room.journal.neverAnswerNext(with(WatchEvent.Sampled.class)));
    room.polls(1);

    Future<WatchStatus> pause = room.asked(watch, Wish.PAUSE);
    room.pass(Duration.ofSeconds(16));

    assertThatThrownBy(() -> await(pause))
        .isInstanceOf(ControlException.class)
        .hasMessageContaining("too late: the watch is rolling-back");
  }
}
