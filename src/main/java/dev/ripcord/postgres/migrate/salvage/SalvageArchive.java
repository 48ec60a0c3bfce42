package dev.ripcord.postgres.migrate.salvage;

import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.PreconditionFailure;
import dev.ripcord.postgres.history.MigrationTables;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * What rollbacks and stage 2 have kept in a database: lists it, brings it back, deletes it for
 * good. Each call opens a connection of its own and fails with a {@link
 * dev.ripcord.port.SchemaException} where the database cannot be reached. May be called from any
 * thread; never blocks.
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
     * @param beside what else could not be put back, such as a privilege, with the reason
     */
    record Done(long rows, long left, List<String> beside) implements Restored {
      public Done {
        beside = List.copyOf(beside);
      }

      /** All beside could be put back. */
      Done(long rows, long left) {
        this(rows, left, List.of());
      }
    }

    /**
     * It no longer fits, and nothing was changed.
     *
     * @param why the reason, for people
     */
    record Refused(String why) implements Restored {}
  }

  /**
   * The order in which several entries come back, where what is there is left alone: of two runs
   * that kept the same the later one first, since what it kept is newer; of one run as they were
   * kept, since its later downs met what its earlier ones had changed.
   *
   * @param entries oldest first
   */
  public static List<SalvageEntry> newestRunFirst(List<SalvageEntry> entries) {
    Deque<List<SalvageEntry>> runs = new ArrayDeque<>();
    Set<String> seen = new HashSet<>();
    for (SalvageEntry each : entries) {
      if (!seen.add(each.migration() + " " + each.place()) || runs.isEmpty()) {
        seen.clear();
        seen.add(each.migration() + " " + each.place());
        runs.push(new ArrayList<>());
      }
      runs.element().add(each);
    }
    return runs.stream().flatMap(List::stream).toList();
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

  /**
   * Deletes for good what a stage 2 has dropped and whose time is over; nothing of a rollback.
   *
   * @param by who does it
   * @return what was deleted
   */
  public Future<List<SalvageEntry>> purgeDue(String by) {
    return with(kept -> kept.purgeDue(by));
  }

  /** What stage 2 has dropped and still keeps, oldest first; for a thread that may wait. */
  public static List<SalvageEntry> ofStageTwo(MigrationSession session, MigrationTables tables) {
    return new KeptRows(session, tables)
        .list().stream()
            .filter(each -> each.cause() == SalvageEntry.Cause.STAGE2)
            .filter(each -> each.purgedAt().isEmpty())
            .toList();
  }

  /** The same within a run, whose session it is; for the run's own thread. */
  public static List<SalvageEntry> purgeDue(
      MigrationSession session, MigrationTables tables, String by) {
    return new KeptRows(session, tables).purgeDue(by);
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
