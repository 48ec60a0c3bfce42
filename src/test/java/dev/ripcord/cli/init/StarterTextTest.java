package dev.ripcord.cli.init;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.cli.init.Findings.Cluster;
import dev.ripcord.cli.init.Findings.ComposeFile;
import dev.ripcord.cli.init.Findings.ComposeService;
import dev.ripcord.cli.init.Findings.Container;
import dev.ripcord.cli.init.Findings.DatabaseIn;
import dev.ripcord.cli.init.Findings.Endpoint;
import dev.ripcord.cli.init.Findings.Migrations;
import dev.ripcord.cli.init.Findings.Page;
import dev.ripcord.config.Loaded;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.file.ConfigurationFile;
import dev.ripcord.migration.Tool;
import dev.ripcord.platform.docker.api.ComposeLabels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What was found, and the text that is made of it. */
class StarterTextTest {
  private static final String HEAD =
      """
      # What Ripcord watches. Every key that is not here has a default;
      # ripcord config init --full all.yaml writes all of them, explained.
      """;

  private static final Path PROJECT = Path.of("/srv/shop");
  private static final Path COMPOSE = PROJECT.resolve("compose.yaml");
  private static final Place WEB = Place.local(8080);
  private static final ComposeService DB =
      new ComposeService("db", "postgres:18", false, List.of(Place.local(5432)));
  private static final ComposeService BUILT = new ComposeService("web", "", true, List.of(WEB));

  @TempDir private Path folder;

  /** Findings, of which each test changes what it is about. */
  private static final class Scene {
    private Look<ComposeFile> compose = new Look.Nothing<>("none");
    private Look<List<Container>> containers = new Look.Nothing<>("none");
    private Look<Cluster> cluster = new Look.Nothing<>("none");
    private Look<DatabaseIn> database = new Look.Nothing<>("none");
    private Look<Migrations> migrations = new Look.Nothing<>("none");
    private List<Endpoint> endpoints = List.of();

    static Scene empty() {
      return new Scene();
    }

    Findings findings(Path folder) {
      return new Findings(folder, compose, containers, cluster, database, migrations, endpoints);
    }

    Findings findings() {
      return findings(PROJECT);
    }

    Scene compose(ComposeService... services) {
      compose = new Look.Found<>(new ComposeFile(COMPOSE, List.of(services)));
      return this;
    }

    Scene runs(Container... all) {
      containers = new Look.Found<>(List.of(all));
      return this;
    }

    Scene deployments(String... names) {
      cluster = new Look.Found<>(new Cluster("kind-dev", "live", List.of(names)));
      return this;
    }

    Scene database(DatabaseIn in) {
      database = new Look.Found<>(in);
      return this;
    }

    Scene migrations(String dir, Tool tool) {
      migrations = new Look.Found<>(new Migrations(PROJECT.resolve(dir), tool));
      return this;
    }

    Scene answers(Endpoint... all) {
      endpoints = List.of(all);
      return this;
    }
  }

