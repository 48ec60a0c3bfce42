package dev.ripcord.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.port.Control.Wish;
import dev.ripcord.port.Entry;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.watch.Outcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The clock of the day is set while the engine works: durations are those that have passed. */
final class ClockJumpTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final EngineRoom room = new EngineRoom().start();

  @AfterEach
  void close() {
    room.close();
  }

  private List<Entry> jumps(long watch) {
    return room.entries(watch).stream().filter(Entry.ClockJumped.class::isInstance).toList();
  }

  @Test
  void a22_setBack_theThirdBreachActs() {
    long watch = room.announce();
    room.polls(4).jump(HOUR.negated());
    room.shop.isBad("shop:2");

    assertThat(room.polls(2).streak()).isEqualTo(2);
    assertThat(room.polls(1).state()).isEqualTo("rolling-back");
    assertThat(room.polls(3).outcome(watch)).contains(Outcome.ROLLED_BACK);
    assertThat(jumps(watch)).containsExactly(new Entry.ClockJumped(HOUR.negated()));
  }

  @Test
  void a22_setBack_theBakeTimeIsNotLonger() {
    long watch = room.announce();
    room.polls(4).jump(HOUR.negated());

    assertThat(room.pass(Duration.ofMinutes(12)).state()).isEqualTo("watching");
    assertThat(room.pass(Duration.ofSeconds(61)).outcome(watch)).contains(Outcome.HEALTHY);
  }

  @Test
  void a23_setForward_theBakeTimeIsNotShorter() {
    long watch = room.announce();
    room.polls(4).jump(HOUR);

    assertThat(room.pass(Duration.ofMinutes(12)).state()).isEqualTo("watching");
    assertThat(room.pass(Duration.ofSeconds(61)).outcome(watch)).contains(Outcome.HEALTHY);
    assertThat(jumps(watch)).containsExactly(new Entry.ClockJumped(HOUR));
    assertThat(room.row(watch).text()).contains("30 of 30 polls healthy");
  }

  @Test
  void c17_setForward_theFoldIsTheStateInMemory() {
    long watch = room.announce();
    room.polls(4).jump(HOUR).polls(4).jump(HOUR.multipliedBy(-3)).polls(4);

    WatchProjection folded = room.folded(watch);

    assertThat(folded.state().word()).isEqualTo(room.state()).isEqualTo("watching");
    assertThat(folded.state().tally().polls()).isEqualTo(12);
    assertThat(folded.jumped()).isEqualTo(HOUR.multipliedBy(-2));
  }

  @Test
  void c17_setForwardDuringAPause_thePauseIsNotShorter() {
    long watch = room.announce();
    room.ask(watch, Wish.PAUSE);
    room.polls(1).jump(HOUR);

    assertThat(room.pass(Duration.ofMinutes(9)).state()).isEqualTo("paused");
    assertThat(room.pass(Duration.ofMinutes(1)).state()).isEqualTo("watching");
  }

  @Test
  void c17_setForwardWhileItIsSeenWhetherARollbackHelped_isWaitedForAllTheSame() {
    long watch = room.announce();
    room.shop.isBad("shop:2");
    room.polls(3).jump(HOUR);

    assertThat(room.pass(Duration.ofSeconds(10)).state()).isEqualTo("rolling-back");
    assertThat(room.polls(3).outcome(watch)).contains(Outcome.ROLLED_BACK);
  }

  @Test
  void c17_setForwardWhileNobodyRan_isNoProof() {
    long watch = room.announce();
    room.polls(4);
    room.stop();
    room.jump(HOUR);
    room.start();

    assertThat(room.polls(1).outcome(watch)).contains(Outcome.INCONCLUSIVE);
    assertThat(room.row(watch).text().orElseThrow()).contains("polls in the bake time");
  }

  @Test
  void c17_setBackWhileNobodyRan_theBakeTimeGoesOnWhereItWas() {
    long watch = room.announce();
    room.polls(4);
    room.stop();
    room.jump(HOUR.negated());
    room.start();

    assertThat(room.pass(Duration.ofMinutes(12)).state()).isEqualTo("watching");
    assertThat(room.pass(Duration.ofSeconds(90)).outcome(watch)).contains(Outcome.HEALTHY);
  }

  @Test
  void drift_isNoJump() {
    long watch = room.announce();
    for (int i = 0; i < 10; i++) {
      room.polls(1).jump(Duration.ofMillis(900));
    }

    assertThat(jumps(watch)).isEmpty();
  }
}
