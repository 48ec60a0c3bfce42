package dev.ripcord.migration.proof;

import java.util.Locale;

/** What a migration's down is worth, from the best to the worst. */
public enum Verdict {
  /** Everything is as before, whatever was written meanwhile. */
  PROVEN,

  /** As before if a check on the live data holds. */
  GUARDED,

  /** The schema is as before, and something that was in it is not. */
  LOSSY,

  /** There is no down, it fails, or it leads to another schema. */
  IMPOSSIBLE;

  /** As JSON has it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The worse of two. */
  public Verdict or(Verdict other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
