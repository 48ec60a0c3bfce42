package dev.ripcord.cli.init;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ripcord.cli.console.CommandRunner;
import dev.ripcord.cli.console.Console;
import dev.ripcord.config.Loaded;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.file.ConfigurationFile;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command in a folder of its own, with real servers. */
class InitCommandTest {
  private static final String PASSWORD = "hunter2";

  @TempDir private Path temporary;
  private Path folder = Path.of("");
  private final Vertx vertx = Vertx.vertx();
  private Duration deadline = Duration.ofSeconds(30);
  private final Map<String, String> environment = new HashMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void begin() throws IOException {
    folder = Files.createDirectory(temporary.resolve("shop"));
    environment.put("DOCKER_HOST", "unix://" + temporary.resolve("no.sock"));
    environment.put("HOME", temporary.toString());
  }

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private int run(boolean terminal, String answers, List<Integer> ports, String... arguments) {
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            environment,
            terminal);
    InitCommand command =
        new InitCommand(
            console,
            new ByteArrayInputStream(answers.getBytes(StandardCharsets.UTF_8)),
            new LookAround.Scope(folder, ports, deadline));
    CommandLine line = CommandRunner.prepare(new CommandLine(command), console);
    return CommandRunner.run(line, arguments, console);
  }

  private int run(String... arguments) {
    return run(false, "", List.of(), arguments);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private Path file() {
    return folder.resolve("config/ripcord.yaml");
  }

  private ServiceSettings read() {
    Loaded loaded = ConfigurationFile.load(Optional.of(file()), environment, folder);
    assertThat(loaded).isInstanceOf(Loaded.Valid.class);
    return ((Loaded.Valid) loaded).settings().services().values().iterator().next();
  }

  /** A service with a health page, and a metrics page where asked for. */
  private int serve(boolean metrics) {
    return vertx
        .createHttpServer()
        .requestHandler(
            request -> {
              switch (request.path()) {
                case "/health" -> request.response().end("fine");
                case "/metrics" ->
                    request
                        .response()
                        .setStatusCode(metrics ? 200 : 404)
                        .end(metrics ? "http_requests_total{code=\"200\"} 7\n" : "");
                default -> request.response().setStatusCode(404).end();
              }
            })
        .listen(0, "127.0.0.1")
        .await()
        .actualPort();
  }

  private void compose(int port) throws IOException {
    Files.writeString(
        folder.resolve("compose.yaml"),
        """
        services:
          db:
            image: postgres:18
          web:
            build: .
            ports: ["127.0.0.1:%d:80"]
        """
            .formatted(port));
  }

  @Test
  void everythingThatIsThere_isFoundAndWritten_andThePasswordNowhere() throws IOException {
    int port = serve(true);
    compose(port);
    Files.createDirectory(folder.resolve("migrations"));
    environment.put("DATABASE_URL", "postgresql://shop:" + PASSWORD + "@127.0.0.1:5432/shop");

    assertThat(run()).as(err()).isZero();

    assertThat(file())
        .hasContent(
            """
            # What Ripcord watches. Every key that is not here has a default;
            # ripcord config init --full all.yaml writes all of them, explained.
            data: ../data
            services:
              web:
                url: http://127.0.0.1:%1$d/health
                metrics: http://127.0.0.1:%1$d/metrics
                migrations:
                  dir: ../migrations
                  database: ${DATABASE_URL}
                platform:
                  compose: {file: ../compose.yaml, service: web}
            """
                .formatted(port));
    ServiceSettings web = read();
    assertThat(web.migrations().orElseThrow().dir()).contains(folder.resolve("migrations"));
    assertThat(web.platform().orElseThrow())
        .hasFieldOrPropertyWithValue("file", Optional.of(folder.resolve("compose.yaml")));
    assertThat(out())
        .startsWith("Looking around in " + folder + ":\n")
        .contains("✔ Compose file  compose.yaml: db, web\n")
        .contains("– Docker Engine none at " + temporary.resolve("no.sock") + "\n")
        .contains("– Kubernetes    no kubeconfig\n")
        .contains("✔ database      DATABASE_URL (the file gets its name, not its value)\n")
        .contains("✔ migrations    migrations\n")
        .contains("✔ HTTP          http://127.0.0.1:" + port + ": /health, /metrics (http_req")
        .contains("  service     web: a service of compose.yaml\n")
        .contains("  migrations  run by Ripcord\n")
        .endsWith(
            """
            Wrote config/ripcord.yaml.
            Next: ripcord config check, then ripcord check
            """);
    assertThat(out() + err()).doesNotContain(PASSWORD);
    try (Stream<Path> all = Files.list(folder.resolve("config"))) {
      assertThat(all).containsExactly(file());
    }
  }

  @Test
  void nothing_makesASmallFileWithTheLineToBeChanged() throws IOException {
    assertThat(run()).isZero();

    assertThat(Files.readString(file()))
        .endsWith(
            """
            services:
              shop:
                url: http://127.0.0.1:8080/  # change this: where the service answers
            """);
    assertThat(read().platform()).isEmpty();
    assertThat(out())
        .contains("– Compose file  none in this folder\n")
        .contains("– database      DATABASE_URL is not set\n")
        .contains("– HTTP          no port that was tried answers\n")
        .contains(
            "  health      http://127.0.0.1:8080/ to begin with: nothing that answers was found")
        .endsWith(
            "Next: change the url that is marked in it, then ripcord config check, then ripcord"
                + " check\n");
    assertThat(err()).isEmpty();
  }

  @Test
  void portThatServicesUsuallyHave_isTried() {
    int port = serve(false);

    assertThat(run(false, "", List.of(port), "-c", "config/ripcord.yaml")).isZero();

    assertThat(read().source().url()).hasToString("Optional[http://127.0.0.1:" + port + "/health]");
    assertThat(read().source().metrics()).isEmpty();
  }

  @Test
  void terminal_isAsked_andOneThatSaysYesIsNot() throws IOException {
    compose(serve(true));
    int own = serve(false);

    assertThat(run(true, "basket\nhttp://127.0.0.1:" + own + "/health\n2\n", List.of())).isZero();

    assertThat(Files.readString(file()))
        .endsWith("services:\n  basket:\n    url: http://127.0.0.1:" + own + "/health\n");
    assertThat(out())
        .contains("Enter takes what stands in brackets; Ctrl-C writes nothing.\n")
        .contains("Name of the service [web]: ");

    Files.delete(file());
    assertThat(run(true, "", List.of(), "--yes")).isZero();
    assertThat(read().name()).hasToString("web");
  }

  @Test
  void endOfInput_leavesNoFile() {
    assertThat(run(true, "basket\n", List.of())).isEqualTo(1);

    assertThat(err()).isEqualTo("The input ended; nothing was written\n");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void fileThatIsThere_isLeftAloneBeforeAnythingIsAsked() throws IOException {
    Path mine = Files.writeString(folder.resolve("mine.yaml"), "mine");

    for (String more : List.of("--yes", "--full")) {
      assertThat(run(true, "", List.of(), "mine.yaml", more)).isEqualTo(1);
    }

    assertThat(err()).contains("mine.yaml is there already and was left alone; name another file");
    assertThat(mine).hasContent("mine");
    assertThat(out()).isEmpty();
  }

  @Test
  void folderThatCannotBeMade_isSaid() throws IOException {
    Files.writeString(folder.resolve("config"), "no folder");

    assertThat(run()).isEqualTo(1);

    assertThat(err())
        .startsWith("config/ripcord.yaml cannot be written: ")
        .doesNotContain("Exception");
  }

  @Test
  void full_writesTheReference_andLooksNowhere() {
    assertThat(run("--full", "all.yaml")).isZero();

    assertThat(folder.resolve("all.yaml"))
        .hasContent(ConfigurationFile.starter(Path.of("all.yaml")));
    assertThat(out()).startsWith("Wrote all.yaml.\nNext: ");
  }

  @Test
  void json_saysWhatWasFoundChosenAndWritten_andAsksNobody() throws IOException {
    int port = serve(true);
    compose(port);
    Files.createDirectory(folder.resolve("migrations"));
    environment.put("DATABASE_URL", "postgresql://shop:" + PASSWORD + "@127.0.0.1:5432/shop");

    assertThat(run(true, "", List.of(), "-o", "json")).as(err()).isZero();

    JsonNode json = new ObjectMapper().readTree(out());
    assertThat(out().lines()).hasSize(1);
    assertThat(json.path("file").asText()).isEqualTo("config/ripcord.yaml");
    assertThat(json.at("/found/compose").toString())
        .isEqualTo("{\"file\":\"compose.yaml\",\"services\":[\"db\",\"web\"]}");
    assertThat(json.at("/found/database").asText()).isEqualTo("DATABASE_URL");
    assertThat(json.at("/found/migrations").toString())
        .isEqualTo("{\"dir\":\"migrations\",\"tool\":\"native\"}");
    assertThat(json.at("/found/endpoints/0").toString())
        .isEqualTo(
            "{\"url\":\"http://127.0.0.1:%d\",\"health\":\"/health\",\"metrics\":\"/metrics\","
                    .formatted(port)
                + "\"requests\":\"http_requests_total\",\"wantsCredentials\":null}");
    assertThat(json.at("/found/kubernetes").isNull()).isTrue();
    assertThat(json.path("notFound").findValuesAsText("what"))
        .containsExactly("containers", "kubernetes");
    assertThat(json.at("/chosen/service/name").asText()).isEqualTo("web");
    assertThat(json.at("/chosen/health/answers").asBoolean()).isTrue();
    assertThat(json.at("/chosen/platform/text").asText())
        .isEqualTo("the Compose service web of compose.yaml");
    assertThat(json.path("others").toString()).isEqualTo("[]");
    assertThat(read().name()).hasToString("web");
    assertThat(out() + err()).doesNotContain(PASSWORD);
  }

  @Test
  void json_ofTheReference_foundNothing() throws IOException {
    assertThat(run("--full", "all.yaml", "-o", "json")).isZero();

    assertThat(out().strip())
        .isEqualTo(
            "{\"file\":\"all.yaml\",\"found\":null,\"notFound\":null,\"chosen\":null,\"others\":null}");
    assertThat(folder.resolve("all.yaml")).exists();
  }

  @Test
  void databaseThatIsNoPostgres_isSaidAndLeftOut() throws IOException {
    environment.put("DATABASE_URL", "mysql://shop:" + PASSWORD + "@127.0.0.1/shop");
    Files.createDirectory(folder.resolve("migrations"));

    assertThat(run()).as(err()).isZero();

    assertThat(out())
        .contains("▲ database      DATABASE_URL: *** is not a database URL")
        .contains("  migrations  left out: their database is none that Ripcord can use\n");
    assertThat(out() + err() + Files.readString(file())).doesNotContain(PASSWORD, "DATABASE_URL}");
  }

  /** Nobody waits for what hangs, and everything else is found all the same. */
  @Test
  void clusterAndServiceThatHang_areSaid() throws IOException {
    int hanging =
        vertx.createHttpServer().requestHandler(request -> {}).listen(0).await().actualPort();
    environment.put("KUBECONFIG", kubeconfig(hanging).toString());
    deadline = Duration.ofSeconds(4);
    int port = serve(true);
    compose(port);

    assertThat(run(false, "", List.of(hanging))).isZero();

    assertThat(out())
        .contains("▲ Kubernetes    ")
        .contains("HTTP          http://127.0.0.1:" + port)
        .doesNotContain("http://127.0.0.1:" + hanging);
    assertThat(read().source().metrics()).hasSize(1);
  }

  @Test
  void cluster_namesItsDeployments() throws IOException {
    int port =
        vertx
            .createHttpServer()
            .requestHandler(
                request ->
                    request
                        .response()
                        .end(
                            request.path().equals("/apis/apps/v1/namespaces/live/deployments")
                                ? "{\"items\":[{\"metadata\":{\"name\":\"cart\"}},{\"metadata\":{\"name\":\"shop\"}}]}"
                                : "{}"))
            .listen(0)
            .await()
            .actualPort();
    environment.put("KUBECONFIG", kubeconfig(port).toString());

    assertThat(run()).isZero();

    assertThat(out()).contains("✔ Kubernetes    context dev, namespace live: cart, shop\n");
    assertThat(Files.readString(file()))
        .contains("      kubernetes: {deployment: shop, namespace: live, context: dev}\n");
  }

  private Path kubeconfig(int port) throws IOException {
    return Files.writeString(
        temporary.resolve("kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        current-context: dev
        clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
        users: [{name: u, user: {token: t}}]
        contexts: [{name: dev, context: {cluster: c, user: u, namespace: live}}]
        """
            .formatted(port));
  }
}
