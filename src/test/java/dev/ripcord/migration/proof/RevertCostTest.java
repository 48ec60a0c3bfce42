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

  private static RevertCost found(Verdict verdict, List<Check> checks, List<String> unknown) {
    StoredProof proof =
        new StoredProof("up", "down", verdict, checks, List.of(), unknown, List.of());
    return new RevertCost(new Version("01"), Optional.of(proof), Map.of(CHECK.sql(), 0L), Map.of());
  }

  @Test
  void kind1_guardedWithSomethingUnknown_saysIt_andIsUncheckableWithoutChecks() {
    List<String> unknown = List.of("01_down.sql:1 changes rows");

    RevertCost unchecked = found(Verdict.GUARDED, List.of(), unknown);
    assertThat(unchecked.unverified()).isEqualTo(unknown);
    assertThat(unchecked.isUncheckable()).isTrue();

    RevertCost checked = found(Verdict.GUARDED, List.of(CHECK), unknown);
    assertThat(checked.unverified()).isEqualTo(unknown);
    assertThat(checked.isUncheckable()).isFalse();

    assertThat(found(Verdict.GUARDED, List.of(CHECK), List.of()).unverified()).isEmpty();
    assertThat(found(Verdict.LOSSY, List.of(), unknown).unverified()).isEmpty();
  }

  @Test
  void neverTried_isNotInDanger() {
    RevertCost way = new RevertCost(new Version("01"), Optional.empty(), Map.of(), Map.of());
    assertThat(way.possibleLosses()).isEmpty();
  }
}
