package dev.ripcord.migration.statement;

import java.util.Locale;

/**
 * How hard a table is locked, in PostgreSQL's own order. Source: the table of conflicting lock
 * modes in PostgreSQL's documentation, "Explicit Locking".
 */
public enum LockMode {
  ACCESS_SHARE,
  ROW_SHARE,
  ROW_EXCLUSIVE,
  SHARE_UPDATE_EXCLUSIVE,
  SHARE,
  SHARE_ROW_EXCLUSIVE,
  EXCLUSIVE,
  ACCESS_EXCLUSIVE;

  /** As PostgreSQL spells it: {@code ACCESS EXCLUSIVE}. */
  public String text() {
    return name().replace('_', ' ');
  }

  /**
   * The mode that PostgreSQL's spelling names, in any case.
   *
   * @throws IllegalArgumentException when there is no such mode
   */
  public static LockMode of(String text) {
    return valueOf(text.strip().toUpperCase(Locale.ROOT).replaceAll("\\s+", "_"));
  }

  /** Whether it is worth a word: reading and writing rows takes less. */
  public boolean isHard() {
    return compareTo(ROW_EXCLUSIVE) > 0;
  }

  /** Who has to wait while it is held. */
  public String blocks() {
    return switch (this) {
      case ACCESS_SHARE, ROW_SHARE, ROW_EXCLUSIVE -> "blocks no reads or writes of";
      case SHARE_UPDATE_EXCLUSIVE -> "blocks only VACUUM and other schema changes on";
      case SHARE, SHARE_ROW_EXCLUSIVE, EXCLUSIVE -> "blocks every write to";
      case ACCESS_EXCLUSIVE -> "blocks every read and write of";
    };
  }

  public LockMode or(LockMode other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
