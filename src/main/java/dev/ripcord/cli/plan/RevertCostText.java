package dev.ripcord.cli.plan;

import dev.ripcord.migration.proof.LockTaken;
import dev.ripcord.migration.proof.RevertCost;
import dev.ripcord.migration.proof.Verdict;
import dev.ripcord.migration.risk.DownImpact;
import dev.ripcord.migration.risk.Size;
import dev.ripcord.rollback.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What going back costs, beside the downs of a plan.
 *
 * @param ways what proofs and the live data say
 * @param impacts what the statements will do to the tables; empty where that was not asked
 */
public record RevertCostText(List<RevertCost> ways, List<DownImpact> impacts) {
  /** Nothing was asked. */
  public static final RevertCostText NONE = new RevertCostText(List.of(), List.of());

  private static final int LABEL = 30;

  private Optional<DownImpact> impact(Step.Down down) {
    return impacts.stream()
        .filter(each -> each.version().equals(down.version().text()))
        .findFirst();
  }

  private Optional<RevertCost> of(Step.Down down) {
    return ways.stream().filter(way -> way.version().equals(down.version())).findFirst();
  }

  /** To stand in the line of the step; nothing where nothing was asked. */
  String after(Step.Down down) {
    return of(down)
        .map(
            way ->
                " ".repeat(Math.max(3, LABEL - down.label().length()))
                    + way.verdict().map(found -> describe(found, way)).orElse("not verified yet"))
        .orElse("");
  }

  private static String describe(Verdict verdict, RevertCost way) {
    return switch (verdict) {
      case PROVEN -> "proved, nothing lost";
      case GUARDED ->
          way.checks().isEmpty()
              ? "guarded: nothing was lost in what could be tried, the rest is not known"
              : way.isGuardedWell()
                  ? "guarded, and its checks hold now: "
                      + (way.unverified().isEmpty()
                          ? "nothing lost"
                          : "nothing they see is lost, the rest is not known")
                  : way.lost().isEmpty()
                      ? "guarded: nothing lost if " + way.checks().getFirst().text()
                      : "guarded, and its checks do not hold now";
      case LOSSY -> "lossy: the schema goes back, not everything in it";
      case IMPOSSIBLE -> "impossible: it was verified and does not restore the schema";
    };
  }

  /** To stand below it: locks, rows, time, what is lost and what is kept of it. */
  List<String> below(Step.Down down) {
    Optional<RevertCost> way = of(down);
    Optional<DownImpact> impact = impact(down);
    List<String> lines = new ArrayList<>();
    List<LockTaken> seen = way.map(RevertCost::locks).orElse(List.of());
    seen.forEach(lock -> lines.add("locks " + lock(lock, way.orElseThrow())));
    impact.ifPresent(it -> lines.addAll(tables(it, seen)));
    impact.ifPresent(it -> lines.add("takes " + it.time().text()));
    way.ifPresent(it -> it.lost().forEach(text -> lines.add("· " + text)));
    impact.ifPresent(it -> it.keeps().forEach(kept -> lines.add("keeps " + kept.text())));
    way.stream()
        .flatMap(it -> it.proof().stream())
        .flatMap(proof -> proof.unknown().stream())
        .forEach(text -> lines.add("? " + text));
    impact.ifPresent(it -> it.unknown().forEach(text -> lines.add("? " + text)));
    return lines;
  }

  /**
   * Locks that no proof has seen, and the rows.
   *
   * @param seen the locks that one has
   */
  private static List<String> tables(DownImpact impact, List<LockTaken> seen) {
    List<String> lines = new ArrayList<>();
    for (DownImpact.OnTable each : impact.tables()) {
      boolean known = seen.stream().anyMatch(lock -> lock.table().equals(each.table()));
      each.lock()
          .filter(mode -> !known)
          .ifPresent(
              mode ->
                  lines.add(
                      "locks "
                          + each.table()
                          + ": "
                          + mode.text()
                          + " ("
                          + new Size(each.bytes()).text()
                          + (each.rewritten() ? ", written anew" : "")
                          + ")"));
      if (!each.rows().equals(DownImpact.Rows.NONE)) {
        lines.add("rows of " + each.table() + ": " + rows(each.rows()));
      }
    }
    return lines;
  }

  private static String rows(DownImpact.Rows rows) {
    if (rows.count().isEmpty()) {
      return "not known (the table was never analysed)";
    }
    return rows.exact()
        ? rows.count().getAsLong() + " (counted)"
        : "about " + rows.count().getAsLong() + " (by the statistics)";
  }

  private static String lock(LockTaken lock, RevertCost way) {
    Optional<String> size =
        Optional.ofNullable(way.bytes().get(lock.table())).map(bytes -> new Size(bytes).text());
    String more =
        String.join(
            ", ",
            Stream.concat(
                    size.stream(), lock.rewritten() ? Stream.of("written anew") : Stream.empty())
                .toList());
    return lock.table() + ": " + lock.mode() + (more.isEmpty() ? "" : " (" + more + ")");
  }
}
