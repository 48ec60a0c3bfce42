package dev.ripcord.cli.migrate.context;

import dev.ripcord.alert.Alerts;
import dev.ripcord.alert.RetryPolicy;
import dev.ripcord.cli.console.Console;
import dev.ripcord.config.AlertSettings;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Clocks;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Tells people that a migration failed, by the same channels as the daemon. What cannot be told is
 * said on standard error, and changes nothing else.
 *
 * @param settings the channels; asked for only when there is something to tell
 */
public record MigrateAlarm(Console console, Clocks clocks, Supplier<AlertSettings> settings) {
  /** Tells it; blocks for one try at each channel. */
  void failed(Vertx vertx, Database database, MigrationOutcome.Failed failed) {
    AlertSettings channels = settings.get();
    if (Alerts.names(channels).isEmpty()) {
      return;
    }
    Instant now = clocks.wall().instant();
    List<String> lines = failed.message().lines().filter(line -> !line.isBlank()).toList();
    Alert alert =
        new Alert(
            "migrate-" + database.name() + "/" + now.toEpochMilli(),
            Alert.Kind.MIGRATION_FAILED,
            new ServiceName(ServiceName.isValid(database.name()) ? database.name() : "database"),
            "",
            "migration of " + database.label() + " failed",
            lines,
            now);
    RetryPolicy pace = RetryPolicy.standard(clocks.wall(), RandomGenerator.getDefault());
    for (String why : Alerts.once(vertx, channels, pace, alert, "").await()) {
      console.err().println("warning: no alert was delivered by " + why);
    }
  }
}
