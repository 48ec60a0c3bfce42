package dev.ripcord.config.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.config.AccessSettings;
import dev.ripcord.config.AlertSettings;
import dev.ripcord.config.Listen;
import dev.ripcord.config.Loaded;
import dev.ripcord.config.Loaded.Invalid;
import dev.ripcord.config.Loaded.Valid;
import dev.ripcord.config.Problem;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.ServiceSettings.RollbackSettings;
import dev.ripcord.config.ServiceSettings.Schedule;
import dev.ripcord.config.Settings;
import dev.ripcord.config.SourceSettings;
import dev.ripcord.health.Bound;
import dev.ripcord.health.Escalation;
import dev.ripcord.health.Limit;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Ratio;
import dev.ripcord.health.Rules;
import dev.ripcord.release.Secret;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.Order;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationFileTest {
  @TempDir private Path folder;

  private Loaded load(String yaml, Map<String, String> environment) throws IOException {
    Files.writeString(folder.resolve("r.yaml"), yaml);
    return ConfigurationFile.load(Optional.of(Path.of("r.yaml")), environment, folder);
  }

  /** Also of a file that is not there yet: it is looked for again. */
  @Test
  void filesThatWereRead_areNamedWithADigest_thatAnotherContentChanges() throws IOException {
    Files.writeString(folder.resolve("one"), "secret");
    Files.writeString(
        folder.resolve("r.yaml"),
        """
        token_file: one
        alerts: {slack_file: two}
        services: {shop: {url: "https://shop/", tls: {ca: three}}}
        """);

    Map<Path, String> digests =
        ConfigurationFile.read(Optional.of(Path.of("r.yaml")), Map.of(), folder).digests();

    assertThat(digests)
        .containsOnlyKeys(
            folder.resolve("r.yaml"),
            folder.resolve("one"),
            folder.resolve("two"),
            folder.resolve("three"));
    digests.forEach((file, digest) -> assertThat(ConfigurationFile.digest(file)).isEqualTo(digest));
    Files.writeString(folder.resolve("one"), "other");
    assertThat(ConfigurationFile.digest(folder.resolve("one")))
        .isNotEqualTo(digests.get(folder.resolve("one")));
    assertThat(digests).containsEntry(folder.resolve("two"), "");
  }

  private Settings settings(String yaml, Map<String, String> environment) throws IOException {
    return settings(load(yaml, environment));
  }

  private static Settings settings(Loaded loaded) {
    if (loaded instanceof Invalid invalid) {
      throw new AssertionError(invalid.report());
    }
    return ((Valid) loaded).settings();
  }

  private ServiceSettings shop(String yaml, Map<String, String> environment) throws IOException {
    return service(settings(yaml, environment), "shop");
  }

  private static ServiceSettings service(Settings settings, String name) {
    return Optional.ofNullable(settings.services().get(new ServiceName(name))).orElseThrow();
  }

  private static Optional<Secret> secret(String text) {
    return Optional.of(new Secret(text));
  }

  @Test
  void noFile_loaded_hasEveryDefault() {
    assertThat(settings(ConfigurationFile.load(Optional.empty(), Map.of(), folder)))
        .isEqualTo(
            new Settings(
                Optional.empty(),
                folder.resolve("data"),
                Optional.empty(),
                Settings.JournalAway.WAIT,
                new Listen("127.0.0.1", 9095),
                AccessSettings.OPEN,
                AlertSettings.NONE,
                Duration.ofDays(7),
                new TreeMap<>(),
                List.of()));
  }

  @Test
  void nameAndUrl_loaded_haveEveryOtherDefault() throws IOException {
    Settings settings =
        settings("services:\n  shop:\n    url: http://127.0.0.1:8080/health\n", Map.of());

    assertThat(settings.file()).contains(Path.of("r.yaml"));
    assertThat(settings.warnings()).isEmpty();
    assertThat(service(settings, "shop"))
        .isEqualTo(
            new ServiceSettings(
                new ServiceName("shop"),
                2,
                SourceSettings.of(
                    Optional.of(URI.create("http://127.0.0.1:8080/health")),
                    Optional.empty(),
                    Map.of(),
                    Optional.empty()),
                Rules.DEFAULT,
                new Schedule(
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(5),
                    Duration.ZERO,
                    Duration.ofMinutes(15)),
                new RollbackSettings(Order.AUTO, false, Duration.ofMinutes(5), Duration.ofHours(1)),
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void serviceRules_besideTopRules_takeTheRestFromThem() throws IOException {
    String yaml =
        """
        interval: 10s
        threshold: 2%
        normal: 0.1%
        rules: {error-rate: {act: ask}, cpu: {limit: 90%}, memory: {limit: 80%}}
        services:
          shop:
            url: http://127.0.0.1
            threshold: 3%
            rules: {cpu: {act: rollback}, memory: {limit: 95%}}
        """;
    ServiceSettings shop = shop(yaml, Map.of());

    assertThat(shop.schedule().interval()).isEqualTo(Duration.ofSeconds(10));
    assertThat(shop.rules().threshold()).isEqualTo(new Ratio(30_000));
    assertThat(shop.rules().act()).isEqualTo(Escalation.ASK);
    assertThat(shop.rules().limits())
        .isEqualTo(
            Map.of(
                Measure.CPU, new Limit(0.9, Escalation.ROLLBACK),
                Measure.MEMORY, new Limit(0.95, Escalation.ALERT)));
  }

  /** A threshold of its own takes the place of a relative one that is inherited. */
  @Test
  void relativeThreshold_isInherited_untilAServiceHasItsOwn() throws IOException {
    String yaml =
        """
        rules: {error-rate: {limit: baseline + 3%}, latency-p99: {limit: 2x baseline}}
        services:
          shop: {url: "http://127.0.0.1"}
          own: {url: "http://127.0.0.1", threshold: 2%, rules: {latency-p99: {act: ask}}}
          said: {url: "http://127.0.0.1", rules: {error-rate: {limit: 7%}}}
        """;
    Settings settings = settings(yaml, Map.of());

    assertThat(service(settings, "shop").rules().relativeThreshold()).contains(new Bound(1, 0.03));
    assertThat(service(settings, "own").rules().relativeThreshold()).isEmpty();
    assertThat(service(settings, "own").rules().limits())
        .containsEntry(Measure.LATENCY_P99, Limit.of(new Bound(2, 0), Escalation.ASK));
    assertThat(service(settings, "said").rules().threshold()).isEqualTo(new Ratio(70_000));
    assertThat(service(settings, "said").rules().relativeThreshold()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "threshold: 5%, rules: {error-rate: {limit: 3%}}|has a threshold and a limit of",
        "interval-after-breach: 30s|interval-after-breach 30s must be shorter than interval 30s",
        "rules: {slow-requests: {limit: 5%}}|needs a longer-than, such as longer-than: 500ms",
        "rules: {slow-requests: {longer-than: 1s}}|needs a limit",
        "rules: {database-lock-wait: {limit: 2x baseline}}|\"2x baseline\" is not a duration",
        "approval: {otherwise: maybe}|\"maybe\" is not one of nothing, rollback"
      })
  void rulesThatCannotHold_areRefused(String keys, String problem) throws IOException {
    String yaml = "services: {shop: {url: \"http://127.0.0.1\", " + keys + "}}";
    Loaded loaded = load(yaml, Map.of());
    assertThat(loaded).isInstanceOf(Invalid.class);
    assertThat(((Invalid) loaded).report()).contains(problem);
  }

  @Test
  void queryThatLooksBackLongerThanTheInterval_isWarnedAbout() throws IOException {
    String yaml =
        """
        services:
          shop:
            url: http://127.0.0.1
            prometheus:
              url: http://127.0.0.1:9090
              queries: {requests: "sum(increase(a[30s]))", error-rate: "rate(b[2m]) / rate(a[30s])"}
        """;
    assertThat(settings(yaml, Map.of()).warnings())
        .singleElement()
        .asString()
        .contains(
            "services.shop.prometheus.queries.error-rate", "looks back 2m, longer than interval");
  }

  @Test
  void anchorsAndMerges_loaded_work() throws IOException {
    String yaml =
        """
        services:
          a: &a {url: "http://127.0.0.1:1", interval: 10s, timeout: 1s}
          shop: {<<: *a, url: "http://127.0.0.1:2"}
        """;
    ServiceSettings shop = shop(yaml, Map.of());

    assertThat(shop.source().url()).contains(URI.create("http://127.0.0.1:2"));
    assertThat(shop.schedule().interval()).isEqualTo(Duration.ofSeconds(10));
    assertThat(shop.schedule().timeout()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void defaultPlace_withoutAName_isFound() throws IOException {
    Files.createDirectory(folder.resolve("config"));
    Files.writeString(folder.resolve("config/ripcord.yaml"), "\uFEFFinterval: 10s\n");
    Settings found = settings(ConfigurationFile.load(Optional.empty(), Map.of(), folder));

    assertThat(found.file()).contains(Path.of("config/ripcord.yaml"));
    assertThat(found.data()).isEqualTo(folder.resolve("config/data"));
    assertThat(found.warnings()).containsExactly("no services: nothing is watched");
  }

  @Test
  void missingFile_loaded_saysHowToWriteOne() {
    Loaded loaded = ConfigurationFile.load(Optional.of(Path.of("no.yaml")), Map.of(), folder);

    assertThat(loaded)
        .isEqualTo(
            new Invalid(
                Optional.of("no.yaml"),
                List.of(
                    new Problem(
                        0, 0, "", "does not exist; write one with: ripcord config init no.yaml"))));
  }

  @Test
  void folderAsFile_loaded_isAProblem() {
    Loaded loaded = ConfigurationFile.load(Optional.of(Path.of(".")), Map.of(), folder);

    assertThat(((Invalid) loaded).report()).contains("is a folder; name the file");
  }

  @Test
  void secretFiles_loaded_areReadWithoutTheLastLineBreak() throws IOException {
    Files.writeString(folder.resolve("token"), "letmein\n");
    Files.writeString(folder.resolve("auth"), "Bearer x\r\n");
    String yaml =
        """
        token_file: ${DIR}/token
        services:
          shop: {url: "http://127.0.0.1", headers: {Authorization: {file: auth}}}
        """;
    Settings settings = settings(yaml, Map.of("DIR", folder.toString()));

    assertThat(settings.access().token()).isEqualTo(secret("letmein"));
    assertThat(service(settings, "shop").source().headers())
        .isEqualTo(Map.of("Authorization", new Secret("Bearer x")));
  }

  @Test
  void emptySecretFile_loaded_isAProblem() throws IOException {
    Files.writeString(folder.resolve("token"), "\n");

    assertThat(((Invalid) load("token_file: token", Map.of())).report()).contains("is empty");
  }

  @Test
  void slackOfTheEnvironment_countsUntilTheFileSaysOtherwise() throws IOException {
    Map<String, String> environment = Map.of("SLACK_WEBHOOK_URL", "https://s.example/x");

    assertThat(settings(ConfigurationFile.load(Optional.empty(), environment, folder)).alerts())
        .isEqualTo(
            new AlertSettings(secret("https://s.example/x"), Optional.empty(), Optional.empty()));
    assertThat(settings("alerts: {slack: https://other}", environment).alerts().slack())
        .isEqualTo(secret("https://other"));
    assertThat(settings("alerts: {slack: ''}", environment).alerts().slack()).isEmpty();
  }

  @Test
  void badSlackOfTheEnvironment_withoutAFile_isAProblemWithoutALine() {
    Map<String, String> environment = Map.of("SLACK_WEBHOOK_URL", "hunter2");
    Loaded loaded = ConfigurationFile.load(Optional.empty(), environment, folder);

    assertThat(((Invalid) loaded).report())
        .startsWith(
            "The environment has 1 problem:\n"
                + "  -  SLACK_WEBHOOK_URL   *** does not begin with http:// or https://\n");
  }

  @Test
  void migrationsWithoutDatabase_takeTheEnvironmentsOne() throws IOException {
    String yaml = "services: {shop: {url: http://127.0.0.1, migrations: {dir: m}}}";
    ServiceSettings shop = shop(yaml, Map.of("DB_HOST", "127.0.0.1", "DB_NAME", "shop"));

    String url = "postgresql://postgres@127.0.0.1:5432/shop";
    assertThat(shop.migrations().orElseThrow().database()).isEqualTo(secret(url));
    assertThat(shop.source().database()).isEqualTo(secret(url));
    assertThat(settings(yaml, Map.of()).warnings())
        .containsExactly(
            "services.shop.migrations: has no database, and neither has the environment");
  }

  @Test
  void doubtfulSettings_loaded_areWarnedAbout() throws IOException {
    String yaml =
        """
        database: postgresql://ripcord:hunter2@db.example.com/ripcord
        normal: 3%
        services:
          shop: {url: "http://127.0.0.1", bake: 1m}
          only: {metrics: "http://127.0.0.1/metrics", normal: 2.5%}
        """;
    assertThat(settings(yaml, Map.of()).warnings())
        .containsExactly(
            "database: has no sslmode, so the connection may not be encrypted; add"
                + " ?sslmode=verify-full",
            "services.shop.bake: bake 1m is too short for 3 breaches at an interval of 30s; at"
                + " least 2m",
            "normal: normal 3% is half of threshold 5% or more: the limit cannot separate a bad"
                + " release from a good one",
            "services.only: has metrics and no url: a service that is down cannot be distinguished"
                + " from a metrics page that is down",
            "services.only.normal: normal 2.5% is half of threshold 5% or more: the limit cannot"
                + " separate a bad release from a good one");
  }

  @Test
  void tenThousandServices_loaded_areAllThere() throws IOException {
    StringBuilder yaml = new StringBuilder("interval: 10s\nservices:\n");
    for (int i = 0; i < 10_000; i++) {
      yaml.append("  shop-" + i + ":\n    url: http://127.0.0.1:8080/" + i + "\n");
      yaml.append("    rules: {latency-p99: {limit: 800ms}}\n    threshold: ${T:-5%}\n");
    }
    assertThat(settings(yaml.toString(), Map.of()).services()).hasSize(10_000);
  }

  @Test
  void tenThousandProblems_loaded_areAllTold() throws IOException {
    StringBuilder yaml = new StringBuilder("services:\n");
    for (int i = 0; i < 10_000; i++) {
      yaml.append("  shop-" + i + ": {ulr: http://127.0.0.1, url: x}\n");
    }
    assertThat(((Invalid) load(yaml.toString(), Map.of())).problems()).hasSize(20_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"services: ", "services: '", "services: \"", "? "})
  void s12_aValueOfMegabytes_isRefusedBeforeItIsRead(String before) throws IOException {
    Loaded loaded = load(before + "a".repeat(5_000_000), Map.of());
    assertThat(((Loaded.Invalid) loaded).report())
        .contains("1:" + (before.length() + 1))
        .contains("more than 65536 characters without a space or quote");
  }
}
