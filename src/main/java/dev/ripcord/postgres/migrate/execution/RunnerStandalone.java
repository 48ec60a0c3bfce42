package dev.ripcord.postgres.migrate.execution;

import dev.ripcord.migration.Version;
import dev.ripcord.migration.file.PartialRun;
import dev.ripcord.migration.sql.Batch;
import dev.ripcord.migration.sql.NonTransactional;
import dev.ripcord.migration.sql.Statement;
import dev.ripcord.migration.sql.TransactionOpening;
import dev.ripcord.postgres.LostConnection;
import dev.ripcord.postgres.PreconditionFailure;
import dev.ripcord.postgres.ScriptSource;
import dev.ripcord.postgres.StatementFailure;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.LongFunction;

/**
 * Runs a text that cannot be one transaction, statement by statement, and counts them in the
 * database: before the first statement stands what is meant, after each one how many are done.
 * After a crash the count tells where to go on, and the catalog whether the statement under way had
 * ended.
 */
final class RunnerStandalone {
  private static final String BEGIN =
      """
      INSERT INTO $schema.migration_progress
        (version, label, direction, attempt, done, total, done_checksum, backend_pid)
      VALUES ($1::text::numeric, $2, $3, 1, 0, $4, $5, $6)
      ON CONFLICT (version) DO UPDATE SET attempt = migration_progress.attempt + 1,
        backend_pid = excluded.backend_pid, total = excluded.total
      RETURNING direction, attempt, done, done_checksum
      """;
  private static final String COUNT =
      """
      UPDATE $schema.migration_progress SET done = $2, done_checksum = $3
      WHERE version = $1::text::numeric
      """;
  private static final String END =
      "DELETE FROM $schema.migration_progress WHERE version = $1::text::numeric";

  /**
   * Outside a transaction the server refuses these or says that they do nothing, and inside one of
   * their own they would do nothing without a word. So they are sent bare, as the file asks for.
   */
  private static final Set<String> NEEDS_TRANSACTION =
      Set.of(
          "lock",
          "savepoint",
          "release",
          "rollback",
          "declare",
          "fetch",
          "move",
          "close",
          "set",
          "reset");

  /**
   * A text to run and how it ends.
   *
   * @param source the text
   * @param version the version of its migration
   * @param direction {@code up} or {@code down}
   * @param record sends history and audit, inside the last transaction; is given the milliseconds
   *     that it took
   * @param checked asks what it must have left, after the record and in the same transaction
   */
  record Job(
      ScriptSource source,
      Version version,
      String direction,
      LongFunction<Future<?>> record,
      Optional<Runnable> checked) {}

  private final RunContext context;
  private final HistoryWriter books;
  private final RunnerTransaction transaction;
  private final RunnerCatalog catalog;

  RunnerStandalone(RunContext context, HistoryWriter books) {
    this.context = context;
    this.books = books;
    this.transaction = new RunnerTransaction(context);
    this.catalog = new RunnerCatalog(context);
  }

  void run(Job job) {
    long start = context.nanos().getAsLong();
    List<Statement> work = job.source().script().work();
    RunnerCount counted = new RunnerCount(work);
    Row progress = transaction.run(() -> begin(job, work.size(), counted));
    int done = progress.getInteger("done");
    boolean resumed = progress.getInteger("attempt") > 1;
    if (resumed) {
      setAgain(job.source(), work.subList(0, done));
    }
    OptionalInt size = Batch.size(job.source().script());
    for (int index = done; index < work.size(); index++) {
      Step step = new Step(job, work.get(index), index, counted.upTo(index + 1));
      try {
        run(step, size, resumed && index == done);
      } catch (StatementFailure failure) {
        throw afterFailure(step, work.size(), failure);
      } catch (PgException failure) {
        throw LostConnection.is(failure)
            ? failure
            : afterFailure(
                step,
                work.size(),
                new StatementFailure(job.source(), step.statement(), failure, ""));
      }
    }
    try {
      transaction.run(() -> end(job, start));
    } catch (StatementFailure unmet) {
      String more =
          "\n  This file runs outside a transaction: all that it did stays, and it is not"
              + " recorded as done. Mend what the check found, and run it again: only the check is"
              + " repeated.";
      throw new PartialFailure(unmet.getMessage() + more, unmet.shown() + more, unmet);
    }
  }

  /**
   * One statement of a text.
   *
   * @param index its number, from 0
   * @param checksum of the statements up to it and with it
   */
  private record Step(Job job, Statement statement, int index, String checksum) {}

  /** What statements that are done had set in their session, which is gone. */
  private void setAgain(ScriptSource source, List<Statement> done) {
    for (Statement statement : done) {
      if (TransactionOpening.setsSession(statement)) {
        context.run(source, statement, context.setup().statementLock());
      }
    }
  }

