package dev.ripcord.postgres.migrate.execution;

import dev.ripcord.postgres.ScriptSource;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** One migration of a run, read and ready to be sent. */
public sealed interface MigrationTask {
  /** Version and name. */
  String label();

  /**
   * Whether it may leave something in the session that only the end of the session takes away: the
   * next one, and a further try of this one, get a session of their own.
   */
  boolean outlasts();

  /** Writes down that it failed; does not fail itself. */
  Failed failed();

  /** Where a failure is written down. */
  @FunctionalInterface
  interface Failed {
    /**
     * Writes it down.
     *
     * @param millis how long it took
     * @param error what went wrong, for people
     */
    void note(long millis, String error);
  }

  /**
   * One that runs statement by statement.
   *
   * @param work runs it, and answers whether it had been done before
   */
  record Alone(String label, boolean outlasts, BooleanSupplier work, Failed failed)
      implements MigrationTask {}

  /**
   * One that is a transaction, its record inside. What it sends is sent from an event loop, without
   * a wait.
   *
   * @param source what is run
   * @param look asks what must be known before the first statement, and answers the text to run, or
   *     nothing when that had been done before. It is sent behind the commit of the migration
   *     before this one, in the same breath, so it must do no harm where that commit fails and no
   *     transaction is open
   * @param record sends what is written down, last of all
   * @param isRecorded asks another session whether what was written down is committed
   * @param checked what the run's own thread asks and waits for, behind the record and before the
   *     commit; mostly nothing
   * @param text all of it as one text, where nothing has to be asked in between
   */
  record Together(
      ScriptSource source,
      boolean outlasts,
      Supplier<Future<Optional<ScriptSource>>> look,
      Supplier<Future<?>> record,
      BooleanSupplier isRecorded,
      Optional<Runnable> checked,
      Optional<MigrationScriptText> text,
      Failed failed)
      implements MigrationTask {
    @Override
    public String label() {
      return source.label();
    }
  }
}
