package dev.ripcord.postgres.migrate.salvage;

import dev.ripcord.migration.risk.DownImpact.Keeping;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.statement.Name;
import dev.ripcord.migration.undo.Deletion;
import dev.ripcord.migration.undo.Deletions;
import dev.ripcord.migration.undo.LiveSql;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.history.MigrationTables;
import dev.ripcord.postgres.migrate.salvage.DataSnapshot.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What salvage would keep of a down, as its text says, and how large that is by the server's
 * statistics. Only reads. What cascades and triggers destroy is seen when the down has run.
 */
public final class SalvageForecast {
  private final MigrationSession session;
  private final SalvageRule rule;
  private final SalvageStore store;
  private final SnapshotReader reader;

  /** For a session that is used for nothing else meanwhile. */
  public SalvageForecast(MigrationSession session, MigrationTables tables, SalvageRule rule) {
    this.session = session;
    this.rule = rule;
    this.store =
        new SalvageStore(
            session, new SalvageManifest(session, tables), rule, false, new CopySize());
    this.reader = new SnapshotReader(session, tables.schema());
  }

  /** What would be kept, in the order of the text. */
  public List<Keeping> read(Script down) {
    boolean empties =
        down.work().stream().anyMatch(statement -> statement.firstWord().equals("truncate"));
    List<Keeping> keeps = new ArrayList<>();
    for (Deletion.Placed placed : new Deletions(rule.reader()).next(down)) {
      if (placed.searchPath().isEmpty()) {
        keeping(placed.deletion(), empties)
            .filter(each -> !keeps.contains(each))
            .ifPresent(keeps::add);
      }
    }
    return keeps;
  }

  /** A dropped table is moved, one that is emptied is copied. */
  private Optional<Keeping> keeping(Deletion deletion, boolean empties) {
    return switch (deletion) {
      case Deletion.Rows rows -> empties ? emptied(rows.table()) : moved(rows.table());
      case Deletion.Values values -> copied(deletion, "." + values.column());
      case Deletion.Some ignored -> copied(deletion, "");
      case Deletion.Conversion ignored -> copied(deletion, "");
      case Deletion.SchemaRows ignored -> Optional.empty();
      case Deletion.ExtensionRows ignored -> Optional.empty();
      case Deletion.Unknown ignored -> Optional.empty();
    };
  }

  private Optional<Keeping> moved(Name table) {
    return Optional.ofNullable(
            session.ask(SnapshotReader.OID, LiveSql.name(table)).getFirst().getLong("oid"))
        .flatMap(reader::table)
        .map(found -> keeping(found.toString(), false, 0));
  }

  private Optional<Keeping> emptied(Name table) {
    return SalvagedMigration.rows(session, table).flatMap(each -> copied(each, ""));
  }

  private Optional<Keeping> copied(Deletion deletion, String suffix) {
    return SalvagedMigration.target(session, deletion).flatMap(each -> copied(each, suffix));
  }

  private Optional<Keeping> copied(Target target, String suffix) {
    return reader
        .table(target.table())
        .map(
            from -> {
              var _ = store.tooLargeCounted(target, from);
              return keeping(from + suffix, true, store.bytes(target));
            });
  }

  private Keeping keeping(String what, boolean copied, long bytes) {
    return new Keeping(what, copied, bytes, rule.maxBytes(), rule.maxTime().toMillis() / 1000.0);
  }
}