  private int end(Job job, long start) {
    context.workSession().run(RunnerUp.SETTLE);
    books.checkFence(context.workSession());
    var _ = context.workSession().await(job.record().apply(context.millisSince(start)));
    job.checked().ifPresent(Runnable::run);
    return context.workSession().change(sql(END), job.version().text());
  }

  private Row begin(Job job, int total, RunnerCount counted) {
    books.checkFence(context.workSession());
    Row progress =
        context
            .workSession()
            .ask(
                sql(BEGIN),
                job.version().text(),
                job.source().label(),
                job.direction(),
                total,
                RunnerCount.NONE,
                context.workSession().pid())
            .getFirst();
    check(job, total, progress, counted);
    books.begins(context.workSession(), job.version());
    return progress;
  }

  private static void check(Job job, int total, Row progress, RunnerCount counted) {
    new PartialRun(
            job.version(),
            progress.getString("direction"),
            progress.getInteger("done"),
            progress.getString("done_checksum"))
        .against(job.direction(), job.source().label(), job.source().file(), total, counted::upTo)
        .ifPresent(
            why -> {
              throw new PreconditionFailure(why);
            });
  }

  private void run(Step step, OptionalInt batchSize, boolean resumed) {
    Statement statement = step.statement();
    Optional<Batch> batch =
        batchSize.isPresent() ? Batch.of(statement, batchSize.getAsInt()) : Optional.empty();
    Optional<NonTransactional> alone = NonTransactional.of(statement);
    if (batch.isPresent()) {
      new RunnerBatches(context, books).run(step.job().source(), statement, batch.get());
    } else if (alone.isPresent()) {
      if (!catalog.isDone(alone.get(), resumed)) {
        runBare(step, resumed);
      }
    } else if (NEEDS_TRANSACTION.contains(statement.firstWord())) {
      context.run(step.job().source(), statement, context.setup().statementLock());
    } else if (isDoneWithCount(step)) {
      return;
    } else {
      runBare(step, resumed);
    }
    transaction.run(() -> count(step));
  }

  /**
   * Runs a statement together with its count, so that it is done exactly once, wherever the run
   * breaks off. One that begins or ends transactions itself is refused there, and nothing of it
   * stays: it must be sent bare, and is begun again when the run breaks off before it is counted.
   */
  private boolean isDoneWithCount(Step step) {
    try {
      transaction.run(
          () -> {
            context.run(step.job().source(), step.statement(), context.setup().statementLock());
            return count(step);
          });
      return true;
    } catch (StatementFailure failure) {
      if (!failure.wantsNoTransaction()) {
        throw failure;
      }
      return false;
    }
  }

  private void runBare(Step step, boolean resumed) {
    Duration patience = context.setup().standaloneLock();
    InvalidIndexes leftovers = new InvalidIndexes(context, step.statement());
    context.workSession().run("SET lock_timeout = " + patience.toMillis());
    try {
      context.run(step.job().source(), step.statement(), patience);
    } catch (StatementFailure failure) {
      if (!resumed || !catalog.saysDone(step.statement(), failure)) {
        throw context.workSession().isOpen() ? told(failure, leftovers.drop()) : failure;
      }
    }
    context.workSession().run("RESET lock_timeout");
  }

  /** What could not be tidied up is no secret: then the database is not as before. */
  private static RuntimeException told(StatementFailure failure, List<String> stay) {
    if (stay.isEmpty()) {
      return failure;
    }
    String more =
        "\n  What the statement has left could not be dropped and stays, invalid: "
            + String.join(", ", stay)
            + ". Drop it: DROP INDEX CONCURRENTLY "
            + stay.getFirst();
    return new PartialFailure(failure.getMessage() + more, failure.shown() + more, failure);
  }

  private int count(Step step) {
    books.checkFence(context.workSession());
    return context
        .workSession()
        .change(sql(COUNT), step.job().version().text(), step.index() + 1, step.checksum());
  }

  /** Takes away what the failed statement left, and says what of the file stays. */
  private RuntimeException afterFailure(Step step, int total, StatementFailure failure) {
    int index = step.index();
    if (!context.workSession().isOpen()) {
      String more =
          "\n  The connection was lost at statement "
              + (index + 1)
              + ", outside a transaction. Run it again: it looks at what is there and goes on.";
      return new PartialFailure(failure.getMessage() + more, failure.shown() + more, failure);
    }
    NonTransactional.of(step.statement()).ifPresent(catalog::tidy);
    if (index == 0) {
      var _ = context.workSession().change(sql(END), step.job().version().text());
      books.brokenOff(context.workSession());
      return failure;
    }
    String more =
        "\n  This file runs outside a transaction: "
            + index
            + " of its "
            + total
            + " statements stay. Mend statement "
            + (index + 1)
            + " and run it again: it goes on there.";
    return new PartialFailure(failure.getMessage() + more, failure.shown() + more, failure);
  }

  private String sql(String text) {
    return context.tables().sql(text);
  }
}
