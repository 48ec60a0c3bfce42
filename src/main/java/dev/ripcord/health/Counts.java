package dev.ripcord.health;

/**
 * Requests seen and how many of them failed.
 *
 * @param requests 0 or more
 * @param errors 0 to {@code requests}
 */
public record Counts(long requests, long errors) {
  /** Nothing seen. */
  public static final Counts NONE = new Counts(0, 0);

  /** Checks the ranges. */
  public Counts {
    if (errors < 0 || requests < errors) {
      throw new IllegalArgumentException(errors + " errors of " + requests + " requests");
    }
  }

  /** Both together. */
  public Counts plus(Counts other) {
    return new Counts(requests + other.requests, errors + other.errors);
  }

  /** The share of requests that failed, 0 to 1; NaN when there were none. */
  public double errorRate() {
    return errors / (double) requests;
  }
}
