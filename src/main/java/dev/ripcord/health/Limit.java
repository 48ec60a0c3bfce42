package dev.ripcord.health;

/**
 * A limit on CPU, memory or a latency percentile.
 *
 * @param value seconds for a latency, a share for CPU and memory; reaching it is a breach
 * @param act what a breach that lasts may do
 */
public record Limit(double value, Escalation act) {
  /** Checks that the limit is above 0. */
  public Limit {
    if (!(value > 0)) {
      throw new IllegalArgumentException("a limit must be above 0, and " + value + " is not");
    }
  }
}
