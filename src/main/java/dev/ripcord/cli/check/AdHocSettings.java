package dev.ripcord.cli.check;

import dev.ripcord.config.AccessSettings;
import dev.ripcord.config.AlertSettings;
import dev.ripcord.config.Listen;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.config.SourceSettings;
import dev.ripcord.health.Rules;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.Order;
import dev.ripcord.rollback.Policy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Settings for a command that was given a URL and needs no file. */
final class AdHocSettings {
  private AdHocSettings() {}

  static Settings settings() {
    return new Settings(
        Optional.empty(),
        Path.of("data"),
        Optional.empty(),
        Settings.JournalAway.WAIT,
        new Listen("127.0.0.1", 9095),
        AccessSettings.OPEN,
        AlertSettings.NONE,
        Duration.ofDays(7),
        new TreeMap<>(),
        List.of());
  }

  static ServiceSettings service(ServiceName name, SourceSettings source) {
    return new ServiceSettings(
        name,
        0,
        source,
        Rules.DEFAULT,
        new ServiceSettings.Schedule(
            Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ZERO, Duration.ofMinutes(15)),
        new ServiceSettings.RollbackSettings(
            Order.AUTO, false, Duration.ofMinutes(5), Policy.USUAL_STEP),
        Optional.empty(),
        Optional.empty());
  }
}
