package dev.ripcord.postgres.migrate.execution;

import dev.ripcord.postgres.LostConnection;
import dev.ripcord.postgres.RunProgress;
import dev.ripcord.postgres.migrate.salvage.SalvageEntry;
import dev.ripcord.postgres.migrate.salvage.SalvagedMigration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One migration in one transaction with what it destroys, its record inside; tried again where more
 * has to be kept than was thought.
 *
 * @param context the run
 * @param migration what keeps
 * @param label of the migration, for people
 * @param ready called before each attempt, outside of its transaction
 */
record KeepingTransaction(
    RunContext context, SalvagedMigration migration, String label, Runnable ready) {
  private static final Logger LOG = LoggerFactory.getLogger(KeepingTransaction.class);

  /**
   * Runs it.
   *
   * @param attempt all of the transaction but its begin and commit; empty where it was done before
   * @param isRecorded asks another session whether it is committed
   * @return what was kept; empty where it was done before, or where its answer was lost
   */
  Optional<List<SalvageEntry>> run(
      Supplier<Optional<List<SalvageEntry>>> attempt, BooleanSupplier isRecorded) {
    context.pulse().check();
    migration.prepare(context.workSession());
    while (true) {
      try {
        ready.run();
        Optional<List<SalvageEntry>> kept = RunnerTransaction.fresh(context).run(attempt);
        if (kept.isEmpty() || !migration.lost().isEmpty()) {
          giveUp();
        }
        return kept;
      } catch (RuntimeException failure) {
        if (LostConnection.is(failure) && isDone(isRecorded)) {
          return Optional.of(List.of()); // An answer that was lost is no failure.
        }
        if (!migration.isWorthAnother(failure)) {
          giveUp();
          throw migration.named(failure);
        }
        context.renew();
        if (migration.wantsToPrepare()) {
          context
              .meanwhile()
              .accept(
                  new RunProgress(
                      label, failure.getMessage() + "; all of it is undone, and copied anew"));
          migration.prepare(context.workSession());
        }
      }
    }
  }

  /** The other session sees what was committed. */
  private boolean isDone(BooleanSupplier isRecorded) {
    try {
      context.awaitEndOfWork();
      return isRecorded.getAsBoolean();
    } catch (RuntimeException unknown) {
      return false;
    }
  }

  /** Tidies up; that it could not must not hide why. */
  private void giveUp() {
    try {
      migration.giveUp(context.workSession());
    } catch (RuntimeException lost) {
      LOG.debug("copies stay until the next run", lost);
    }
  }
}
