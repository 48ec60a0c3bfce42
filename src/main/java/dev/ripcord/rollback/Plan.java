package dev.ripcord.rollback;

import dev.ripcord.release.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a rollback will do, as data: the run executes exactly this.
 *
 * @param release what is rolled back
 * @param order which goes first; never {@link Order#AUTO}
 * @param steps in the order in which they run; the last one is {@link Step.Verify}
 * @param why the reason for the order, in words
 * @param warnings what could go wrong, in words
 * @param kept the migrations of the release that stay applied, newest first, by label
 * @param keptWhy why they do, in words; empty where none does, or where it was asked for
 */
public record Plan(
    Release release,
    Order order,
    List<Step> steps,
    String why,
    List<String> warnings,
    List<String> kept,
    String keptWhy) {
  /** Copies the lists. A plan that was written down before there was a reason has none. */
  public Plan {
    keptWhy = Objects.requireNonNullElse(keptWhy, "");
    steps = List.copyOf(steps);
    warnings = List.copyOf(warnings);
    kept = List.copyOf(kept);
  }

  /** The same with one more warning. */
  Plan warned(String warning) {
    List<String> more = new ArrayList<>(warnings);
    more.add(warning);
    return new Plan(release, order, steps, why, more, kept, keptWhy);
  }

  /** How many migrations it reverts. */
  public int downs() {
    return (int) steps.stream().filter(Step.Down.class::isInstance).count();
  }
}
