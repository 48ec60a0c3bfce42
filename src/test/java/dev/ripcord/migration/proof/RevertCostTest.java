package dev.ripcord.migration.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.migration.Version;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RevertCostTest {
  private static final Check CHECK =
      new Check("t is empty", "SELECT count(*) FROM t", Check.When.BEFORE_DOWN);

  private static RevertCost guarded(Map<String, Long> against) {
    StoredProof proof =
        new StoredProof(
            "up", "down", Verdict.GUARDED, List.of(CHECK), List.of(), List.of(), List.of());
    return new RevertCost(new Version("01"), Optional.of(proof), against, Map.of());
  }

  @Test
  void aCheckThatHolds_leavesNothingInDanger() {
    assertThat(guarded(Map.of(CHECK.sql(), 0L)).possibleLosses()).isEmpty();
  }

  @Test
  void aCheckThatDoesNotHold_isInDangerAndLost() {
    RevertCost way = guarded(Map.of(CHECK.sql(), 12L));
    assertThat(way.lost()).containsExactly("does not hold: t is empty: 12 rows against it");
    assertThat(way.possibleLosses()).isEqualTo(way.lost());
  }

  @Test
  void aCheckThatThereWasNoTimeToCount_isInDangerAndNotLost() {
    RevertCost way = guarded(Map.of());
    assertThat(way.lost()).isEmpty();
    assertThat(way.possibleLosses()).containsExactly("not known whether it holds: t is empty");
  }

  @Test
  void neverTried_isNotInDanger() {
    RevertCost way = new RevertCost(new Version("01"), Optional.empty(), Map.of(), Map.of());
    assertThat(way.possibleLosses()).isEmpty();
  }
}
