package dev.ripcord.migration.proof;

import dev.ripcord.migration.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What taking one applied migration back will cost, as far as it is known now: its proof, and what
 * the live data say to it.
 *
 * @param version which one
 * @param proof the stored verdict on exactly its two texts; empty when they are not verified
 * @param against how many live rows are against a check, by its SQL; less than 0 where it cannot be
 *     counted, and nothing where there was no time to count
 * @param bytes how large the tables are that its down locks, by name; nothing where it is not known
 * @param counted what its statements would delete now, in words, where it is not verified
 */
public record RevertCost(
    Version version,
    Optional<StoredProof> proof,
    Map<String, Long> against,
    Map<String, Long> bytes,
    List<String> counted) {
  public RevertCost {
    against = Map.copyOf(against);
    bytes = Map.copyOf(bytes);
    counted = List.copyOf(counted);
  }

  /** Where nothing was counted beside the checks. */
  public RevertCost(
      Version version,
      Optional<StoredProof> proof,
      Map<String, Long> against,
      Map<String, Long> bytes) {
    this(version, proof, against, bytes, List.of());
  }

  /** The same with what its statements would delete now. */
  public RevertCost counted(List<String> texts) {
    return new RevertCost(version, proof, against, bytes, texts);
  }

  /** What was found when it was tried. */
  public Optional<Verdict> verdict() {
    return proof.map(StoredProof::verdict);
  }

  /** The locks that its down takes, and what it writes anew. */
  public List<LockTaken> locks() {
    return proof.stream()
        .flatMap(found -> found.locks().stream())
        .filter(lock -> lock.direction().equals("down"))
        .toList();
  }

  /** What must hold on the live data before it is reverted. */
  public List<Check> checks() {
    return proof.stream()
        .flatMap(found -> found.checks().stream())
        .filter(check -> check.when() == Check.When.BEFORE_DOWN)
        .toList();
  }

  /** What would be lost or go wrong now, in words; empty when nothing is known to be. */
  public List<String> lost() {
    List<String> lost = new ArrayList<>(proof.isEmpty() ? counted : List.of());
    if (verdict().filter(found -> found != Verdict.GUARDED).isPresent()) {
      lost.addAll(proof.orElseThrow().lost());
    }
    for (Check check : checks()) {
      long rows = Optional.ofNullable(against.get(check.sql())).orElse(0L);
      if (rows != 0) {
        String count =
            rows < 0 ? "cannot be counted" : rows + (rows == 1 ? " row" : " rows") + " against it";
        lost.add("does not hold: " + check.text() + ": " + count);
      }
    }
    return lost;
  }

  /** The same, and what may be lost, since there was no time to count. */
  public List<String> possibleLosses() {
    List<String> all = new ArrayList<>(lost());
    checks().stream()
        .filter(check -> !against.containsKey(check.sql()))
        .forEach(check -> all.add("not known whether it holds: " + check.text()));
    return all;
  }

  /** What of a guarded one was not tried or compared: no check tells of it. */
  public List<String> unverified() {
    return proof.stream()
        .filter(found -> found.verdict() == Verdict.GUARDED)
        .flatMap(found -> found.unknown().stream())
        .toList();
  }

  /** Whether nothing can be asked of the live data that tells whether a guarded one is safe. */
  public boolean isUncheckable() {
    return !unverified().isEmpty() && checks().isEmpty();
  }

  /** Whether every check was counted and holds. */
  public boolean isGuardedWell() {
    return checks().stream()
        .allMatch(check -> Optional.ofNullable(against.get(check.sql())).orElse(-1L) == 0);
  }
}
