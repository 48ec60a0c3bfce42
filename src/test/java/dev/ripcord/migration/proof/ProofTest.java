package dev.ripcord.migration.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.migration.Version;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProofTest {
  private static final Check CHECK = new Check("t is empty", "SELECT 1", Check.When.BEFORE_DOWN);
  private static final CatalogObject TABLE = new CatalogObject("table", "t", "");

  private static Proof of(Finding... findings) {
    return Proof.of(new Version("01"), "x", List.of(findings), List.of());
  }

  private static Finding differs(Difference.Sort sort) {
    return new Finding.Differs(new Difference(TABLE, sort, "position", "6 1", "1 1"));
  }

  @Test
  void nothingFound_isProven() {
    assertThat(of().verdict()).isEqualTo(Verdict.PROVEN);
  }

  @Test
  void unknown_isNeverProven() {
    Proof proof = of(new Finding.Unknown("no row"));
    assertThat(proof.verdict()).isEqualTo(Verdict.GUARDED);
    assertThat(proof.unknown()).containsExactly("no row");
    assertThat(proof.lost()).isEmpty();
  }

  @Test
  void differences_weighByTheirSort() {
    assertThat(of(differs(Difference.Sort.MISSING)).verdict()).isEqualTo(Verdict.IMPOSSIBLE);
    assertThat(of(differs(Difference.Sort.EXTRA)).verdict()).isEqualTo(Verdict.IMPOSSIBLE);
    assertThat(of(differs(Difference.Sort.CHANGED)).verdict()).isEqualTo(Verdict.IMPOSSIBLE);
    assertThat(of(differs(Difference.Sort.BEHIND)).verdict()).isEqualTo(Verdict.LOSSY);
    assertThat(of(differs(Difference.Sort.ORDER)).verdict()).isEqualTo(Verdict.GUARDED);
  }

  @Test
  void endangered_isToldOnceForEachCheck() {
    Proof proof = of(new Finding.Endangered("a", CHECK), new Finding.Endangered("b", CHECK));
    assertThat(proof.verdict()).isEqualTo(Verdict.GUARDED);
    assertThat(proof.lost()).containsExactly("a");
    assertThat(proof.checks()).containsExactly(CHECK);
  }

  @Test
  void theWorst_comesFirstAndDecides() {
    Finding lost = new Finding.Lost(new Loss("t", "a", Loss.Sort.VALUES, 2, ""));
    Proof proof =
        of(new Finding.Endangered("a", CHECK), lost, new Finding.Blocked("the down fails"));
    assertThat(proof.verdict()).isEqualTo(Verdict.IMPOSSIBLE);
    assertThat(proof.lost()).containsExactly("the down fails", "t.a: 2 values are not as before");
    assertThat(proof.checks()).as("no check opens a way that is shut").isEmpty();
  }

  @Test
  void storedProof_isOfItsTwoTextsOnly() {
    StoredProof stored =
        new StoredProof(
            "u", "d", Verdict.GUARDED, List.of(CHECK, CHECK), List.of(), List.of(), List.of());
    assertThat(stored.isOf("u", "d")).isTrue();
    assertThat(stored.isOf("u", "e")).isFalse();
    assertThat(stored.text()).isEqualTo("guarded (if t is empty, …)");
  }
}
