package dev.ripcord.migration.proof;

import dev.ripcord.migration.Version;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What was found out about one migration's down.
 *
 * @param verdict the worst that was found
 * @param lost what is lost or goes wrong, in words, the worst first; under {@link Verdict#GUARDED}
 *     only where a check does not hold
 * @param checks what must hold on the live data
 * @param unknown what was not compared or tried
 * @param locks on tables that were there before
 */
public record Proof(
    Version version,
    String name,
    Verdict verdict,
    List<String> lost,
    List<Check> checks,
    List<String> unknown,
    List<LockTaken> locks) {
  private static final int LOST_MAX = 40;

  public Proof {
    lost = List.copyOf(lost);
    checks = List.copyOf(checks);
    unknown = List.copyOf(unknown);
    locks = List.copyOf(locks);
  }

  /** Version and name as the file spells them. */
  public String label() {
    return version + "_" + name;
  }

  /** Judges what was found. Nothing found is proven; nothing tried must be a finding. */
  public static Proof of(
      Version version, String name, List<Finding> findings, List<LockTaken> locks) {
    Verdict verdict = Verdict.PROVEN;
    Set<String> lost = new LinkedHashSet<>();
    Set<Check> checks = new LinkedHashSet<>();
    Set<String> checked = new LinkedHashSet<>();
    Set<String> unknown = new LinkedHashSet<>();
    for (Finding finding : worstFirst(findings)) {
      if (verdict == Verdict.IMPOSSIBLE && finding.verdict() == Verdict.GUARDED) {
        continue; // No check can open a way that is shut.
      }
      verdict = verdict.or(finding.verdict());
      switch (finding) {
        case Finding.Unknown(String text) -> unknown.add(text);
        case Finding.Endangered(String text, Check check) -> {
          // One sentence for each check: the others say the same of other values.
          if (checked.add(check.text())) {
            lost.add(text);
            checks.add(check);
          }
        }
        case Finding.Blocked ignored -> lost.add(finding.text());
        case Finding.Differs ignored -> lost.add(finding.text());
        case Finding.Lost ignored -> lost.add(finding.text());
      }
    }
    List<String> shown = new ArrayList<>(lost);
    if (shown.size() > LOST_MAX) {
      int more = shown.size() - LOST_MAX;
      shown = new ArrayList<>(shown.subList(0, LOST_MAX));
      shown.add("and " + more + " more");
    }
    return new Proof(
        version, name, verdict, shown, List.copyOf(checks), List.copyOf(unknown), locks);
  }

  private static List<Finding> worstFirst(List<Finding> findings) {
    return findings.stream()
        .sorted((one, other) -> other.verdict().compareTo(one.verdict()))
        .toList();
  }
}
