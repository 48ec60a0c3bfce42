package dev.ripcord.migration.selection;

import dev.ripcord.migration.Tool;
import java.util.List;
import java.util.Optional;

/**
 * Where a database stands, by the table of the tool that migrates it.
 *
 * @param tool the tool
 * @param current the version as the tool spells it; empty when nothing is applied
 * @param applied every applied version, in the order of application, where the tool's table lists
 *     them; else empty
 * @param listed whether the tool's table lists them
 * @param problems why nothing may be reverted now, such as a run that broke off, for people
 */
public record ToolPosition(
    Tool tool,
    Optional<String> current,
    List<String> applied,
    boolean listed,
    List<String> problems) {
  /** The target that means: before the first migration. */
  public static final String BASE = "base";

  /** Copies the lists. */
  public ToolPosition {
    applied = List.copyOf(applied);
    problems = List.copyOf(problems);
  }

  /** The present version, or {@link #BASE}. */
  public String place() {
    return current.orElse(BASE);
  }

  /**
   * A way down.
   *
   * @param to the version that stays, or {@link #BASE}
   * @param steps how many migrations that reverts; empty when the tool's table does not tell
   */
  public record Goal(String to, Optional<Integer> steps) {}

  /** What a way down is, or why there is none; nothing to do when the choice is empty. */
  public MigrationSelection<Goal> downTo(String target) {
    if (!problems.isEmpty()) {
      return new MigrationSelection.Refused<>(problems);
    }
    if (target.equals(place())) {
      return new MigrationSelection.Chosen<>(List.of());
    }
    if (!listed) {
      return new MigrationSelection.Chosen<>(List.of(new Goal(target, Optional.empty())));
    }
    if (target.equals(BASE)) {
      return new MigrationSelection.Chosen<>(List.of(new Goal(BASE, Optional.of(applied.size()))));
    }
    int index = applied.lastIndexOf(target);
    if (index < 0) {
      return new MigrationSelection.Refused<>(
          List.of(
              "version "
                  + target
                  + " is not applied by "
                  + tool.text()
                  + ", which stands at "
                  + place()
                  + ", so nothing can be reverted to it"));
    }
    return new MigrationSelection.Chosen<>(
        List.of(new Goal(target, Optional.of(applied.size() - 1 - index))));
  }

  /** The last {@code count}. */
  public MigrationSelection<Goal> down(int count) {
    if (!problems.isEmpty()) {
      return new MigrationSelection.Refused<>(problems);
    }
    if (current.isEmpty()) {
      return new MigrationSelection.Chosen<>(List.of());
    }
    if (listed) {
      int left = applied.size() - count;
      return downTo(left > 0 ? applied.get(left - 1) : BASE);
    }
    return new MigrationSelection.Refused<>(
        List.of(
            "the table of "
                + tool.text()
                + " does not tell what came before "
                + place()
                + ": say where to go with --to VERSION, or to a savepoint"));
  }
}
