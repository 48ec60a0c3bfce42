package dev.ripcord.config.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.config.AlertSettings;
import dev.ripcord.config.Listen;
import dev.ripcord.config.Loaded;
import dev.ripcord.config.Loaded.Invalid;
import dev.ripcord.config.Loaded.Valid;
import dev.ripcord.config.MigrationSettings;
import dev.ripcord.config.PlatformSettings;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.ServiceSettings.RollbackSettings;
import dev.ripcord.config.ServiceSettings.Schedule;
import dev.ripcord.config.Settings;
import dev.ripcord.config.ShadowChoice;
import dev.ripcord.config.SourceSettings;
import dev.ripcord.health.Breaches;
import dev.ripcord.health.Escalation;
import dev.ripcord.health.Limit;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Ratio;
import dev.ripcord.health.Rules;
import dev.ripcord.migration.Tool;
import dev.ripcord.migration.risk.GradePolicy;
import dev.ripcord.migration.risk.GradePolicy.Backup;
import dev.ripcord.migration.risk.GradePolicy.Rule;
import dev.ripcord.migration.risk.GradePolicy.Run;
import dev.ripcord.migration.statement.Grade;
import dev.ripcord.release.Secret;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.Order;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EveryKeyTest {
  @TempDir private Path folder;

  private Loaded load(String yaml, Map<String, String> environment) throws IOException {
    Files.writeString(folder.resolve("r.yaml"), yaml);
    return ConfigurationFile.load(Optional.of(Path.of("r.yaml")), environment, folder);
  }

  private static Settings settings(Loaded loaded) {
    if (loaded instanceof Invalid invalid) {
      throw new AssertionError(invalid.report());
    }
    return ((Valid) loaded).settings();
  }

  private static ServiceSettings service(Settings settings, String name) {
    return Optional.ofNullable(settings.services().get(new ServiceName(name))).orElseThrow();
  }

  private static Optional<Secret> secret(String text) {
    return Optional.of(new Secret(text));
  }

  @Test
  void everyKey_loaded_arrivesInItsPlace() throws IOException {
    Path full = Path.of("src/test/resources/config/full.yml");
    Loaded loaded = load(Files.readString(full), Map.of("PASS", "p", "SLACK", "https://s.example"));
    Settings settings = settings(loaded);

    assertThat(settings.data()).isEqualTo(folder.resolve("elsewhere"));
    assertThat(settings.database()).isEqualTo(secret("postgresql://r:p@127.0.0.1/ripcord"));
    assertThat(settings.listen()).isEqualTo(new Listen("0.0.0.0", 9100));
    assertThat(settings.token()).isEqualTo(secret("letmein"));
    assertThat(settings.retention()).isEqualTo(Duration.ofDays(30));
    assertThat(settings.alerts())
        .isEqualTo(
            new AlertSettings(
                secret("https://s.example"), Optional.of("#deploys"), secret("http://h/hook")));
    assertThat(settings.services()).hasSize(3);
    assertThat(service(settings, "shop"))
        .isEqualTo(
            new ServiceSettings(
                new ServiceName("shop"),
                32,
                new SourceSettings(
                    Optional.of(URI.create("http://127.0.0.1:8080/health")),
                    Optional.of(URI.create("http://127.0.0.1:8080/metrics")),
                    Map.of("Authorization", new Secret("Bearer p"), "X-Tenant", new Secret("7")),
                    secret("postgresql://127.0.0.1/health")),
                new Rules(
                    new Ratio(100_000),
                    new Breaches(3, 5),
                    50,
                    new Ratio(2_000),
                    Escalation.ALERT,
                    Map.of(
                        Measure.LATENCY_P50, new Limit(0.2, Escalation.OBSERVE),
                        Measure.LATENCY_P95, new Limit(0.5, Escalation.ALERT),
                        Measure.LATENCY_P99, new Limit(0.8, Escalation.ROLLBACK),
                        Measure.CPU, new Limit(2.5, Escalation.ALERT),
                        Measure.MEMORY, new Limit(0.9, Escalation.ASK))),
                new Schedule(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(2),
                    Duration.ofMinutes(1),
                    Duration.ofHours(1)),
                new RollbackSettings(
                    Order.IMAGE_FIRST, true, Duration.ofMinutes(10), Duration.ofHours(3)),
                Optional.of(
                    new MigrationSettings(
                        Optional.of(folder.resolve("migrations")),
                        secret("postgresql://127.0.0.1/shop"),
                        Optional.of("shop-app"),
                        MigrationSettings.Backup.REQUIRED,
                        true,
                        Tool.ALEMBIC,
                        List.of(folder.resolve("down.sh").toString(), "7"),
                        new GradePolicy(
                            Map.of(
                                Grade.LOW, new Rule(Run.REVIEW, Backup.RECOMMENDED),
                                Grade.MEDIUM, new Rule(Run.AUTOMATIC, Backup.OPTIONAL),
                                Grade.HIGH, new Rule(Run.AUTOMATIC, Backup.RECOMMENDED),
                                Grade.VERY_HIGH, new Rule(Run.REVIEW, Backup.OPTIONAL))),
                        ShadowChoice.EMBEDDED)),
                Optional.of(
                    new PlatformSettings.Docker(
                        "shop", folder.resolve("docker.sock"), Duration.ofMinutes(3)))));
    assertThat(service(settings, "files").platform())
        .contains(
            new PlatformSettings.Directory(
                folder.resolve("srv"),
                List.of("systemctl", "restart", "files"),
                List.of("systemctl", "stop", "files"),
                Duration.ofSeconds(20)));
    assertThat(service(settings, "script").platform())
        .contains(
            new PlatformSettings.Command(
                List.of(folder.resolve("switch.sh").toString(), "${RIPCORD_IMAGE}"),
                List.of("cat", "current"),
                List.of("true"),
                Duration.ofMinutes(2)));
  }

  @Test
  void fullFile_comparedWithTheKeys_hasThemAll() throws IOException {
    String full = Files.readString(Path.of("src/test/resources/config/full.yml"));
    List<String> missing = new ArrayList<>();
    collectMissing(Keys.TOP, full, missing);
    assertThat(missing).isEmpty();
  }

  private static void collectMissing(Key.Group group, String full, List<String> missing) {
    for (Key key : group.keys()) {
      if (!full.contains(key.name() + ":")) {
        missing.add(key.name());
      }
      switch (key) {
        case Key.Value<?> value -> {}
        case Key.Group inner -> collectMissing(inner, full, missing);
        case Key.Named named -> collectMissing(named.each(), full, missing);
      }
    }
  }
}
