package dev.ripcord.migration.undo;

import java.util.List;

/**
 * One step of a down, to be tried.
 *
 * @param ways statements that may do it, the best way first; each way is all of its statements
 */
public record InverseStep(List<List<String>> ways) {
  /** Copies the lists. */
  public InverseStep {
    ways = ways.stream().map(List::copyOf).toList();
  }

  /** One way of one or more statements. */
  static InverseStep of(String... statements) {
    return new InverseStep(List.of(List.of(statements)));
  }

  /** Several ways of one statement each. */
  static InverseStep either(String... statements) {
    return new InverseStep(List.of(statements).stream().map(List::of).toList());
  }
}
