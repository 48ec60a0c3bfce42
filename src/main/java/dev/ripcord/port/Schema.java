package dev.ripcord.port;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.proof.RevertCost;
import dev.ripcord.migration.risk.DownImpact;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.DownRights;
import dev.ripcord.rollback.Salvaged;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The database of one service, as far as a rollback needs it. */
public interface Schema {
  /**
   * A migration was taken back.
   *
   * @param line one line for people
   * @param kept what it destroyed and salvage has kept
   */
  record Reverted(String line, List<Salvaged> kept) {
    public Reverted {
      kept = List.copyOf(kept);
    }

    /** Nothing was kept. */
    public Reverted(String line) {
      this(line, List.of());
    }
  }

  /**
   * Every migration that is applied now, in the order of application; empty when the database holds
   * no history. Fails with a {@link SchemaException} when the database cannot be asked.
   */
  Future<List<Applied>> applied();

  /**
   * What taking these back will cost, in their order: stored proofs, and what the live data say to
   * them, in a few seconds at most. Fails with a {@link SchemaException} when the database cannot
   * be asked.
   */
  Future<List<RevertCost>> waysBack(List<Applied> migrations);

  /**
   * What the role that would take these back lacks for it, asked of the catalog. Only reads. Fails
   * with a {@link SchemaException} when the database cannot be asked.
   */
  default Future<DownRights> rights(List<Applied> migrations) {
    return Future.succeededFuture(DownRights.NONE);
  }

  /**
   * What taking these back will do to the tables, in their order: locks, rows, time, and what
   * salvage would keep. Only reads; empty where nothing can be told. Fails with a {@link
   * SchemaException} when the database cannot be asked.
   */
  default Future<List<DownImpact>> impacts(List<Applied> migrations) {
    return Future.succeededFuture(List.of());
  }

  /**
   * Takes one migration back, in a transaction with its record. Done already: done at once.
   *
   * @param migration as {@link #applied()} gave it
   * @param release the release that is rolled back, for the audit
   * @param permit its fence is compared with what the database has seen of the same journal and
   *     service: a smaller token is refused inside the transaction. When it is revoked, the
   *     statement is cancelled and awaited
   * @return what was done, and what it destroyed and was kept
   */
  Future<Reverted> down(Applied migration, String release, Permit permit);

  /**
   * The same for one who wants to hear what takes long.
   *
   * @param meanwhile is called with a line for people, such as who is in the way; from any thread,
   *     and seldom
   */
  default Future<Reverted> down(
      Applied migration, String release, Permit permit, Consumer<String> meanwhile) {
    return down(migration, release, permit);
  }

  /**
   * Writes down where the database stands, where only that tells what a release did to it: the
   * first time for a release as its savepoint, later as a look. May come again.
   *
   * @param release the release that begins or is watched
   * @return one line for people when a savepoint was set
   */
  default Future<Optional<String>> mark(String release) {
    return Future.succeededFuture(Optional.empty());
  }

  /**
   * What is not known of what a release did to the database, so that a rollback would leave it, for
   * people; empty when all is known.
   */
  default Future<Optional<String>> caveat(String release) {
    return Future.succeededFuture(Optional.empty());
  }

  /**
   * Whether a Ripcord with another journal has taken migrations of a service back here in the last
   * weeks, for people: two journals know nothing of each other.
   *
   * @param journal the own journal's id
   */
  default Future<Optional<String>> otherJournal(String journal, ServiceName service) {
    return Future.succeededFuture(Optional.empty());
  }

  /**
   * Waits until no session that the service opened before an instant is left, or fails with a
   * {@link SchemaException} naming what is still there after the budget.
   *
   * @param before sessions that began before this, by the database's own clock, are of the version
   *     that was replaced
   * @param budget how long to wait at most
   * @return one line for people
   */
  Future<String> drained(Instant before, Duration budget, Permit permit);

  /** What the database's own clock says; empty where it has none that could be read. */
  default Future<Optional<Instant>> clock() {
    return Future.succeededFuture(Optional.empty());
  }

  /** Whether {@link #backup} can work here; empty when it can, else the reason. */
  Future<Optional<String>> backupBlocker();

  /** Whether {@link #backupOfTables} can work here; empty when it can, else the reason. */
  default Future<Optional<String>> backupOfTablesBlocker(List<Applied> downs) {
    return backupBlocker();
  }

  /**
   * Dumps the database into a new file and checks that it can be read; gives one line for people.
   */
  Future<String> backup(Path file, Permit permit);

  /**
   * The same of the tables alone that some downs change, with their partitions. Where these cannot
   * be told it is of the whole database, and the line says so and why.
   *
   * @param downs what is to be reverted, newest first
   */
  default Future<String> backupOfTables(Path file, List<Applied> downs, Permit permit) {
    return backup(file, permit)
        .map(line -> line + "; of the whole database: which tables the downs change is not known");
  }
}
