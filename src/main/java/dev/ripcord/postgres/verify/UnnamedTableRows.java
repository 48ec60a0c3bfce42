package dev.ripcord.postgres.verify;

import dev.ripcord.migration.proof.CatalogObject;
import dev.ripcord.migration.proof.Finding;
import dev.ripcord.migration.proof.Fingerprint;
import dev.ripcord.migration.proof.Loss;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.sql.StatementScope;
import dev.ripcord.postgres.shadow.ScriptNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Rows in tables that neither text of a migration names: what an event trigger notes of each DDL,
 * or a trigger of each row. One more of them is no loss.
 */
final class UnnamedTableRows {
  private final Fingerprint start;
  private final ScriptNames names;
  private final boolean writes;

  /**
   * Reads the texts.
   *
   * @param start the catalog before the up
   */
  UnnamedTableRows(Fingerprint start, Script up, Script down) {
    this.start = start;
    this.names = ScriptNames.of(up, down);
    this.writes =
        Stream.of(up, down)
            .flatMap(each -> each.work().stream())
            .anyMatch(StatementScope::mayChangeRows);
  }

  /** What was found, without such rows; where a statement writes, they are unknown. */
  List<Finding> without(List<Finding> found) {
    List<Finding> kept = new ArrayList<>();
    for (Finding each : found) {
      if (!(each instanceof Finding.Lost(Loss loss)) || !isUnnamed(loss)) {
        kept.add(each);
      } else if (writes) {
        kept.add(new Finding.Unknown(loss.text() + "; neither file names this table"));
      }
    }
    return kept;
  }

  /** A partition gets its rows from a table of another name. */
  private boolean isUnnamed(Loss loss) {
    return loss.sort() == Loss.Sort.LEFT
        && !names.hasLast(loss.table())
        && start.things().keySet().stream()
            .noneMatch(
                thing -> thing.kind().equals("inheritance") && thing.of().equals(loss.table()));
  }

  /** What is unknown since the rows of some tables cannot be read. */
  List<Finding> unread(Set<String> hidden) {
    return hidden.stream()
        .filter(table -> writes || names.hasLast(table))
        .sorted()
        .<Finding>map(
            table ->
                new Finding.Unknown(
                    "the rows of "
                        + CatalogObject.shown(table)
                        + " were not compared: its row security hides some from this role"))
        .toList();
  }
}
