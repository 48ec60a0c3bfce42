package dev.ripcord.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ripcord.TestPostgres;
import dev.ripcord.port.Clocks;
import io.vertx.pgclient.PgConnectOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import picocli.CommandLine;

/** The pieces in config/ that people copy: they can be read, and their commands are ours. */
final class ReadyPiecesTest {
  private static final Path CONFIG = Path.of("config");

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  private Console console(Map<String, String> environment) {
    PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
    return new Console(out, out, environment, false);
  }

  private static Clocks clocks() {
    return new Clocks(InstantSource.system(), System::nanoTime);
  }

  private static List<JsonNode> documents(String file) throws IOException {
    Load load = new Load(LoadSettings.builder().build());
    List<JsonNode> documents = new ArrayList<>();
    load.loadAllFromString(Files.readString(CONFIG.resolve(file)))
        .forEach(document -> documents.add(new ObjectMapper().valueToTree(document)));
    return documents;
  }

  /** Every node of a document. */
  private static Stream<JsonNode> nodes(JsonNode node) {
    return Stream.concat(
        Stream.of(node),
        StreamSupport.stream(node.spliterator(), false).flatMap(ReadyPiecesTest::nodes));
  }

  private static List<String> words(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }

  private void assertIsOurs(List<String> command) {
    CommandLine program = Cli.line(console(Map.of()), clocks());
    assertThatCode(() -> program.parseArgs(command.toArray(String[]::new)))
        .as(String.join(" ", command))
        .doesNotThrowAnyException();
  }

  @Test
  void kubernetes_runsOurCommands_asNobody_withTheUrlFromASecret() throws IOException {
    for (String file : List.of("kubernetes/migrate-job.yaml", "kubernetes/init-container.yaml")) {
      List<JsonNode> containers =
          documents(file).stream()
              .flatMap(ReadyPiecesTest::nodes)
              .filter(node -> node.path("image").asText().contains("/ripcord:"))
              .toList();
      assertThat(containers).as(file).hasSize(1);
      JsonNode container = containers.getFirst();
      assertIsOurs(words(container.path("args")));
      assertThat(words(container.at("/securityContext/capabilities/drop"))).containsExactly("ALL");
      assertThat(container.path("env").path(0).toString())
          .isEqualTo(
              "{\"name\":\"DATABASE_URL\",\"valueFrom\":{\"secretKeyRef\":{\"name\":"
                  + "\"shop-database\",\"key\":\"url\"}}}");
      assertThat(
              documents(file)
                  .getFirst()
                  .at("/spec/template/spec/securityContext/runAsNonRoot")
                  .asBoolean())
          .isTrue();
    }
    JsonNode job = documents("kubernetes/migrate-job.yaml").getFirst();
    assertThat(job.path("kind").asText()).isEqualTo("Job");
    assertThat(job.at("/spec/backoffLimit").asInt(-1)).isZero();
    assertThat(job.at("/spec/template/spec/restartPolicy").asText()).isEqualTo("Never");
  }

  @Test
  void initContainersMigrations_areAPairThatOurFolderReads(@TempDir Path dir) throws IOException {
    JsonNode map = documents("kubernetes/init-container.yaml").get(1);
    for (Map.Entry<String, JsonNode> file : map.path("data").properties()) {
      Files.writeString(dir.resolve(file.getKey()), file.getValue().asText());
    }
    String[] sql = {"migrate", "sql", "up", "--dir", dir.toString()};
    assertThat(Cli.run(sql, console(Map.of()), clocks()))
        .as(said.toString(StandardCharsets.UTF_8))
        .isZero();
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("ADD COLUMN email");
  }

  @Test
  void compose_runsOurCommands_andMigratesBeforeTheService() throws IOException {
    JsonNode services = documents("compose/compose.yaml").getFirst().path("services");
    for (String ours : List.of("migrate", "ripcord")) {
      assertIsOurs(words(services.path(ours).path("command")));
    }
    assertThat(services.at("/shop/depends_on").toString())
        .isEqualTo("{\"migrate\":{\"condition\":\"service_completed_successfully\"}}");
    assertThat(Files.readString(CONFIG.resolve("compose/compose.yaml")))
        .containsPattern("POSTGRES_PASSWORD: \\$\\{POSTGRES_PASSWORD:\\?");
  }

  @Test
  void github_runsOurCommands_inTheOrderOfTheRules() throws IOException {
    List<List<String>> commands =
        documents("github/deploy.yml").stream()
            .flatMap(ReadyPiecesTest::nodes)
            .map(node -> node.path("run").asText())
            .filter(run -> run.startsWith("ripcord "))
            .map(run -> List.of(run.replace("\"", "").split(" +", -1)))
            .map(all -> all.subList(1, all.size()))
            .toList();
    assertThat(commands).extracting(List::getFirst).containsExactly("migrate", "deploy");
    commands.forEach(this::assertIsOurs);
  }

  @Test
  void argo_isAnApplication_thatDoesNotUndoARollback() throws IOException {
    JsonNode application = documents("argocd/application.yaml").getFirst();
    assertThat(application.path("kind").asText()).isEqualTo("Application");
    assertThat(application.at("/spec/syncPolicy/automated/selfHeal").asBoolean(true)).isFalse();
  }

  @Test
  void roleForMigrations_isEnoughForThem_andTheServiceCanOnlyUseTheTables(@TempDir Path dir)
      throws IOException {
    PgConnectOptions database = TestPostgres.freshDatabase();
    String unique = database.getDatabase();
    String sql =
        Files.readString(CONFIG.resolve("postgres/migration-role.sql"))
            .replace("shop_", unique + "_");
    TestPostgres.execute(database, sql);
    TestPostgres.execute(
        database,
        "ALTER ROLE %s_migrator PASSWORD 'm'; ALTER ROLE %s_app PASSWORD 'a'"
            .formatted(unique, unique));
    PgConnectOptions app = new PgConnectOptions(database).setUser(unique + "_app").setPassword("a");
    Files.writeString(
        dir.resolve("01_add_orders_up.sql"),
        "CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY, total int);");
    Files.writeString(dir.resolve("01_add_orders_down.sql"), "DROP TABLE orders;");
    String url =
        "postgresql://%s_migrator:m@127.0.0.1:%d/%s".formatted(unique, database.getPort(), unique);
    Map<String, String> environment = Map.of("DATABASE_URL", url);
    String folder = dir.toString();

    String[] up = {"migrate", "up", "--dir", folder};
    assertThat(Cli.run(up, console(environment), clocks()))
        .as(said.toString(StandardCharsets.UTF_8))
        .isZero();
    TestPostgres.execute(app, "INSERT INTO orders (total) VALUES (7)");
    for (String forbidden :
        List.of(
            "CREATE TABLE mine ()",
            "ALTER TABLE orders ADD COLUMN x int",
            "SELECT * FROM ripcord.migration_history",
            "TRUNCATE orders")) {
      assertThatThrownBy(() -> TestPostgres.execute(app, forbidden))
          .as(forbidden)
          .hasMessageMatching("(?s).*(permission denied|must be owner).*");
    }
    String[] down = {"migrate", "down", "--dir", folder};
    assertThat(Cli.run(down, console(environment), clocks()))
        .as(said.toString(StandardCharsets.UTF_8))
        .isZero();
  }
}
