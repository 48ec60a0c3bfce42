package dev.ripcord.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.health.Escalation;
import dev.ripcord.port.Control.Wish;
import dev.ripcord.port.ControlException;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal.Append;
import dev.ripcord.port.Lease;
import dev.ripcord.port.WatchRequest;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a person asks of a watch by the journal: in another process, and once. */
final class WatchRequestTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final AtomicInteger ids = new AtomicInteger();

  private WatchRequest ask(EngineRoom room, long watch, Wish wish) {
    WatchRequest ask =
        new WatchRequest(
            "ask-" + ids.incrementAndGet(), watch, wish, "ann", Duration.ofMinutes(10));
    room.on(() -> room.journal.ask(ask));
    return ask;
  }

  private static Optional<WatchRequest.Answer> answer(EngineRoom room, WatchRequest ask) {
    return room.on(() -> room.journal.answered(ask.id()).result());
  }

  private static long count(EngineRoom room, long watch, Class<?> event) {
    return room.entries(watch).stream()
        .filter(e -> e instanceof Entry.Watched w && event.isInstance(w.event()))
        .count();
  }

  @Test
  void e6_abortByTheJournal_endsTheWatchAndSaysWhoWantedIt() {
    try (EngineRoom room = new EngineRoom().start()) {
      long watch = room.announce();
      WatchRequest ask = ask(room, watch, Wish.ABORT);
      room.pass(SECOND);

      assertThat(room.outcome(watch)).contains(Outcome.ABORTED);
      assertThat(room.entries(watch)).contains(new Entry.Watched(new WatchEvent.AbortAsked("ann")));
      assertThat(answer(room, ask)).contains(new WatchRequest.Answer(true, "ended"));
    }
  }

  @Test
  void e6_pauseAndResumeByTheJournal_areDoneInTheirOrder() {
    try (EngineRoom room = new EngineRoom().start()) {
      long watch = room.announce();
      WatchRequest pause = ask(room, watch, Wish.PAUSE);
      WatchRequest resume = ask(room, watch, Wish.RESUME);
      room.pass(SECOND);

      assertThat(room.state()).isEqualTo("watching");
      assertThat(answer(room, pause)).contains(new WatchRequest.Answer(true, "paused"));
      assertThat(answer(room, resume)).contains(new WatchRequest.Answer(true, "watching"));
      assertThat(count(room, watch, WatchEvent.PauseAsked.class)).isOne();
    }
  }

  @Test
  void e6_rollbackByTheJournal_rollsBack() {
    try (EngineRoom room = new EngineRoom().start()) {
      long watch = room.announce();
      WatchRequest ask = ask(room, watch, Wish.ROLLBACK);
      room.pass(SECOND);

      assertThat(answer(room, ask)).contains(new WatchRequest.Answer(true, "rolling-back"));
      assertThat(room.entries(watch))
          .contains(new Entry.Watched(new WatchEvent.RollbackAsked("ann", false)));
    }
  }

  @Test
  void e6_approvalByTheJournal_isRefusedWhereNothingWaitsForIt() {
    try (EngineRoom room = new EngineRoom(Escalation.ASK).start()) {
      long watch = room.announce();
      WatchRequest early = ask(room, watch, Wish.APPROVE);
      room.pass(SECOND);
      assertThat(answer(room, early))
          .contains(
              new WatchRequest.Answer(
                  false, "nothing waits for an approval: the watch is watching"));

      room.shop.isBad("shop:2");
      room.polls(3);
      assertThat(room.state()).isEqualTo("asking");
      WatchRequest approval = ask(room, watch, Wish.APPROVE);
      room.pass(SECOND);
      assertThat(answer(room, approval)).contains(new WatchRequest.Answer(true, "rolling-back"));
    }
  }

  @Test
  void e6_askAfterTheEnd_isAnsweredAsTooLate() {
    try (EngineRoom room = new EngineRoom().start()) {
      long watch = room.announce();
      room.ask(watch, Wish.ABORT);
      WatchRequest late = ask(room, watch, Wish.PAUSE);
      room.pass(SECOND);

      assertThat(answer(room, late))
          .contains(
              new WatchRequest.Answer(
                  false,
                  "that came too late: the watch of release v2 has ended (aborted): stopped by"
                      + " ann"));
      assertThatThrownBy(() -> room.ask(watch, Wish.PAUSE))
          .isInstanceOf(ControlException.class)
          .hasMessageContaining("too late: the watch of release v2 has ended");
    }
  }

  @Test
  void e6_askWhoseEntriesAreWritten_isAnsweredAndNotDoneAgain() {
    EngineRoom room = new EngineRoom();
    Lease lease = room.leaseOfBefore();
    InMemoryJournal journal = room.journal;
    long watch =
        EngineRoom.await(journal.open(lease, "open", room.charter("v2", "shop:2", "shop:1")))
            .watch();
    WatchRequest ask = new WatchRequest("ask-1", watch, Wish.PAUSE, "ann", Duration.ofMinutes(10));
    WatchEvent pause = new WatchEvent.PauseAsked("ann", EngineRoom.NOON.plusSeconds(600));
    // A process that is gone has paused it, and somebody has let it go on since.
    journal.ask(ask);
    journal.append(lease, append(ask.appendId(), watch, pause));
    journal.append(lease, append("resume", watch, new WatchEvent.ResumeAsked("bob")));
    journal.release(lease);
    try (room) {
      room.start().pass(SECOND);

      assertThat(room.state()).isEqualTo("watching");
      assertThat(answer(room, ask)).contains(new WatchRequest.Answer(true, "watching"));
      assertThat(count(room, watch, WatchEvent.PauseAsked.class)).isOne();
    }
  }

  private static Append append(String id, long watch, WatchEvent event) {
    return new Append(id, watch, EngineRoom.NOON, List.of(new Entry.Watched(event)), List.of());
  }

  @Test
  void e6_askOfAProcessThatIsGone_isTakenUpByTheNextOne() {
    EngineRoom before = new EngineRoom().start();
    long watch = before.announce();
    before.stop();
    WatchRequest abort = new WatchRequest("ask-1", watch, Wish.ABORT, "ann", Duration.ZERO);
    before.on(() -> before.journal.ask(abort));
    try (before;
        EngineRoom after = new EngineRoom(Escalation.ROLLBACK, before.journal).start()) {
      after.pass(SECOND);
      assertThat(after.outcome(watch)).contains(Outcome.ABORTED);
    }
  }

  @Test
  void e6_whatWasAskedLongAgo_isDoneOnlyWhereItHolds() {
    try (EngineRoom room = new EngineRoom().start()) {
      long watch = room.announce();
      WatchRequest rollback = ask(room, watch, Wish.ROLLBACK);
      WatchRequest pause = ask(room, watch, Wish.PAUSE);
      WatchRequest abort = ask(room, watch, Wish.ABORT);
      List.of(rollback, pause, abort)
          .forEach(a -> room.journal.age(a.id(), Duration.ofMinutes(25)));
      room.pass(SECOND);

      assertThat(answer(room, rollback).map(WatchRequest.Answer::text).orElse(""))
          .contains("too late: it was asked 25 min ago", "ask again");
      assertThat(answer(room, pause).map(WatchRequest.Answer::accepted)).contains(false);
      assertThat(room.outcome(watch)).contains(Outcome.ABORTED);
    }
  }

  @Test
  void e6_pauseThatWaited_lastsFromWhenItWasAsked() {
    try (EngineRoom room = new EngineRoom().start()) {
      long watch = room.announce();
      WatchRequest pause = ask(room, watch, Wish.PAUSE);
      room.journal.age(pause.id(), Duration.ofMinutes(9));
      room.pass(SECOND);
      assertThat(room.state()).isEqualTo("paused");
      room.pass(Duration.ofMinutes(2));

      assertThat(room.state()).isEqualTo("watching");
    }
  }

  @Test
  void e6_journalThatIsAwayForAWhile_isNoNo() {
    try (EngineRoom room = new EngineRoom().start()) {
      long watch = room.announce();
      WatchRequest ask = ask(room, watch, Wish.ABORT);
      room.journal.away(true);
      room.pass(SECOND);
      room.journal.away(false);
      assertThat(answer(room, ask)).isEmpty();
      room.pass(SECOND);

      assertThat(answer(room, ask)).contains(new WatchRequest.Answer(true, "ended"));
    }
  }

  @Test
  void e6_askOfAWatchThatRunsElsewhere_goesThereByTheJournal() {
    try (EngineRoom runs = new EngineRoom().start();
        EngineRoom waits = new EngineRoom(Escalation.ROLLBACK, runs.journal).start()) {
      long watch = runs.announce();
      var asked = waits.asked(watch, Wish.ABORT);
      waits.pass(Duration.ofMillis(300));
      runs.pass(SECOND);
      waits.pass(Duration.ofMillis(300));

      assertThat(EngineRoom.await(asked).state()).isEqualTo("ended");
      assertThat(runs.outcome(watch)).contains(Outcome.ABORTED);
    }
  }

  @Test
  void e6_askWhileTheLeaseIsLost_isDoneWhenItIsTakenAgain() {
    try (EngineRoom room = new EngineRoom().start()) {
      long watch = room.announce();
      room.on(
          () -> {
            room.journal.loseLease(EngineRoom.SHOP);
            return "";
          });
      var asked = room.asked(watch, Wish.ABORT);
      room.pass(Duration.ofSeconds(4));

      assertThat(EngineRoom.await(asked).state()).isEqualTo("ended");
      assertThat(room.outcome(watch)).contains(Outcome.ABORTED);
    }
  }

  @Test
  void e6_askThatNobodyAnswers_saysThatItIsWrittenDown() {
    EngineRoom runs = new EngineRoom().start();
    long watch = runs.announce();
    try (runs;
        EngineRoom waits = new EngineRoom(Escalation.ROLLBACK, runs.journal).start()) {
      var asked = waits.asked(watch, Wish.ABORT);
      waits.pass(WatchRequestSender.PATIENCE.plus(SECOND));

      assertThatThrownBy(() -> EngineRoom.await(asked))
          .isInstanceOf(ControlException.class)
          .hasMessageContaining("it is written down, and nobody has answered");
      runs.pass(SECOND);
      assertThat(runs.outcome(watch)).contains(Outcome.ABORTED);
    }
  }

  @Test
  void e6_askWhoseAnswerFromTheJournalIsLost_isDoneOnce() {
    try (EngineRoom room = new EngineRoom().start()) {
      long watch = room.announce();
      WatchRequest ask = ask(room, watch, Wish.PAUSE);
      room.journal.loseAnswerOfNext(append -> append.id().equals(ask.appendId()));
      room.pass(SECOND).pass(SECOND);

      assertThat(answer(room, ask)).contains(new WatchRequest.Answer(true, "paused"));
      assertThat(count(room, watch, WatchEvent.PauseAsked.class)).isOne();
    }
  }
}
