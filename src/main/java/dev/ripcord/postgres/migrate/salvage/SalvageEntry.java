package dev.ripcord.postgres.migrate.salvage;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Rows or values that a rollback or a stage 2 has kept.
 *
 * @param id its number
 * @param takenAt when, by the database's clock
 * @param release which was rolled back, or that the stage 2 belongs to; empty where none was named
 * @param migration whose down or up it was, by label
 * @param cause what has dropped it
 * @param keepUntil when it is purged by itself; empty where only a person purges it
 * @param kind what is kept
 * @param schema of the table that they were in
 * @param table that they were in
 * @param column whose values they are; empty for rows
 * @param keys the columns that tell its rows apart; empty where the table has no such
 * @param keptAs the table in the schema of the salvage that has them
 * @param rows how many
 * @param restoredAt when they were brought back; empty when they were not
 * @param purgedAt when they were deleted for good; empty while they are there
 */
public record SalvageEntry(
    long id,
    Instant takenAt,
    Optional<String> release,
    String migration,
    Cause cause,
    Optional<Instant> keepUntil,
    Kind kind,
    String schema,
    String table,
    Optional<String> column,
    List<String> keys,
    String keptAs,
    long rows,
    Optional<Instant> restoredAt,
    Optional<Instant> purgedAt) {
  public SalvageEntry {
    keys = List.copyOf(keys);
  }

  /** What has dropped it. */
  public enum Cause {
    /** The down of a rollback. */
    ROLLBACK,
    /** The up of a migration of stage 2. */
    STAGE2;

    /** As JSON and the manifest spell it. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What is kept. */
  public enum Kind {
    /** A whole table, moved as it was. */
    TABLE,
    /** Rows that are gone or other than they were. */
    ROWS,
    /** Values of a column that is gone, with the keys of their rows. */
    COLUMN;

    /** As JSON and the manifest spell it. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Where they were, for people. */
  public String place() {
    String name = schema.equals("public") ? table : schema + "." + table;
    return column.map(each -> name + "." + each).orElse(name);
  }

  /** How much is kept, for people. */
  public String amount() {
    String noun = kind == Kind.COLUMN ? "value" : "row";
    return rows + " " + noun + (rows == 1 ? "" : "s");
  }

  /** One line for people. */
  public String line() {
    return what() + keepUntil.map(at -> ", until " + utc(at)).orElse("");
  }

  /** A time for people: the minute, in UTC. */
  public static String utc(Instant at) {
    return at.toString().substring(0, 16).replace('T', ' ') + " UTC";
  }

  /** The same without the time. */
  public String what() {
    return switch (kind) {
      case TABLE -> "table %s moved to %s (%s)".formatted(place(), keptIn(), amount());
      case ROWS -> "%s of %s kept in %s".formatted(amount(), place(), keptIn());
      case COLUMN -> "%s of %s kept in %s".formatted(amount(), place(), keptIn());
    };
  }

  /** The table that has them, with its schema. */
  public String keptIn() {
    return SalvageManifest.SCHEMA + "." + keptAs;
  }
}
