package dev.ripcord.config.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.config.AccessSettings;
import dev.ripcord.config.AccessSettings.NamedToken;
import dev.ripcord.config.AccessSettings.Reading;
import dev.ripcord.config.AccessSettings.Role;
import dev.ripcord.config.AccessSettings.Tls;
import dev.ripcord.config.AlertSettings;
import dev.ripcord.config.ClusterAccess;
import dev.ripcord.config.Figure;
import dev.ripcord.config.FullFile;
import dev.ripcord.config.JsonSettings;
import dev.ripcord.config.KubernetesSettings;
import dev.ripcord.config.Listen;
import dev.ripcord.config.Loaded;
import dev.ripcord.config.Loaded.Invalid;
import dev.ripcord.config.Loaded.Valid;
import dev.ripcord.config.MailServer;
import dev.ripcord.config.MigrationSettings;
import dev.ripcord.config.PlatformSettings;
import dev.ripcord.config.PrometheusSettings;
import dev.ripcord.config.SeriesSelector;
import dev.ripcord.config.SeriesSettings;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.ServiceSettings.RollbackSettings;
import dev.ripcord.config.ServiceSettings.Schedule;
import dev.ripcord.config.Settings;
import dev.ripcord.config.ShadowChoice;
import dev.ripcord.config.SourceSettings;
import dev.ripcord.config.connection.ClientTls;
import dev.ripcord.config.connection.ConnectionSettings;
import dev.ripcord.config.connection.Identity;
import dev.ripcord.config.connection.PemFile;
import dev.ripcord.config.connection.ProxyServer;
import dev.ripcord.health.Bound;
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
import dev.ripcord.rollback.DatabaseAway;
import dev.ripcord.rollback.Order;
import dev.ripcord.watch.WatchSpec;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EveryKeyTest {
  @TempDir private Path folder;

  @BeforeEach
  void certificates() throws IOException {
    FullFile.putFiles(folder);
  }

  private PemFile pem(String name) throws IOException {
    Path file = folder.resolve(name);
    return new PemFile(file, new Secret(Files.readString(file).stripTrailing()));
  }

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
    assertThat(settings.journalAway()).isEqualTo(Settings.JournalAway.LOCAL_FILE);
    assertThat(settings.listen()).isEqualTo(new Listen("0.0.0.0", 9100));
    assertThat(settings.access())
        .isEqualTo(
            new AccessSettings(
                secret("letmein"),
                List.of(
                    new NamedToken("ann", Role.APPROVER, new Secret("anns-p")),
                    new NamedToken("ci", Role.OPERATOR, new Secret("cis"))),
                Reading.TOKEN,
                Optional.of(new Tls(folder.resolve("tls.crt"), folder.resolve("tls.key"))),
                secret("letmein")));
    assertThat(settings.retention()).isEqualTo(Duration.ofDays(30));
    assertThat(settings.alerts())
        .isEqualTo(
            new AlertSettings(
                secret("https://s.example"),
                Optional.of("#deploys"),
                secret("http://h/hook"),
                secret("signed"),
                List.of(new Secret("http://a1:9093"), new Secret("http://a2:9093")),
                Optional.of(
                    new AlertSettings.PagerDuty(
                        new Secret("pd"),
                        URI.create("http://pd.example"),
                        AlertSettings.From.WARNING)),
                Optional.of(
                    new AlertSettings.Email(
                        new MailServer(
                            "mail.example",
                            25,
                            Optional.of("r@e.example"),
                            MailServer.Tls.OPTIONAL),
                        secret("p"),
                        "ripcord@e.example",
                        List.of("a@e.example", "b@e.example"))),
                Optional.of(
                    new AlertSettings.Heartbeat(
                        new Secret("http://h/beat"), Duration.ofMinutes(5))),
                new AlertSettings.Links(
                    Optional.of(URI.create("https://r.example")),
                    Optional.of(URI.create("https://wiki.example/r"))),
                new AlertSettings.Programs(
                    "staging",
                    Optional.of(
                        new AlertSettings.CdEvents(new Secret("http://h/events"), secret("e-p"))),
                    Optional.of(
                        new AlertSettings.Traces(
                            new Secret("http://h:4318"), Map.of("key", new Secret("t-p")))))));
    assertThat(settings.services()).hasSize(14);
    assertThat(service(settings, "shop"))
        .isEqualTo(
            new ServiceSettings(
                new ServiceName("shop"),
                57,
                SourceSettings.of(
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
                        Measure.MEMORY, Limit.of(new Bound(1, 0.1), Escalation.ASK),
                        Measure.SLOW_REQUESTS, new Limit(0.05, Escalation.ALERT),
                        Measure.DATABASE_CONNECTIONS, new Limit(0.8, Escalation.ALERT),
                        Measure.DATABASE_LOCK_WAIT, new Limit(30, Escalation.ALERT),
                        Measure.DATABASE_TRANSACTION, new Limit(300, Escalation.ALERT)),
                    Optional.of(new Bound(2, 0)),
                    OptionalDouble.of(1),
                    Escalation.OBSERVE,
                    1,
                    Optional.of(new Ratio(999_000))),
                new Schedule(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(2),
                    Duration.ofMinutes(1),
                    Duration.ofHours(1),
                    Optional.of(Duration.ofSeconds(5))),
                new RollbackSettings(
                    Order.IMAGE_FIRST,
                    true,
                    Duration.ofMinutes(10),
                    Duration.ofHours(3),
                    DatabaseAway.WAIT,
                    Optional.of(
                        new WatchSpec.Approval(
                            Duration.ofMinutes(20), WatchSpec.Otherwise.ROLLBACK))),
                Optional.of(
                    new MigrationSettings(
                        Optional.of(folder.resolve("migrations")),
                        secret("postgresql://127.0.0.1/shop"),
                        Optional.of("shop-app"),
                        MigrationSettings.Backup.REQUIRED,
                        MigrationSettings.BackupOf.TABLES,
                        true,
                        Tool.ALEMBIC,
                        List.of(folder.resolve("down.sh").toString(), "7"),
                        new GradePolicy(
                            Map.of(
                                Grade.LOW, new Rule(Run.REVIEW, Backup.RECOMMENDED),
                                Grade.MEDIUM, new Rule(Run.AUTOMATIC, Backup.OPTIONAL),
                                Grade.HIGH, new Rule(Run.AUTOMATIC, Backup.RECOMMENDED),
                                Grade.VERY_HIGH, new Rule(Run.REVIEW, Backup.OPTIONAL))),
                        ShadowChoice.EMBEDDED,
                        new MigrationSettings.Losses(
                            MigrationSettings.Losses.Act.DEFER, 200L << 20, Duration.ofSeconds(5)),
                        new MigrationSettings.Locks(
                            Duration.ofMillis(500),
                            Duration.ofMinutes(2),
                            MigrationSettings.Locks.Blockers.CANCEL),
                        Duration.ofDays(30))),
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
  void everyPlatform_loaded_arrivesInItsPlace() throws IOException {
    Path full = Path.of("src/test/resources/config/full.yml");
    Settings settings =
        settings(load(Files.readString(full), Map.of("PASS", "p", "SLACK", "https://s.example")));

    assertThat(service(settings, "document").platform())
        .contains(
            new PlatformSettings.Http(
                URI.create("http://h/switch"),
                URI.create("http://h/now"),
                Optional.of(URI.create("http://h/stop")),
                Optional.of(folder.resolve("hook")),
                Duration.ofSeconds(30)));
    assertThat(service(settings, "pushed").platform())
        .contains(
            new PlatformSettings.Git(
                "git@h:deploy.git",
                "live",
                "shop.yaml",
                Optional.of("acme/shop"),
                Duration.ofSeconds(40)));
    assertThat(service(settings, "tagged").platform())
        .contains(
            new PlatformSettings.Registry(
                "127.0.0.1:5000/shop", "live", true, Duration.ofSeconds(50)));
    assertThat(service(settings, "composed").platform())
        .contains(
            new PlatformSettings.Compose(
                Optional.of(folder.resolve("docker-compose.yml")),
                Optional.of("shop"),
                "web",
                folder.resolve("docker.sock"),
                Duration.ofMinutes(3)));
    assertThat(service(settings, "swarmed").platform())
        .contains(
            new PlatformSettings.Swarm(
                "shop_web", folder.resolve("docker.sock"), Duration.ofMinutes(3)));
    assertThat(service(settings, "clustered").platform())
        .contains(
            new PlatformSettings.Kubernetes(
                PlatformSettings.Kubernetes.Kind.DEPLOYMENT,
                "shop",
                Optional.of("app"),
                new ClusterAccess(
                    Optional.of("live"),
                    Optional.of("prod"),
                    Optional.of(folder.resolve("kube/config"))),
                false,
                PlatformSettings.Kubernetes.GitOps.SUSPEND,
                service(settings, "pushed").platform().map(PlatformSettings.Git.class::cast),
                Duration.ofMinutes(4)));
    assertThat(service(settings, "everywhere").platform())
        .contains(
            new PlatformSettings.Kubernetes(
                PlatformSettings.Kubernetes.Kind.DAEMONSET,
                "shop",
                Optional.empty(),
                new ClusterAccess(Optional.empty(), Optional.empty(), Optional.empty()),
                true,
                PlatformSettings.Kubernetes.GitOps.WARN,
                Optional.empty(),
                Duration.ofMinutes(10)));
  }

  @Test
  void everySource_loaded_arrivesInItsPlace() throws IOException {
    Path full = Path.of("src/test/resources/config/full.yml");
    Settings settings =
        settings(load(Files.readString(full), Map.of("PASS", "p", "SLACK", "https://s.example")));

    SourceSettings own = service(settings, "own").source();
    assertThat(own.metrics())
        .containsExactly(
            URI.create("http://10.0.0.1:8080/metrics"), URI.create("http://10.0.0.2:8080/metrics"));
    assertThat(own.host()).isTrue();
    assertThat(own.series())
        .contains(
            new SeriesSettings(
                SeriesSelector.parse("calls_total{route!='/health'}"),
                SeriesSelector.parse("calls_total{result=~'5..',route!='/health'}"),
                Optional.of(SeriesSelector.parse("call_seconds"))));
    assertThat(service(settings, "asked").source().prometheus())
        .contains(
            new PrometheusSettings(
                URI.create("http://127.0.0.1:9090"),
                SeriesSelector.parseMatchers("job='shop'"),
                Map.of(
                    Figure.REQUESTS, "sum(a)",
                    Figure.ERROR_RATE, "sum(b)",
                    Figure.LATENCY_P50, "p50",
                    Figure.LATENCY_P95, "p95",
                    Figure.LATENCY_P99, "p99",
                    Figure.CPU, "c",
                    Figure.SLOW_REQUESTS, "s",
                    Figure.MEMORY, "m")));
    assertThat(service(settings, "boot").source().actuator())
        .contains(URI.create("https://127.0.0.1:8084/actuator"));
    assertThat(service(settings, "boot").source().connection())
        .isEqualTo(
            new ConnectionSettings(
                Optional.of(
                    new ClientTls(
                        Optional.of(pem("ca.pem")),
                        Optional.of(new Identity(pem("client.pem"), pem("client-key.pem"))),
                        Optional.of("boot.internal"))),
                Optional.of(ProxyServer.parse("socks5://r:p@proxy.internal:1080"))));
    assertThat(service(settings, "document").source().kubernetes())
        .contains(
            new KubernetesSettings(
                new KubernetesSettings.Labelled("app=shop"),
                new ClusterAccess(
                    Optional.of("shop"),
                    Optional.of("prod"),
                    Optional.of(folder.resolve("kube/config")))));
    assertThat(service(settings, "document").source().json())
        .contains(
            new JsonSettings(
                URI.create("http://127.0.0.1:8085/stats"),
                Map.of(
                    Figure.REQUESTS, "/all",
                    Figure.ERRORS, "/failed~15xx",
                    Figure.CPU, "/cpu")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "metrics: http://h/m, json: {url: http://h/j, cpu: /c}|by metrics and by json; each figure",
        "url: http://h/, series: {requests: a, errors: b}|has series, and neither metrics nor",
        "metrics: http://h/m, series: {requests: a}|needs a errors, such as errors:",
        "metrics: http://h/m, series: {requests: 5xx, errors: b}|\"5xx\" does not begin with the"
            + " name",
        "metrics: http://h/m, series: {requests: 'a{b', errors: b}|has b without =, !=, =~ or !~",
        "metrics: http://h/m, series: {requests: 'a{b=~\"(\"}', errors: b}|a pattern that cannot"
            + " be",
        "metrics: []|is an empty list",
        "metrics: 'srv://x:9/m'|is no SRV name with a path",
        "metrics: 'srv://_http._tcp.x'|is no SRV name with a path",
        "metrics: [http://h/m, 'srv://_http._tcp.x/m']|which stands alone",
        "metrics: [http://h/m, ftp://h/m]|services.s.metrics[1]",
        "prometheus: {url: http://h}|needs queries, a selector such as",
        "prometheus: {selector: 'job=\"s\"'}|needs a url, such as url: http://127.0.0.1:9090",
        "prometheus: {url: http://h, selector: shop}|has shop without =",
        "prometheus: {url: http://h, queries: {requests: a}}|both of queries.requests and",
        "prometheus: {url: http://h, queries: {cpu: a}}, series: {requests: a, errors: b}|keep one",
        "json: {url: http://h/j}|has no JSON Pointer to a figure",
        "json: {url: http://h/j, requests: /r}|needs both of requests and errors",
        "json: {url: http://h/j, cpu: cpu}|\"cpu\" is not a JSON Pointer: it begins with /",
        "json: {url: http://h/j, cpu: /c~2}|write ~0 for ~ and ~1 for /",
        "host: true|needs a url",
        "url: http://h, kubernetes: {namespace: a}|needs a selector, such as selector: app=shop",
        "url: http://h, host: true, kubernetes: {selector: a=b}|CPU and memory from host and from",
      })
  void sources_thatDoNotGoTogether_areRefused(String service, String problem) throws IOException {
    Loaded loaded = load("services: {s: {" + service + "}}", Map.of());
    assertThat(loaded).isInstanceOf(Invalid.class);
    assertThat(((Invalid) loaded).report()).contains(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "webhook-secret: x|has a webhook-secret, and no webhook to sign for",
        "pagerduty: {url: http://h}|1:10  alerts.pagerduty   needs a routing-key",
        "pagerduty: {routing-key: x, from: good}|\"good\" is not one of warning, critical",
        "alertmanager: [http://h, ftp://verysecret]|alertmanager[1]   *** does not begin with http",
        "heartbeat: {every: 1m}|needs a url or url_file",
        "email: {smtp: 'smtp://h'}|needs a from, such as from: ripcord@example.com",
        "email: {smtp: 'smtp://h', from: a@b, to: []}|is an empty list",
        "email: {smtp: 'smtp://h', from: a@b, to: nobody}|\"nobody\" is not a mail address",
        "email: {smtp: 'http://h', from: a@b, to: a@b}|does not begin with smtp:// or smtps://",
        "email: {smtp: 'smtp://u:verysecret@h', from: a@b, to: a@b}|holds a password; write it as",
        "email: {smtp: 'smtps://h?tls=none', from: a@b, to: a@b}|which go with smtp:// only",
        "email: {smtp: 'smtp://h', password: p, from: a@b, to: a@b}|smtp names no user",
      })
  void channels_thatAreNotWhole_areRefusedWithoutASecret(String alerts, String problem)
      throws IOException {
    Loaded loaded = load("alerts: {" + alerts + "}", Map.of());
    assertThat(loaded).isInstanceOf(Invalid.class);
    assertThat(((Invalid) loaded).report()).contains(problem).doesNotContain("verysecret");
  }

  @Test
  void cdEvents_withoutAnAddress_areRefusedWithoutTheSecret() throws IOException {
    Loaded loaded = load("cdevents: {token: verysecret}", Map.of());
    assertThat(((Invalid) loaded).report())
        .contains("cdevents   needs a url or url_file")
        .doesNotContain("verysecret");
  }

  @Test
  void traces_withoutAnEndpoint_orWithAHeaderThatIsNone_areRefusedWithoutTheSecret()
      throws IOException {
    Loaded loaded = load("traces: {headers: {\"a b\": verysecret}}", Map.of());
    assertThat(((Invalid) loaded).report())
        .contains("traces               needs an endpoint or endpoint_file")
        .contains("is not the name of a header")
        .doesNotContain("verysecret");
  }

  @ParameterizedTest
  @CsvSource({
    "smtp://h,587,REQUIRED",
    "smtp://u%40e.example@h:25,25,REQUIRED",
    "smtp://127.0.0.1,587,OPTIONAL",
    "smtp://localhost:2525?tls=required,2525,REQUIRED",
    "smtp://h?tls=none,587,NONE",
    "smtps://h,465,IMPLICIT",
  })
  void mailServer_isReadAndSpelledTheSame(String text, int port, MailServer.Tls tls) {
    MailServer server = MailServer.parse(text);

    assertThat(server.port()).isEqualTo(port);
    assertThat(server.tls()).isEqualTo(tls);
    assertThat(MailServer.parse(server.text())).isEqualTo(server);
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
        case Key.Listed list -> collectMissing(list.each(), full, missing);
      }
    }
  }
}
