package dev.ripcord.postgres.migrate;

import dev.ripcord.postgres.history.RunMetadata;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One line of the log for the start of each migration and one for its end, with fields that a
 * collector of logs can ask for: {@code event}, {@code direction}, {@code version}, {@code name},
 * {@code database}, {@code release}, {@code executed_by}, {@code duration_ms}, {@code error}. Used
 * by the thread of one run.
 */
final class RunnerLog {
  private static final Logger LOG = LoggerFactory.getLogger("dev.ripcord.migrations");

  private final String direction;
  private final String database;
  private final RunMetadata note;
  private final LongSupplier nanos;
  private RunLog.@Nullable Planned item;
  private long since;

  /**
   * Nothing has begun.
   *
   * @param direction {@code up} or {@code down}
   * @param database where, without a secret
   * @param note who runs it, and for which release
   * @param nanos a clock for durations
   */
  RunnerLog(String direction, String database, RunMetadata note, LongSupplier nanos) {
    this.direction = direction;
    this.database = database;
    this.note = note;
    this.nanos = nanos;
  }

  /** Runs them; a failure is that of the one that was started last. */
  void around(Runnable run) {
    try {
      run.run();
    } catch (RuntimeException failure) {
      if (item != null) {
        line(LOG.atError(), "migration_failed", item)
            .addKeyValue("duration_ms", (nanos.getAsLong() - since) / 1_000_000)
            .addKeyValue("error", String.valueOf(failure.getMessage()))
            .log("migration failed");
      }
      throw failure;
    }
  }

  void started(RunLog.Planned next) {
    item = next;
    since = nanos.getAsLong();
    line(LOG.atInfo(), "migration_started", next).log("migration started");
  }

  void succeeded(MigrationOutcome.Step step) {
    if (item != null) {
      line(LOG.atInfo(), "migration_succeeded", item)
          .addKeyValue("duration_ms", step.took().toMillis())
          .addKeyValue("already", step.already())
          .log("migration succeeded");
    }
    item = null;
  }

  private LoggingEventBuilder line(LoggingEventBuilder line, String event, RunLog.Planned named) {
    LoggingEventBuilder built =
        line.addKeyValue("event", event)
            .addKeyValue("direction", direction)
            .addKeyValue("version", named.version().text())
            .addKeyValue("name", named.name())
            .addKeyValue("database", database)
            .addKeyValue("executed_by", note.by());
    Optional<String> release = note.release();
    return release.isPresent() ? built.addKeyValue("release", release.get()) : built;
  }
}
