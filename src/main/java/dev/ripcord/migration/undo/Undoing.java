package dev.ripcord.migration.undo;

import java.util.List;

/**
 * One step of a down, to be tried.
 *
 * @param ways statements that may do it, the best way first; each way is all of its statements
 */
public record Undoing(List<List<String>> ways) {
  /** Copies the lists. */
  public Undoing {
    ways = ways.stream().map(List::copyOf).toList();
  }

  /** One way of one or more statements. */
  static Undoing of(String... statements) {
    return new Undoing(List.of(List.of(statements)));
  }

  /** Several ways of one statement each. */
  static Undoing either(String... statements) {
    return new Undoing(List.of(statements).stream().map(List::of).toList());
  }
}
