package dev.ripcord.migration;

/**
 * A migration that broke off half-way outside a transaction.
 *
 * @param label version and name
 * @param direction {@code up} or {@code down}
 * @param done how many of its statements are counted as done
 * @param total how many it has
 */
public record Interrupted(Version version, String label, String direction, int done, int total) {
  /** The name without the version. */
  public String name() {
    return label.substring(label.indexOf('_') + 1);
  }
}
