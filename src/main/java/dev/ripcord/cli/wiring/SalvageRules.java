package dev.ripcord.cli.wiring;

import dev.ripcord.config.MigrationSettings;
import dev.ripcord.parse.SqlParser;
import dev.ripcord.postgres.migrate.salvage.SalvageRule;
import dev.ripcord.postgres.migrate.salvage.StageTwo;
import java.util.Optional;

/** What the configuration says of rows that are kept. */
public final class SalvageRules {
  private SalvageRules() {}

  static SalvageRule of(MigrationSettings.Losses losses) {
    return new SalvageRule(
        losses.maxBytes(),
        losses.maxTime(),
        new SqlParser()::read,
        losses.act() != MigrationSettings.Losses.Act.DEFER,
        entry -> {});
  }

  /** What becomes of what stage 2 drops; without a configuration as is usual. */
  public static StageTwo stageTwo(Optional<MigrationSettings> migrations) {
    return StageTwo.keeping(
        of(migrations.map(MigrationSettings::losses).orElse(MigrationSettings.Losses.USUAL)),
        migrations.map(MigrationSettings::grace).orElse(MigrationSettings.USUAL_GRACE));
  }
}
