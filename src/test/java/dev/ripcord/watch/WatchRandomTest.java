package dev.ripcord.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.health.Breaches;
import dev.ripcord.health.Escalation;
import dev.ripcord.health.Poll;
import dev.ripcord.health.Rules;
import dev.ripcord.watch.Effect.BeginRollback;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever happens in whatever order: what a watch never does. */
final class WatchRandomTest {
  private static final int ROUNDS = 3_000;

  private record Happened(WatchEvent event, Instant at) {}

  /** What a random poll shows, beside the polls that the watch must drop. */
  private enum Shown {
    BAD,
    GOOD,
    UNKNOWN
  }

  @Test
  void watch_anyEvents_neverActsWithoutTheBreachesNeeded() {
    long seed = Long.getLong("seed", 20_260_203L);
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    int begun = 0;
    for (int round = 0; round < ROUNDS; round++) {
      begun += new Play(random, "seed " + seed + " round " + round).run();
    }
    assertThat(begun).as("rollbacks begun in all rounds").isBetween(ROUNDS / 10, ROUNDS);
  }

  private static final class Play {
    private final Random random;
    private final String name;
    private final WatchSpec charter;
    private final Watch watch;
    private final List<Happened> happened = new ArrayList<>();
    private final List<Boolean> decided = new ArrayList<>();
    private WatchState state = Watch.start();
    private Instant now = Scene.START;
    private int begun;

    Play(Random random, String name) {
      this.random = random;
      this.name = name;
      String breaches = List.of("3", "3", "3 of 5", "2", "1").get(random.nextInt(5));
      Escalation act = random.nextInt(4) == 0 ? Escalation.ASK : Escalation.ROLLBACK;
      Rules usual = Scene.breaches(breaches);
      Rules rules =
          new Rules(
              usual.threshold(),
              usual.breaches(),
              usual.minimumRequests(),
              usual.normal(),
              act,
              Map.of());
      Optional<String> alertOnly =
          random.nextInt(10) == 0 ? Optional.of("--dry-run") : Optional.empty();
      this.charter = Scene.charter(rules, Duration.ofSeconds(random.nextInt(60)), alertOnly);
      this.watch = new Watch(charter);
    }

    int run() {
      int events = 20 + random.nextInt(60);
      for (int i = 0; i < events; i++) {
        now = now.plusMillis(random.nextInt(30_000));
        if (random.nextInt(6) > 0) {
          poll();
        } else {
          step(word());
        }
      }
      assertThat(begun).as(name + ": rollbacks begun").isLessThanOrEqualTo(1);
      assertThat(replayed()).as(name + ": state after a replay").isEqualTo(state);
      return begun;
    }

    private void poll() {
      Shown shown = List.of(Shown.values()).get(random.nextInt(3));
      if (random.nextInt(20) == 0) {
        step(new WatchEvent.Sampled(poll(shown).of("v41").at(now)));
        return;
      }
      Instant at = random.nextInt(20) == 0 ? now.minusSeconds(60) : now;
      boolean counts = !now.isBefore(charter.judgedFrom());
      boolean held = state instanceof WatchState.Paused p && now.isBefore(p.until());
      boolean over = state instanceof WatchState.Ended || state instanceof WatchState.RollingBack;
      if (counts && !over) {
        if (!held && shown != Shown.UNKNOWN) {
          decided.add(shown == Shown.BAD);
        }
      }
      List<Effect> effects = step(new WatchEvent.Sampled(poll(shown).at(at)));
      if (effects.stream().anyMatch(BeginRollback.class::isInstance)) {
        assertThat(shown).as(name + ": the poll that condemned").isEqualTo(Shown.BAD);
        assertThat(enough()).as(name + ": breaches needed, seen " + decided).isTrue();
      }
    }

    private Poll poll(Shown shown) {
      return switch (shown) {
        case BAD -> random.nextBoolean() ? Poll.bad() : Poll.silent();
        case GOOD -> Poll.good();
        case UNKNOWN -> random.nextBoolean() ? Poll.unmeasured() : Poll.counting(0, 0);
      };
    }

    private boolean enough() {
      Breaches rule = charter.rules().breaches();
      List<Boolean> last = decided.subList(Math.max(0, decided.size() - rule.of()), decided.size());
      return last.stream().filter(b -> b).count() >= rule.needed();
    }

    private WatchEvent word() {
      return switch (random.nextInt(24)) {
        case 0 -> new WatchEvent.AbortAsked("ann");
        case 1 -> new WatchEvent.RollbackAsked("ann", false);
        case 2 -> new WatchEvent.Superseded("v43");
        case 3, 4, 5 -> new WatchEvent.Approved("ann");
        case 6, 7 -> new WatchEvent.RunEnded(Outcome.ROLLED_BACK, "healthy again");
        case 8, 9, 10, 11 -> new WatchEvent.PauseAsked("ann", now.plusSeconds(random.nextInt(120)));
        case 12, 13, 14 -> new WatchEvent.ResumeAsked("ann");
        default -> new WatchEvent.Ticked();
      };
    }

    private List<Effect> step(WatchEvent event) {
      WatchState before = state;
      Transition transition = watch.on(state, event, now);
      state = transition.next();
      happened.add(new Happened(event, now));
      if (before instanceof WatchState.Ended) {
        assertThat(transition).as(name).isEqualTo(new Transition(before, List.of()));
      }
      for (Effect effect : transition.effects()) {
        if (effect instanceof BeginRollback) {
          begun++;
          assertThat(charter.alertOnly()).as(name + ": why nothing may be done").isEmpty();
        }
      }
      return transition.effects();
    }

    private WatchState replayed() {
      Watch another = new Watch(charter);
      WatchState replayed = Watch.start();
      for (Happened one : happened) {
        replayed = another.on(replayed, one.event(), one.at()).next();
      }
      return replayed;
    }
  }
}
