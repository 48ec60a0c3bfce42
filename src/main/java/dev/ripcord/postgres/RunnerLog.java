package dev.ripcord.postgres;

import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One line of the log for the start of each migration and one for its end, with fields that a
 * collector of logs can ask for: {@code event}, {@code direction}, {@code version}, {@code name},
 * {@code database}, {@code release}, {@code executed_by}, {@code duration_ms}, {@code error}.
 *
 * @param direction {@code up} or {@code down}
 * @param database where, without a secret
 * @param note who runs it, and for which release
 * @param nanos a clock for durations
 */
record RunnerLog(String direction, String database, MigrationNote note, LongSupplier nanos) {
  private static final Logger LOG = LoggerFactory.getLogger("dev.ripcord.migrations");

  /** Does one migration between its two lines. */
  MigrationOutcome.Step of(RunnerAttempts.Planned item, Supplier<MigrationOutcome.Step> act) {
    long start = nanos.getAsLong();
    line(LOG.atInfo(), "migration_started", item).log("migration started");
    try {
      MigrationOutcome.Step step = act.get();
      line(LOG.atInfo(), "migration_succeeded", item)
          .addKeyValue("duration_ms", step.took().toMillis())
          .addKeyValue("already", step.already())
          .log("migration succeeded");
      return step;
    } catch (RuntimeException failure) {
      line(LOG.atError(), "migration_failed", item)
          .addKeyValue("duration_ms", (nanos.getAsLong() - start) / 1_000_000)
          .addKeyValue("error", String.valueOf(failure.getMessage()))
          .log("migration failed");
      throw failure;
    }
  }

  private LoggingEventBuilder line(
      LoggingEventBuilder line, String event, RunnerAttempts.Planned item) {
    LoggingEventBuilder named =
        line.addKeyValue("event", event)
            .addKeyValue("direction", direction)
            .addKeyValue("version", item.version().text())
            .addKeyValue("name", item.name())
            .addKeyValue("database", database)
            .addKeyValue("executed_by", note.by());
    Optional<String> release = note.release();
    return release.isPresent() ? named.addKeyValue("release", release.get()) : named;
  }
}
