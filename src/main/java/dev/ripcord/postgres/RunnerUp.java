package dev.ripcord.postgres;

import dev.ripcord.migration.Batch;
import dev.ripcord.migration.MigrationFile;
import dev.ripcord.migration.Script;
import dev.ripcord.migration.Standalone;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** Applies one migration, together with its record. */
final class RunnerUp {
  /** Lets deferred constraints speak now, and gives up a role that the file has taken on. */
  static final String SETTLE =
      "SET CONSTRAINTS ALL IMMEDIATE; RESET SESSION AUTHORIZATION; RESET ROLE";

  private final RunnerDesk desk;
  private final RunnerBooks books;

  RunnerUp(RunnerDesk desk, RunnerBooks books) {
    this.desk = desk;
    this.books = books;
  }

  MigrationOutcome.Step apply(MigrationFile file) {
    long start = desk.nanos().getAsLong();
    RunnerDesk.Source source = new RunnerDesk.Source(file.label(), file.up().name(), file.script());
    boolean already;
    try {
      boolean alone = !file.header().transaction() || needsNone(source.script());
      already = alone && outside(file, source);
      if (!alone) {
        inside(file, source);
      }
    } catch (RunnerRefusal refusal) {
      throw refusal;
    } catch (RuntimeException failure) {
      books.failedUp(
          desk.aside(), file, desk.millisSince(start), String.valueOf(failure.getMessage()));
      throw failure;
    }
    return new MigrationOutcome.Step(
        file.label(), Duration.ofMillis(desk.millisSince(start)), already);
  }

  static boolean needsNone(Script script) {
    return Batch.size(script).isPresent()
        || script.work().stream().anyMatch(each -> Standalone.of(each).isPresent());
  }

  /**
   * No other run can have applied it since the history was read: this very session holds a lock
   * against them, and the history's unique index stands behind it.
   */
  private void inside(MigrationFile file, RunnerDesk.Source source) {
    RunnerTransaction.fresh(desk)
        .run(
            () -> {
              books.checkFence(desk.work());
              books.readyForUp(desk.work());
              desk.runAll(
                  source,
                  source.script().work(),
                  () -> {
                    Future<?> settled = desk.work().send(SETTLE);
                    Future<?> recorded = books.applied(desk.work(), file, OptionalLong.empty());
                    return settled.compose(done -> recorded);
                  });
              checked(file);
              return file;
            });
  }

  private boolean outside(MigrationFile file, RunnerDesk.Source source) {
    desk.reset();
    if (isApplied(file)) {
      return true;
    }
    RunnerStandalone.Job job =
        new RunnerStandalone.Job(
            source,
            file.version(),
            "up",
            millis -> books.applied(desk.work(), file, OptionalLong.of(millis)),
            () -> checked(file));
    new RunnerStandalone(desk, books).run(job);
    return false;
  }

  /** In the transaction that has recorded it. */
  private void checked(MigrationFile file) {
    if (books.checks()) {
      new RunnerChecks(desk).ask("the up of " + file.label(), file.checks().up());
    }
    new CheckStore(desk.tables()).store(desk.work(), file);
  }

  private boolean isApplied(MigrationFile file) {
    Optional<String> checksum = books.appliedChecksum(desk.work(), file.version());
    if (checksum.isPresent() && !checksum.get().equals(file.checksum())) {
      throw new RunnerRefusal(file.label() + ": another text was applied under this version");
    }
    return checksum.isPresent();
  }
}
