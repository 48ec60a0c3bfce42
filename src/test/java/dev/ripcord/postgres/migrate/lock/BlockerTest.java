package dev.ripcord.postgres.migrate.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class BlockerTest {
  private static final Blocker IDLE =
      blocker(7, 1, 1, "idle in transaction", Optional.of("SELECT … FROM busy"));
  private static final Blocker ACTIVE = blocker(8, 7, 2, "active", Optional.empty());
  private static final Blocker PREPARED =
      new Blocker(
          0,
          1,
          1,
          "a program without a name",
          "?",
          "state unknown",
          Optional.empty(),
          Optional.empty(),
          Optional.of("busy"),
          Optional.empty(),
          Blocker.Kind.PREPARED);

  private static Blocker blocker(
      int pid, int blocked, int depth, String state, Optional<String> query) {
    return new Blocker(
        pid,
        blocked,
        depth,
        "reports",
        "ann from 10.0.0.7",
        state,
        Optional.of(Duration.ofSeconds(184)),
        query,
        Optional.of("busy"),
        Optional.empty(),
        Blocker.Kind.CLIENT);
  }

  @Test
  void shown_namesSessionTransactionTableAndStatement_andTheChain() {
    assertThat(Blocker.shown(List.of(IDLE, ACTIVE)))
        .isEqualTo(
            "pid 7 (reports, idle in transaction; ann from 10.0.0.7, its transaction open for 3"
                + " min) on busy: SELECT … FROM busy; pid 8 (reports, active; ann from 10.0.0.7,"
                + " its transaction open for 3 min) keeps pid 7 waiting on busy: what it runs is"
                + " hidden from this role (GRANT pg_read_all_stats shows it)");
    assertThat(Blocker.shown(List.of(PREPARED)))
        .isEqualTo("a prepared transaction (see pg_prepared_xacts) on busy");
    assertThat(Blocker.shown(List.of())).isEmpty();
  }

  @Test
  void ending_isForTheEndOfTheChain_byWhatItIsDoing() {
    assertThat(Blocker.ending(List.of(IDLE))).contains("SELECT pg_terminate_backend(7)");
    assertThat(Blocker.ending(List.of(IDLE, ACTIVE))).contains("SELECT pg_cancel_backend(8)");
    assertThat(Blocker.ending(List.of(PREPARED))).isEmpty();
    assertThat(Blocker.ending(List.of())).isEmpty();
  }
}
