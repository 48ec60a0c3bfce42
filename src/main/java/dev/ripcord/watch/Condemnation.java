package dev.ripcord.watch;

/**
 * The polls say that a release is bad: by which rule, and what was measured.
 *
 * @param breaches how many there were: {@code 3 breaches}
 * @param inARow whether each poll was one
 * @param limit of what: {@code 5% or more}
 * @param figures what was measured against what
 */
public record Condemnation(String breaches, boolean inARow, String limit, String figures)
    implements RollbackCause {
  /** Which rule, in a few words: {@code 3 breaches of 5% or more}. */
  public String rule() {
    return breaches + " of " + limit;
  }

  @Override
  public String text() {
    return breaches + (inARow ? " in a row" : "") + " of " + limit + ": " + figures;
  }
}
