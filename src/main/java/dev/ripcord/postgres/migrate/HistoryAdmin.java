package dev.ripcord.postgres.migrate;

import dev.ripcord.migration.History;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.selection.Baseline;
import dev.ripcord.migration.selection.HistoryFix;
import dev.ripcord.migration.selection.MigrationSelection;
import dev.ripcord.migration.selection.Repair;
import dev.ripcord.postgres.Backoff;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.history.HistorySql;
import dev.ripcord.postgres.history.MigrationEvent;
import dev.ripcord.postgres.history.MigrationHistory;
import dev.ripcord.postgres.history.MigrationSetup;
import dev.ripcord.postgres.history.MigrationTables;
import dev.ripcord.postgres.history.RunMetadata;
import dev.ripcord.postgres.history.SchemaRecords;
import dev.ripcord.postgres.migrate.lock.MigrationLock;
import dev.ripcord.postgres.migrate.lock.RunnerFence;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Changes what a database remembers of its migrations, never its schema: approvals, a baseline,
 * repairs. Each change happens under the lock against other runs, in one transaction, with a line
 * in the audit. Its methods may be called from any thread and never block.
 */
public final class HistoryAdmin {
  private final Vertx vertx;
  private final Database database;
  private final MigrationSetup setup;
  private final LongSupplier nanos;
  private final MigrationTables tables;
  private final MigrationHistory history;
  private final HistorySql sql;
  private final SchemaRecords records;

  /**
   * Nothing is opened before the first call.
   *
   * @param nanos a clock for durations, as {@code System::nanoTime}
   */
  public HistoryAdmin(Vertx vertx, Database database, MigrationSetup setup, LongSupplier nanos) {
    this.vertx = vertx;
    this.database = database;
    this.setup = setup;
    this.nanos = nanos;
    this.tables = new MigrationTables(setup.schema());
    this.history = new MigrationHistory(tables);
    this.sql = new HistorySql(tables);
    this.records = new SchemaRecords(tables);
  }

  /** Records that migrations were approved, before they are run. */
  public Future<Void> approve(
      List<MigrationFile> files, RunMetadata note, Optional<String> because) {
    return database.onThread(
        "books",
        () -> {
          change(
              session ->
                  files.forEach(
                      file ->
                          sql.audit(
                              session,
                              new HistorySql.Line(
                                  file.version(), file.name(), "approval", Optional.empty()),
                              note,
                              because)));
          return null;
        });
  }

  /**
   * Records that a database already stands at a version.
   *
   * @param force whether a database that has a history may be given the rest
   * @param dryRun whether only to say what would be recorded
   */
  public Future<Amendment> baseline(
      Folder folder, Version version, boolean force, RunMetadata note, boolean dryRun) {
    return amend(
        dryRun,
        session ->
            switch (new Baseline(folder, past(session)).at(version, force)) {
              case MigrationSelection.Refused<MigrationFile>(List<String> reasons) ->
                  Amendment.refused(reasons);
              case MigrationSelection.Chosen<MigrationFile>(List<MigrationFile> files) -> {
                if (!dryRun) {
                  files.forEach(file -> sql.baseline(session, file, note));
                }
                yield new Amendment(
                    files.stream().map(HistorySql::recorded).toList(), List.of(), List.of());
              }
            });
  }

  /**
   * Repairs the history.
   *
   * @param wish what a person accepts
   * @param because why, in their words
   * @param dryRun whether only to say what would be changed
   */
  public Future<Amendment> repair(
      Folder folder, Repair.Wish wish, RunMetadata note, Optional<String> because, boolean dryRun) {
    return amend(
        dryRun,
        session -> {
          Repair repair =
              new Repair(folder, past(session), history.brokenOff(session.client()).await());
          return switch (repair.plan(wish)) {
            case MigrationSelection.Refused<HistoryFix>(List<String> reasons) ->
                Amendment.refused(reasons);
            case MigrationSelection.Chosen<HistoryFix>(List<HistoryFix> mends) -> {
              if (!dryRun) {
                mends.forEach(mend -> mend(session, mend, note, because));
                records.follow(session, repair.history(), past(session));
              }
              yield new Amendment(
                  mends.stream().map(HistoryFix::text).toList(),
                  List.of(),
                  repair.changed().stream()
                      .filter(each -> !mends.contains(each))
                      .map(HistoryFix::text)
                      .toList());
            }
          };
        });
  }

  /** What people did to the history, oldest first; needs no lock and makes nothing. */
  public Future<List<MigrationEvent>> events() {
    return database.onThread(
        "books",
        () -> {
          try (MigrationSession session = MigrationSession.open(vertx, database)) {
            return sql.events(session);
          }
        });
  }

  private History past(MigrationSession session) {
    return history.history(session.client()).await();
  }

  private void mend(
      MigrationSession session, HistoryFix mend, RunMetadata note, Optional<String> because) {
    switch (mend) {
      case HistoryFix.AcceptUp up -> sql.changeUp(session, up.applied().order(), up.file());
      case HistoryFix.AcceptDown down ->
          sql.changeDown(session, down.applied().order(), down.file());
      case HistoryFix.MarkApplied applied -> sql.insert(session, applied.file(), note);
      case HistoryFix.MarkReverted reverted ->
          sql.revert(session, reverted.applied().order(), note);
      case HistoryFix.Forget forget -> sql.forget(session, forget.version());
    }
    sql.audit(
        session,
        new HistorySql.Line(mend.version(), mend.name(), "repair", Optional.of(mend.text())),
        note,
        because);
  }

  private Future<Amendment> amend(boolean dryRun, Function<MigrationSession, Amendment> body) {
    return database.onThread(
        "books",
        () -> {
          if (!dryRun) {
            return changing(body);
          }
          try (MigrationSession session = MigrationSession.open(vertx, database)) {
            return body.apply(session);
          }
        });
  }

  private void change(Consumer<MigrationSession> body) {
    var _ =
        changing(
            session -> {
              body.accept(session);
              return Amendment.refused(List.of());
            });
  }

  private Amendment changing(Function<MigrationSession, Amendment> body) {
    MigrationLock lock =
        new MigrationLock(
            new Backoff(vertx, nanos),
            nanos,
            setup.lockWait(),
            line -> {},
            new RunnerFence(tables, Optional.empty()));
    try (MigrationSession session = MigrationSession.open(vertx, database)) {
      lock.take(session, MigrationLock.lockKey(setup.schema()));
      tables.make(session);
      try (MigrationSession work = MigrationSession.open(vertx, database)) {
        lock.take(work, MigrationLock.workKey(setup.schema()));
        work.run("BEGIN");
        Amendment amendment = body.apply(work);
        work.run("COMMIT");
        return amendment;
      }
    }
  }
}
