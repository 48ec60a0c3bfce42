package dev.ripcord.postgres.migrate.lock;

import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.Pooler;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The two sessions of a run. They are opened together, so that a pooler that would mix them up is
 * found before anything is locked.
 */
public final class RunnerSessions implements AutoCloseable {
  private static final int ENDING_SECONDS = 10;
  private static final String NAME = Database.APPLICATION + " migrations";

  /** PostgreSQL 14 and later have it, on most systems. */
  public static final String LOOKING = "client_connection_check_interval = 1000";

  /** The program goes on within a transaction at once; one that does not stands still. */
  private static final Map<String, String> HASTE =
      Map.of("idle_in_transaction_session_timeout", "60s");

  private final Vertx vertx;
  private final Database database;
  private final MigrationSession lockSession;
  private final boolean looks;
  private volatile MigrationSession work;

  private RunnerSessions(
      Vertx vertx,
      Database database,
      MigrationSession lockSession,
      MigrationSession work,
      boolean looks) {
    this.vertx = vertx;
    this.database = database;
    this.lockSession = lockSession;
    this.work = work;
    this.looks = looks;
  }

  /**
   * Connects twice.
   *
   * @throws SchemaException when the database cannot be reached, or only through a pooler in
   *     transaction mode
   */
  public static RunnerSessions open(Vertx vertx, Database database) {
    Future<MigrationSession> opening = MigrationSession.opening(vertx, database, NAME, HASTE);
    Future<MigrationSession> workOpening =
        MigrationSession.openingForStatements(vertx, database, NAME, HASTE);
    MigrationSession lockSession;
    try {
      lockSession = opening.await();
    } catch (RuntimeException failure) {
      var _ = workOpening.onSuccess(MigrationSession::leave);
      throw failure;
    }
    try {
      MigrationSession work = workOpening.await();
      refusePooler(lockSession, work, database);
      try {
        lockSession.refuseOtherQuotes(database);
      } catch (RuntimeException refused) {
        work.close();
        throw refused;
      }
      RunnerSessions both =
          new RunnerSessions(vertx, database, lockSession, work, work.tryRun("SET " + LOOKING));
      var _ = lockSession.error().onFailure(both::breakOff);
      var _ = work.error().onFailure(both::breakOff);
      return both;
    } catch (RuntimeException failure) {
      lockSession.close();
      throw failure;
    }
  }

  /** Opens one more, for what may be asked beside a run. */
  public static Future<MigrationSession> another(Vertx vertx, Database database) {
    return MigrationSession.opening(vertx, database, NAME, HASTE);
  }

  /**
   * The session that holds the lock against other runs and is asked about the other; never in a
   * transaction for long.
   */
  public MigrationSession lockSession() {
    return lockSession;
  }

  /** The session that runs the statements; another one after {@link #renew}. */
  public MigrationSession workSession() {
    return work;
  }

  /**
   * Whether the server can look, while a statement runs, whether this program is still there, by
   * {@link #LOOKING}.
   */
  public boolean looks() {
    return looks;
  }

  /**
   * Puts a new session in the place of the one that runs the statements, which is in no transaction
   * and has nothing on its way.
   *
   * @param key of the lock that goes over to it
   * @throws SchemaException when none can be opened, or its lock is held by somebody else
   */
  public void renew(long key) {
    MigrationSession old = work;
    MigrationSession next = MigrationSession.forStatements(vertx, database, NAME, HASTE);
    if (old.isForgetful()) {
      next.keepNothingPrepared();
    }
    work = next;
    var _ = next.error().onFailure(this::breakOff);
    var _ = old.ask("SELECT pg_advisory_unlock($1)", key);
    old.leave();
    if (!next.ask("SELECT pg_try_advisory_lock($1)", key).getFirst().getBoolean(0)) {
      throw SchemaException.unanswered(
          "another run of migrations has begun in database "
              + database.label()
              + "; what was committed stays. Run it again when that has ended");
    }
  }

  /**
   * In transaction mode a pooler gives each transaction to whichever server process is idle: the
   * same session meets another process, or two sessions meet the same one. In session mode, and
   * without a pooler, neither happens.
   */
  private static void refusePooler(
      MigrationSession lockSession, MigrationSession work, Database database) {
    int first = lockSession.backend();
    int again = lockSession.backend();
    int other = work.backend();
    if (first != again || first == other) {
      work.close();
      throw new SchemaException(Pooler.refused(database) + ". Nothing was changed. " + Pooler.NEXT);
    }
  }

  /** The same for an error of the program: it fails whatever waits for either session. */
  private void breakOff(Throwable error) {
    lockSession.breakOff(error);
    work.breakOff(error);
    breakOff();
  }

  /**
   * Has the server end the process that works, and lets go of the lock when that is gone. Never
   * blocks; whoever waits for an answer finds the connection lost.
   */
  public void breakOff() {
    MigrationSession ending = work;
    ending.cancel();
    var _ =
        lockSession
            .later("SELECT pg_terminate_backend($1)", ending.pid())
            .compose(ended -> ending.gone())
            .timeout(ENDING_SECONDS, TimeUnit.SECONDS)
            .onComplete(
                (gone, failure) -> {
                  ending.leave();
                  lockSession.leave();
                });
  }

  @Override
  public void close() {
    var _ = Future.join(work.closing(), lockSession.closing()).await();
  }
}