  private record Case(String name, Scene scene, String expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Endpoint healthy(Place place, String path) {
    return new Endpoint(place, Optional.empty(), Optional.of(path), Optional.empty());
  }

  private static Endpoint counting(Place place, String health) {
    return new Endpoint(
        place,
        Optional.of(new Page("/metrics", Optional.of("http_requests_total"), "")),
        Optional.of(health),
        Optional.empty());
  }

  private static Container container(String name, Place... ports) {
    return new Container(name, "acme/" + name + ":1", List.of(ports), Optional.empty());
  }

  private static Container composed(String service, String project, Path file, Place... ports) {
    return new Container(
        project + "-" + service + "-1",
        "acme/" + service,
        List.of(ports),
        Optional.of(new ComposeLabels(project, service, List.of(file))));
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case(
            "nothing",
            Scene.empty(),
            """
            data: ../data
            services:
              shop:
                url: http://127.0.0.1:8080/  # change this: where the service answers
            """),
        new Case(
            "all of it",
            Scene.empty()
                .compose(DB, BUILT)
                .answers(counting(WEB, "/health"))
                .database(DatabaseIn.URL)
                .migrations("migrations", Tool.NATIVE),
            """
            data: ../data
            services:
              web:
                url: http://127.0.0.1:8080/health
                metrics: http://127.0.0.1:8080/metrics
                migrations:
                  dir: ../migrations
                  database: ${DATABASE_URL}
                platform:
                  compose: {file: ../compose.yaml, service: web}
            """),
        new Case(
            "a Compose file of which nothing answers",
            Scene.empty().compose(DB, BUILT),
            """
            data: ../data
            services:
              web:
                url: http://127.0.0.1:8080/  # change this: where the service answers
                platform:
                  compose: {file: ../compose.yaml, service: web}
            """),
        new Case(
            "of two services the one that counts its requests",
            Scene.empty()
                .compose(
                    new ComposeService("front", "acme/front", false, List.of(Place.local(80))),
                    new ComposeService("api", "acme/api", false, List.of(Place.local(9000))))
                .answers(healthy(Place.local(80), "/"), counting(Place.local(9000), "/healthz")),
            """
            data: ../data
            services:
              api:
                url: http://127.0.0.1:9000/healthz
                metrics: http://127.0.0.1:9000/metrics
                platform:
                  compose: {file: ../compose.yaml, service: api}
            """),
        new Case(
            "a port given to chance, which the container knows",
            Scene.empty()
                .compose(new ComposeService("web", "acme/web", false, List.of()))
                .runs(composed("web", "shop", COMPOSE, Place.local(32768)))
                .answers(healthy(Place.local(32768), "/health")),
            """
            data: ../data
            services:
              web:
                url: http://127.0.0.1:32768/health
                platform:
                  compose: {file: ../compose.yaml, service: web}
            """),
        new Case(
            "a container, and a database that no migration goes with",
            Scene.empty()
                .runs(container("postgres", Place.local(5432)), container("shop", WEB))
                .answers(healthy(WEB, "/health"))
                .database(DatabaseIn.URL),
            """
            data: ../data
            services:
              shop:
                url: http://127.0.0.1:8080/health
                database: ${DATABASE_URL}
                platform:
                  docker: {container: shop}
            """),
        new Case(
            "a container of a project elsewhere",
            Scene.empty()
                .runs(composed("web", "other", Path.of("/srv/other/compose.yaml"), WEB))
                .answers(healthy(WEB, "/")),
            """
            data: ../data
            services:
              web:
                url: http://127.0.0.1:8080/
                platform:
                  compose: {project: other, service: web}
            """),
        new Case(
            "a Deployment of the folder's name",
            Scene.empty().deployments("cart", "shop"),
            """
            data: ../data
            services:
              shop:
                url: http://127.0.0.1:8080/  # change this: where the service answers
                platform:
                  kubernetes: {deployment: shop, namespace: live, context: kind-dev}
            """),
        new Case(
            "a Deployment of another name is nobody's to roll back",
            Scene.empty().deployments("cart"),
            """
            data: ../data
            services:
              shop:
                url: http://127.0.0.1:8080/  # change this: where the service answers
            """),
        new Case(
            "a program that runs by itself, and migrations without a database",
            Scene.empty().answers(healthy(WEB, "/")).migrations("db/migrations", Tool.NATIVE),
            """
            data: ../data
            services:
              shop:
                url: http://127.0.0.1:8080/
                migrations:
                  dir: ../db/migrations
                  # database: ${DATABASE_URL}
            """),
        new Case(
            "what another container publishes is not this one's",
            Scene.empty()
                .compose(new ComposeService("worker", "acme/worker", false, List.of()))
                .runs(container("postgres-ui", WEB))
                .answers(healthy(WEB, "/")),
            """
            data: ../data
            services:
              worker:
                url: http://127.0.0.1:8080/  # change this: where the service answers
                platform:
                  compose: {file: ../compose.yaml, service: worker}
            """),
        new Case(
            "a page without a counter that is known is left out",
            Scene.empty()
                .answers(
                    new Endpoint(
                        WEB,
                        Optional.of(new Page("/metrics", Optional.empty(), "app_requests")),
                        Optional.of("/health"),
                        Optional.empty())),
            """
            data: ../data
            services:
              shop:
                url: http://127.0.0.1:8080/health
            """),
        new Case(
            "a page that counts, where nothing else answers well",
            Scene.empty()
                .answers(
                    new Endpoint(
                        WEB,
                        Optional.of(new Page("/metrics", Optional.of("http_requests_total"), "")),
                        Optional.empty(),
                        Optional.empty())),
            """
            data: ../data
            services:
              shop:
                url: http://127.0.0.1:8080/metrics
                metrics: http://127.0.0.1:8080/metrics
            """),
        new Case(
            "another tool's migrations, and a database in parts",
            Scene.empty()
                .answers(healthy(WEB, "/health"))
                .migrations("src/main/resources/db/migration", Tool.FLYWAY)
                .database(DatabaseIn.PARTS),
            """
            data: ../data
            services:
              shop:
                url: http://127.0.0.1:8080/health
                migrations:
                  tool: flyway
            """),
        new Case(
            "a tool whose files Ripcord runs",
            Scene.empty()
                .answers(healthy(WEB, "/health"))
                .migrations("migrations", Tool.SQLX)
                .database(DatabaseIn.URL),
            """
            data: ../data
            services:
              shop:
                url: http://127.0.0.1:8080/health
                migrations:
                  tool: sqlx
                  dir: ../migrations
                  database: ${DATABASE_URL}
            """));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void findings_becomeAFile(Case each) {
    Proposal proposal = Proposer.of(each.scene().findings());

    String text = StarterText.of(proposal, PROJECT.resolve("config/ripcord.yaml"));

    assertThat(text).isEqualTo(HEAD + each.expected());
    assertThat(text.lines().count()).isLessThanOrEqualTo(13);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void file_isTakenByTheReader(Case each) throws IOException {
    String text =
        StarterText.of(
            Proposer.of(each.scene().findings()), PROJECT.resolve("config/ripcord.yaml"));
    Path file = Files.writeString(folder.resolve("r.yaml"), text);
    Map<String, String> environment = Map.of("DATABASE_URL", "postgresql://u@127.0.0.1/x");

    assertThat(ConfigurationFile.load(Optional.of(file), environment, folder))
        .isInstanceOfSatisfying(
            Loaded.Valid.class, valid -> assertThat(valid.settings().services()).hasSize(1));
  }

  /** A name from outside cannot become a key, a comment or a variable. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "web|web",
        "http://127.0.0.1:8080/health|http://127.0.0.1:8080/health",
        "../my shop/compose.yaml|\"../my shop/compose.yaml\"",
        "a: b|\"a: b\"",
        "a #b|\"a #b\"",
        "a}, x: {y|\"a}, x: {y\"",
        "say \"hi\"\\n|\"say \\\"hi\\\"\\\\n\"",
        "${HOME}|\"$${HOME}\"",
        "true|\"true\"",
        "12|\"12\"",
        "-x|\"-x\"",
        "a:|\"a:\"",
      })
  void scalar_readsBackAsItIs(String text, String expected) throws IOException {
    assertThat(StarterText.scalar(text)).isEqualTo(expected);
    Path file =
        Files.writeString(
            folder.resolve("r.yaml"),
            "services: {a: {url: http://127.0.0.1, platform: {docker: {container: "
                + StarterText.scalar(text)
                + "}}}}\n");

    assertThat(ConfigurationFile.load(Optional.of(file), Map.of("HOME", "/root"), folder))
        .isInstanceOfSatisfying(
            Loaded.Valid.class,
            valid ->
                assertThat(
                        valid.settings().services().values().stream()
                            .flatMap(service -> service.platform().stream()))
                    .singleElement()
                    .hasFieldOrPropertyWithValue("container", text));
  }

  @Test
  void pathFarAway_staysAbsolute() {
    Proposal proposal = Proposer.of(Scene.empty().migrations("migrations", Tool.NATIVE).findings());

    assertThat(StarterText.of(proposal, Path.of("/etc/ripcord/shop/ripcord.yaml")))
        .contains("dir: /srv/shop/migrations\n")
        .doesNotContain("data:");
    assertThat(StarterText.of(proposal, PROJECT.resolve("ripcord.yaml")))
        .contains("dir: ./migrations\n");
  }

  @Test
  void nameThatSomebodyGives_choosesWhatHasIt() {
    Findings findings =
        Scene.empty()
            .compose(BUILT, new ComposeService("api", "acme/api", false, List.of(Place.local(81))))
            .deployments("cart")
            .answers(counting(WEB, "/health"))
            .findings();

    assertThat(Proposer.names(findings)).containsExactly("web", "api");
    assertThat(Proposer.of(findings, "api").health().url()).isEqualTo("http://127.0.0.1:81/");
    assertThat(Proposer.of(findings, "basket"))
        .satisfies(
            own -> assertThat(own.name().value()).isEqualTo("basket"),
            own -> assertThat(own.health().url()).isEqualTo("http://127.0.0.1:8080/health"),
            own ->
                assertThat(own.runners())
                    .last()
                    .isEqualTo(new Runner.Deployment("cart", "live", "kind-dev")));
  }

  @Test
  void folderWithoutAGoodName_hasOneAllTheSame() {
    Findings odd = Scene.empty().findings(Path.of("/srv/--Über uns"));

    assertThat(Proposer.of(odd).name().value()).isEqualTo("ber-uns");
  }

  @Test
  void settings_areWhatWasFound() throws IOException {
    Scene scene =
        Scene.empty().compose(BUILT).answers(counting(WEB, "/health")).database(DatabaseIn.URL);
    Path file =
        Files.writeString(
            folder.resolve("r.yaml"),
            StarterText.of(Proposer.of(scene.findings()), folder.resolve("r.yaml")));
    Map<String, String> environment = Map.of("DATABASE_URL", "postgresql://u@127.0.0.1/x");

    Loaded loaded = ConfigurationFile.load(Optional.of(file), environment, folder);

    ServiceSettings web = ((Loaded.Valid) loaded).settings().services().values().iterator().next();
    assertThat(web.source().metrics()).hasToString("[http://127.0.0.1:8080/metrics]");
    assertThat(web.source().database()).isPresent();
    assertThat(web.platform().orElseThrow())
        .hasFieldOrPropertyWithValue("file", Optional.of(COMPOSE));
  }
}
