package dev.ripcord.cli.watch;

import dev.ripcord.migration.proof.LockTaken;
import dev.ripcord.migration.proof.RevertCost;
import dev.ripcord.migration.proof.Verdict;
import dev.ripcord.migration.risk.Size;
import dev.ripcord.rollback.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What going back costs, beside the downs of a plan.
 *
 * @param ways what is known
 */
record RevertCostText(List<RevertCost> ways) {
  private static final int LABEL = 30;

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

  /** To stand below it: locks, and what is lost. */
  List<String> below(Step.Down down) {
    return of(down)
        .map(
            way -> {
              List<String> lines = new ArrayList<>();
              way.locks().forEach(lock -> lines.add("locks " + lock(lock, way)));
              way.lost().forEach(text -> lines.add("· " + text));
              way.proof().stream()
                  .flatMap(proof -> proof.unknown().stream())
                  .forEach(text -> lines.add("? " + text));
              return lines;
            })
        .orElse(List.of());
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
