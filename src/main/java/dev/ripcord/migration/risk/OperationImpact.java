package dev.ripcord.migration.risk;

import dev.ripcord.migration.statement.Grade;
import dev.ripcord.migration.statement.LockMode;
import java.util.Locale;
import java.util.Optional;

/**
 * One thing that PostgreSQL will do.
 *
 * @param line the line of the file where the statement begins, from 1
 * @param code of what kind it is
 * @param table what it happens to, as a person would name it; empty when it is about no table
 * @param lock how hard the table is locked; for locks only
 * @param text what it means, with size and expected duration where they matter
 * @param instead the recommended form; empty when there is none
 */
public record OperationImpact(
    int line,
    Code code,
    Optional<String> table,
    Optional<LockMode> lock,
    String text,
    Optional<String> instead) {
  /** The kinds of effects; a closed list. */
  public enum Code {
    LOCK,
    REWRITE,
    SCAN,
    INDEX_BUILD,
    DESTRUCTIVE,
    BREAKING,
    NO_TRANSACTION,
    MISSING_TIMEOUT,
    BULK_DATA,
    CONSTRAINT_DROPPED;

    /** As JSON spells it: {@code index-build}. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The least approval that such an effect needs, whatever the kind of the statement. */
    Grade floor() {
      return switch (this) {
        case LOCK, MISSING_TIMEOUT -> Grade.LOW;
        case SCAN, INDEX_BUILD, NO_TRANSACTION, CONSTRAINT_DROPPED -> Grade.MEDIUM;
        case REWRITE, BREAKING -> Grade.HIGH;
        case DESTRUCTIVE, BULK_DATA -> Grade.VERY_HIGH;
      };
    }
  }
}
