package dev.ripcord.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.health.Breaches;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StreakTest {
  /** {@code x} is a breach, {@code -} a healthy poll; the newest comes last. */
  @ParameterizedTest
  @CsvSource({
    "3,      '',        0, false, false",
    "3,      x,         1, false, true",
    "3,      xx,        2, false, true",
    "3,      xxx,       3, true,  true",
    "3,      xx-,       0, false, false",
    "3,      xx-x,      1, false, true",
    "3,      xxxxxxx,   3, true,  true",
    "1,      x,         1, true,  true",
    "1,      x-,        0, false, false",
    "3 of 5, x-x-x,     3, true,  true",
    "3 of 5, xxx--,     3, true,  false",
    "3 of 5, xxx---,    2, false, false",
    "3 of 5, xxx---x,   2, false, true",
    "3 of 5, x--x--x,   2, false, true",
    "2 of 2, x-x,       1, false, true",
    "20,     xxxxxxxxxxxxxxxxxxxx, 20, true, true"
  })
  void streak_pollAfterPoll_countsBreaches(
      String rule, String polls, int length, boolean condemns, boolean running) {
    Breaches breaches = Breaches.parse(rule);
    Streak streak = Streak.NONE;
    for (int poll = 0; poll < polls.length(); poll++) {
      streak = streak.and(polls.charAt(poll) == 'x', breaches);
    }

    assertThat(streak.length(breaches)).isEqualTo(length);
    assertThat(streak.condemns(breaches)).isEqualTo(condemns);
    assertThat(streak.isRunning()).isEqualTo(running);
  }

  @Test
  void streak_anyPolls_agreesWithCountingThem() {
    long seed = Long.getLong("seed", 20_260_202L);
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      int of = 1 + random.nextInt(20);
      Breaches breaches = new Breaches(1 + random.nextInt(of), of);
      Streak streak = Streak.NONE;
      List<Boolean> polls = new ArrayList<>();
      for (int poll = 0; poll < 50; poll++) {
        boolean breach = random.nextInt(3) > 0;
        polls.add(breach);
        streak = streak.and(breach, breaches);
        assertThat(streak.condemns(breaches))
            .as("seed %s, %s of %s", seed, breaches, polls)
            .isEqualTo(condemns(polls, breaches));
      }
    }
  }

  /** The rule as people say it. */
  private static boolean condemns(List<Boolean> polls, Breaches rule) {
    List<Boolean> last = polls.subList(Math.max(0, polls.size() - rule.of()), polls.size());
    return last.stream().filter(b -> b).count() >= rule.needed();
  }
}
