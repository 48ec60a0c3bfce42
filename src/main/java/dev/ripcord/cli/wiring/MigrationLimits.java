package dev.ripcord.cli.wiring;

import dev.ripcord.config.MigrationSettings;
import dev.ripcord.postgres.history.MigrationSetup;
import java.util.Optional;

/** The limits of a run of migrations, by the configuration. */
public final class MigrationLimits {
  private MigrationLimits() {}

  /**
   * Those of a service; the usual ones where nothing is configured.
   *
   * @param schema that holds the history
   */
  public static MigrationSetup of(String schema, Optional<MigrationSettings> settings) {
    MigrationSettings.Locks locks =
        settings.map(MigrationSettings::locks).orElse(MigrationSettings.Locks.USUAL);
    return MigrationSetup.of(schema)
        .with(
            locks.timeout(),
            locks.retry(),
            switch (locks.blockers()) {
              case SHOW -> MigrationSetup.Blockers.SHOW;
              case CANCEL -> MigrationSetup.Blockers.CANCEL;
              case TERMINATE -> MigrationSetup.Blockers.TERMINATE;
            });
  }
}
