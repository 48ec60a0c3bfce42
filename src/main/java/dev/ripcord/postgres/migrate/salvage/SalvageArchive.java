package dev.ripcord.postgres.migrate.salvage;

import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.PreconditionFailure;
import dev.ripcord.postgres.history.MigrationTables;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Function;

/**
 * What rollbacks have kept in a database: lists it, brings it back, deletes it for good. Each call
 * opens a connection of its own and fails with a {@link dev.ripcord.port.SchemaException} where the
 * database cannot be reached. May be called from any thread; never blocks.
 */
public final class SalvageArchive {
  private final Vertx vertx;
  private final Database database;
  private final MigrationTables tables;

  /**
   * Opens nothing yet.
   *
   * @param schema the schema of the history
   */
  public SalvageArchive(Vertx vertx, Database database, String schema) {
    this.vertx = vertx;
    this.database = database;
    this.tables = new MigrationTables(schema);
  }

  /** What came of bringing something back. */
  public sealed interface Restored {
    /**
     * It is back.
     *
     * @param rows how many rows or values were brought back
     * @param left how many were left, since something is in their place now
     */
    record Done(long rows, long left) implements Restored {}

    /**
     * It no longer fits, and nothing was changed.
     *
     * @param why the reason, for people
     */
    record Refused(String why) implements Restored {}
  }

  /** Everything that was ever kept, oldest first; nothing is made. */
  public Future<List<SalvageEntry>> list() {
    return with(KeptRows::list);
  }

  /**
   * Brings rows or values back, all of an entry or nothing: rows that are there already, and values
   * that were set since, are left alone.
   *
   * @param by who does it
   */
  public Future<Restored> restore(long id, String by) {
    return with(
        kept -> {
          try {
            return kept.restore(id, by);
          } catch (PreconditionFailure why) {
            return new Restored.Refused(String.valueOf(why.getMessage()));
          }
        });
  }

  /**
   * Deletes what is kept for good; what was deleted before stays so.
   *
   * @param by who does it
   */
  public Future<List<SalvageEntry>> purge(List<SalvageEntry> entries, String by) {
    return with(
        kept -> {
          entries.forEach(each -> kept.purge(each.id(), by));
          return entries;
        });
  }

  private <T> Future<T> with(Function<KeptRows, T> work) {
    return database.onThread(
        "salvage",
        () -> {
          try (MigrationSession session = MigrationSession.open(vertx, database)) {
            return work.apply(new KeptRows(session, tables));
          }
        });
  }
}
