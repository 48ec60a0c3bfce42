package dev.ripcord.migration.statement;

import java.util.Locale;

/** How much approval a migration needs, from least to most. */
public enum Grade {
  /** Adds a table or a column: automatic, a backup is optional. */
  LOW,
  /** Adds or drops an index: automatic after review, a backup is recommended. */
  MEDIUM,
  /** Changes a type, rewrites a table or breaks old code: by hand, a backup is required. */
  HIGH,
  /** Drops a table or a column, transforms data: by hand, a backup is required. */
  VERY_HIGH,
  /** Could not be told: to be treated as very high. */
  UNKNOWN;

  /** As JSON spells it: {@code very-high}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The higher of two. */
  public Grade or(Grade other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
