package dev.ripcord.postgres;

import dev.ripcord.migration.Batch;
import dev.ripcord.migration.Standalone;
import dev.ripcord.migration.Statement;
import dev.ripcord.migration.Unfinished;
import dev.ripcord.migration.Version;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
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
      RunnerDesk.Source source,
      Version version,
      String direction,
      LongFunction<Future<?>> record,
      Optional<Runnable> checked) {
    List<Statement> work() {
      return source.script().work();
    }
  }

  private final RunnerDesk desk;
  private final RunnerBooks books;
  private final RunnerTransaction transaction;
  private final RunnerCatalog catalog;

  RunnerStandalone(RunnerDesk desk, RunnerBooks books) {
    this.desk = desk;
    this.books = books;
    this.transaction = new RunnerTransaction(desk);
    this.catalog = new RunnerCatalog(desk);
  }

  void run(Job job) {
    long start = desk.nanos().getAsLong();
    Row progress = transaction.run(() -> begin(job));
    int done = progress.getInteger("done");
    boolean resumed = progress.getInteger("attempt") > 1;
    for (int index = done; index < job.work().size(); index++) {
      try {
        step(job, index, resumed && index == done);
      } catch (RunnerFailure failure) {
        throw afterFailure(job, index, failure);
      }
    }
    try {
      transaction.run(() -> end(job, start));
    } catch (RunnerFailure unmet) {
      String more =
          "\n  This file runs outside a transaction: all that it did stays, and it is not"
              + " recorded as done. Mend what the check found, and run it again: only the check is"
              + " repeated.";
      throw new RunnerHalt(unmet.getMessage() + more, unmet.shown() + more, unmet);
    }
  }

  private int end(Job job, long start) {
    desk.work().run(RunnerUp.SETTLE);
    books.checkFence(desk.work());
    var _ = job.record().apply(desk.millisSince(start)).await();
    job.checked().ifPresent(Runnable::run);
    return desk.work().change(sql(END), job.version().text());
  }

  private Row begin(Job job) {
    books.checkFence(desk.work());
    Row progress =
        desk.work()
            .ask(
                sql(BEGIN),
                job.version().text(),
                job.source().label(),
                job.direction(),
                job.work().size(),
                prefix(job, 0),
                desk.work().pid())
            .getFirst();
    check(job, progress);
    books.begins(desk.work(), job.version());
    return progress;
  }

  private static void check(Job job, Row progress) {
    int done = progress.getInteger("done");
    String direction = progress.getString("direction");
    if (!direction.equals(job.direction())) {
      throw new RunnerRefusal(
          job.source().label()
              + ": its "
              + direction
              + " broke off after "
              + done
              + " statements; finish that first");
    }
    if (done > job.work().size()
        || !prefix(job, done).equals(progress.getString("done_checksum"))) {
      throw new RunnerRefusal(
          job.source().file()
              + ": changed in the "
              + done
              + " statements that have run already, outside a transaction. Put them back as they"
              + " were, and change only what follows");
    }
  }

  private static String prefix(Job job, int done) {
    return Unfinished.start(job.work(), done);
  }

  private void step(Job job, int index, boolean resumed) {
    Statement statement = job.work().get(index);
    OptionalInt size = Batch.size(job.source().script());
    Optional<Batch> batch =
        size.isPresent() ? Batch.of(statement, size.getAsInt()) : Optional.empty();
    if (batch.isPresent()) {
      new RunnerBatches(desk, books).run(job.source(), statement, batch.get());
      transaction.run(() -> count(job, index));
      return;
    }
    Optional<Standalone> alone = Standalone.of(statement);
    if (alone.isEmpty()) {
      transaction.run(
          () -> {
            desk.run(job.source(), statement, desk.setup().statementLock());
            return count(job, index);
          });
      return;
    }
    if (!catalog.isDone(alone.get(), resumed)) {
      runAlone(job, statement, resumed);
    }
    transaction.run(() -> count(job, index));
  }

  private void runAlone(Job job, Statement statement, boolean resumed) {
    Duration patience = desk.setup().standaloneLock();
    RunnerLeftovers leftovers = new RunnerLeftovers(desk, statement);
    desk.work().run("SET lock_timeout = " + patience.toMillis());
    try {
      desk.run(job.source(), statement, patience);
    } catch (RunnerFailure failure) {
      if (!resumed || !catalog.saysDone(statement, failure)) {
        throw desk.work().isOpen() ? told(failure, leftovers.drop()) : failure;
      }
    }
    desk.work().run("RESET lock_timeout");
  }

  /** What could not be tidied up is no secret: then the database is not as before. */
  private static RuntimeException told(RunnerFailure failure, List<String> stay) {
    if (stay.isEmpty()) {
      return failure;
    }
    String more =
        "\n  What the statement has left could not be dropped and stays, invalid: "
            + String.join(", ", stay)
            + ". Drop it: DROP INDEX CONCURRENTLY "
            + stay.getFirst();
    return new RunnerHalt(failure.getMessage() + more, failure.shown() + more, failure);
  }

  private int count(Job job, int index) {
    books.checkFence(desk.work());
    return desk.work().change(sql(COUNT), job.version().text(), index + 1, prefix(job, index + 1));
  }

  /** Takes away what the failed statement left, and says what of the file stays. */
  private RuntimeException afterFailure(Job job, int index, RunnerFailure failure) {
    if (!desk.work().isOpen()) {
      String more =
          "\n  The connection was lost at statement "
              + (index + 1)
              + ", outside a transaction. Run it again: it looks at what is there and goes on.";
      return new RunnerHalt(failure.getMessage() + more, failure.shown() + more, failure);
    }
    Standalone.of(job.work().get(index)).ifPresent(catalog::tidy);
    if (index == 0) {
      var _ = desk.work().change(sql(END), job.version().text());
      books.brokenOff(desk.work());
      return failure;
    }
    String more =
        "\n  This file runs outside a transaction: "
            + index
            + " of its "
            + job.work().size()
            + " statements stay. Mend statement "
            + (index + 1)
            + " and run it again: it goes on there.";
    return new RunnerHalt(failure.getMessage() + more, failure.shown() + more, failure);
  }

  private String sql(String text) {
    return desk.tables().sql(text);
  }
}
