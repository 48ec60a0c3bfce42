package dev.ripcord.postgres.verify;

import dev.ripcord.migration.proof.CatalogObject;
import dev.ripcord.migration.proof.TrialWrite.Write;

/** Says what a write was, to be read after "where". */
final class ProbeWords {
  private static final int SHOWN_MAX = 40;

  private ProbeWords() {}

  static String where(Write write) {
    String table = CatalogObject.shown(write.table());
    return switch (write) {
      case Write.Insert ignored -> "a row is written to " + table;
      case Write.Put put -> table + "." + put.column() + " is " + cut(put.literal());
      case Write.Repeat repeat ->
          "two rows of " + table + " have the same " + String.join(", ", repeat.columns());
      case Write.PutAt put ->
          table + "." + put.column() + " of a row that the up wrote is " + cut(put.literal());
      case Write.Refer ignored -> "a row of " + table + " points to one that the up wrote";
    };
  }

  private static String cut(String literal) {
    return literal.length() > SHOWN_MAX ? literal.substring(0, SHOWN_MAX) + "…" : literal;
  }
}
