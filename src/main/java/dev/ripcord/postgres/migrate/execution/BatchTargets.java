package dev.ripcord.postgres.migrate.execution;

import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.selection.MigrationSelection;
import dev.ripcord.migration.sql.Batch;
import dev.ripcord.migration.sql.Statement;
import dev.ripcord.postgres.MigrationSession;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Refuses batches of what has no place on disk by which they could be cut: views. */
public final class BatchTargets {
  private static final String KIND =
      "SELECT relkind IN ('v', 'm') FROM pg_class WHERE oid = to_regclass($1)";

  private BatchTargets() {}

  public static boolean hasBatches(MigrationFile file) {
    return Batch.size(file.script()).isPresent();
  }

  /** The choice, unless a file of it changes a view in batches. */
  public static MigrationSelection<MigrationFile> within(
      MigrationSelection<MigrationFile> choice, MigrationSession session) {
    return choice instanceof MigrationSelection.Chosen<MigrationFile>(List<MigrationFile> files)
        ? MigrationSelection.of(files, blockers(session, files))
        : choice;
  }

  public static List<String> blockers(MigrationSession session, List<MigrationFile> files) {
    List<String> reasons = new ArrayList<>();
    for (MigrationFile file : files) {
      OptionalInt size = Batch.size(file.script());
      if (size.isPresent()) {
        for (Statement each : file.script().work()) {
          batch(each, size.getAsInt())
              .filter(Batch::counted)
              .flatMap(Batch::table)
              .filter(table -> isView(session, table))
              .ifPresent(
                  table ->
                      reasons.add(
                          file.up().name()
                              + ":"
                              + each.line()
                              + ": "
                              + table
                              + " is a view, which cannot be cut into batches: change the table"
                              + " behind it, or write the batch yourself, as … IN (SELECT … LIMIT "
                              + Batch.PLACE
                              + ")"));
        }
      }
    }
    return reasons;
  }

  private static Optional<Batch> batch(Statement statement, int size) {
    try {
      return Batch.of(statement, size);
    } catch (IllegalArgumentException refused) {
      return Optional.empty(); // RunnerReach says why
    }
  }

  private static boolean isView(MigrationSession session, String table) {
    List<Row> rows = session.ask(KIND, table);
    return !rows.isEmpty() && rows.getFirst().getBoolean(0);
  }
}
