package dev.ripcord.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ripcord.Compose;
import dev.ripcord.DockerEngine;
import dev.ripcord.TestPostgres;
import dev.ripcord.cli.console.Console;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
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

  /** What a pod of a document is made of. */
  private static JsonNode pod(JsonNode workload) {
    return workload.at("/spec/template/spec");
  }

  private static JsonNode ofKind(String file, String kind) throws IOException {
    return documents(file).stream()
        .filter(document -> document.path("kind").asText().equals(kind))
        .findFirst()
        .orElseThrow();
  }

  private static List<JsonNode> workloads() throws IOException {
    return List.of(
        ofKind("kubernetes/migrate-job.yaml", "Job"),
        ofKind("kubernetes/init-container.yaml", "Deployment"),
        ofKind("argocd/migrate-hook.yaml", "Job"));
  }

  @Test
  void kubernetes_runsOurCommands_withTheUrlFromASecret() throws IOException {
    for (JsonNode workload : workloads()) {
      List<JsonNode> containers =
          nodes(workload)
              .filter(node -> node.path("image").asText().contains("/ripcord:"))
              .toList();
      assertThat(containers).hasSize(1);
      JsonNode container = containers.getFirst();
      assertIsOurs(words(container.path("args")));
      assertThat(container.path("env").path(0).toString())
          .isEqualTo(
              "{\"name\":\"DATABASE_URL\",\"valueFrom\":{\"secretKeyRef\":{\"name\":"
                  + "\"shop-database\",\"key\":\"url\"}}}");
      assertThat(pod(workload).path("enableServiceLinks").asBoolean(true)).isFalse();
    }
  }

  /**
   * The profile "restricted" of Kubernetes' Pod Security Standards asks these of each container.
   */
  @Test
  void kubernetes_isAllowedWhereOnlyRestrictedPodsAre() throws IOException {
    for (JsonNode workload : workloads()) {
      JsonNode pod = pod(workload);
      assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
      assertThat(pod.at("/securityContext/seccompProfile/type").asText())
          .isEqualTo("RuntimeDefault");
      List<JsonNode> containers = nodes(workload).filter(node -> node.hasNonNull("image")).toList();
      assertThat(containers).isNotEmpty();
      for (JsonNode container : containers) {
        JsonNode rights = container.path("securityContext");
        assertThat(rights.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
        assertThat(words(rights.at("/capabilities/drop"))).containsExactly("ALL");
      }
    }
  }

  @Test
  void kubernetesJobs_runOnce_areNotCutOff_andNoServiceFindsTheirPods() throws IOException {
    JsonNode service = ofKind("kubernetes/init-container.yaml", "Deployment");
    for (JsonNode job : List.of(workloads().getFirst(), workloads().getLast())) {
      assertThat(job.at("/spec/backoffLimit").asInt(-1)).isZero();
      assertThat(job.at("/spec/podReplacementPolicy").asText()).isEqualTo("Failed");
      assertThat(job.at("/spec/template/spec/restartPolicy").asText()).isEqualTo("Never");
      assertThat(job.at("/spec").has("activeDeadlineSeconds")).isFalse();
      assertThat(job.at("/spec/template/metadata/labels/app.kubernetes.io~1name").asText())
          .isNotEqualTo(service.at("/spec/selector/matchLabels/app.kubernetes.io~1name").asText());
    }
  }

  /** With one name for all releases, the pods that a rollback brings back would migrate anew. */
  @Test
  void kubernetesMigrations_areNamedByTheRelease() throws IOException {
    JsonNode deployment = ofKind("kubernetes/init-container.yaml", "Deployment");
    List<String> command = words(deployment.at("/spec/template/spec/initContainers/0/args"));
    String map = deployment.at("/spec/template/spec/volumes/0/configMap/name").asText();
    assertThat(map).endsWith("-" + command.getLast());
    JsonNode itself = ofKind("kubernetes/init-container.yaml", "ConfigMap");
    assertThat(itself.at("/metadata/name").asText()).isEqualTo(map);
    assertThat(itself.path("immutable").asBoolean()).isTrue();

    JsonNode job = ofKind("kubernetes/migrate-job.yaml", "Job");
    assertThat(job.at("/spec/template/spec/volumes/0/configMap/name").asText())
        .endsWith("-${RELEASE}");
    assertThat(job.at("/metadata/name").asText()).endsWith("-${RELEASE}");
  }

  @Test
  void migrationsInTheFiles_areAPairThatOurFolderReads(@TempDir Path dir) throws IOException {
    for (String file : List.of("kubernetes/init-container.yaml", "argocd/migrate-hook.yaml")) {
      Path folder = Files.createDirectory(dir.resolve(Path.of(file).getFileName()));
      JsonNode map = ofKind(file, "ConfigMap");
      for (Map.Entry<String, JsonNode> entry : map.path("data").properties()) {
        Files.writeString(folder.resolve(entry.getKey()), entry.getValue().asText());
      }
      String[] sql = {"migrate", "sql", "up", "--dir", folder.toString()};
      assertThat(Cli.run(sql, console(Map.of()), clocks()))
          .as(said.toString(StandardCharsets.UTF_8))
          .isZero();
      assertThat(said.toString(StandardCharsets.UTF_8)).contains("ADD COLUMN email");
      said.reset();
    }
  }

  /** That it does what it says when it is run: ComposeEndToEndTest. */
  @Test
  void compose_isValid_andSaysWhatIsMissing(@TempDir Path dir) throws IOException {
    Compose compose = Compose.orSkip();
    Files.copy(CONFIG.resolve("compose/compose.yaml"), dir.resolve("compose.yaml"));
    Map<String, String> all =
        Map.of(
            "POSTGRES_PASSWORD", "p", "RIPCORD_TOKEN", "t", "DOCKER_GROUP", "1", "RELEASE", "43");

    DockerEngine.Ran valid = compose.run(dir, all, "config");

    assertThat(valid.code()).as(valid.output()).isZero();
    assertThat(valid.output())
        .contains("ghcr.io/acme/shop:43")
        .doesNotContainIgnoringCase("warn", "obsolete", "deprecated");
    for (String variable : all.keySet()) {
      Map<String, String> others = new HashMap<>(all);
      others.remove(variable);
      DockerEngine.Ran refused = compose.run(dir, others, "config");
      assertThat(refused.code()).as(variable).isNotZero();
      assertThat(refused.output()).contains(variable, "set it in .env");
    }
  }

  @Test
  void compose_runsOurCommands_onOurConfiguration() throws IOException {
    JsonNode services = documents("compose/compose.yaml").getFirst().path("services");
    assertIsOurs(words(services.at("/migrate/command")));
    String[] check = {"config", "check", CONFIG.resolve("compose/ripcord.yaml").toString()};
    Console console =
        console(
            Map.of(
                "RIPCORD_TOKEN",
                "t",
                "POSTGRES_HOST",
                "db",
                "POSTGRES_USER",
                "shop",
                "POSTGRES_DB",
                "shop",
                "POSTGRES_PASSWORD",
                "p"));
    assertThat(Cli.run(check, console, clocks()))
        .as(said.toString(StandardCharsets.UTF_8))
        .isZero();
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
    assertThat(documents("github/deploy.yml").getFirst().path("concurrency").toString())
        .isEqualTo("{\"group\":\"shop-production\",\"cancel-in-progress\":false}");
  }

  /** The options that a script of a piece gives, wherever they stand in it. */
  private static List<String> options(String script) {
    return Pattern.compile("(?<![\\w-])--[a-z][a-z-]+")
        .matcher(script.replaceAll("(?m)^.*--version.*$", ""))
        .results()
        .map(MatchResult::group)
        .distinct()
        .toList();
  }

  private void assertHasOptions(String command, String script) {
    CommandLine line =
        Objects.requireNonNull(Cli.line(console(Map.of()), clocks()).getSubcommands().get(command));
    assertThat(options(script)).as(command).isNotEmpty();
    assertThat(options(script))
        .allSatisfy(
            option -> assertThat(line.getCommandSpec().findOption(option)).as(option).isNotNull());
  }

  @Test
  void githubAction_hasAnOutputForEachOfOurs_andItsInputsAreNoPieceOfItsScript()
      throws IOException {
    JsonNode action = documents("github/action.yml").getFirst();
    assertThat(action.at("/runs/using").asText()).isEqualTo("composite");
    List<String> outputs = new ArrayList<>();
    action.path("outputs").fieldNames().forEachRemaining(outputs::add);
    assertThat(outputs)
        .containsExactly("outcome", "exit-code", "error-rate", "rolled-back-to", "report");
    outputs.forEach(
        name ->
            assertThat(action.path("outputs").path(name).path("value").asText())
                .isEqualTo("${{ steps.ripcord.outputs." + name + " }}"));
    JsonNode step = action.at("/runs/steps/0");
    assertThat(step.path("id").asText()).isEqualTo("ripcord");
    assertThat(step.path("run").asText()).doesNotContain("${{");
    List<String> inputs = new ArrayList<>();
    action.path("inputs").fieldNames().forEachRemaining(inputs::add);
    assertThat(words(step.path("env")))
        .containsExactlyInAnyOrderElementsOf(
            inputs.stream().map(name -> "${{ inputs." + name + " }}").toList());
  }

  @Test
  void githubAction_givesEachCommandOptionsThatItHas() throws IOException {
    String script = documents("github/action.yml").getFirst().at("/runs/steps/0/run").asText();
    String both = script.substring(script.indexOf("args=("), script.indexOf("case $COMMAND"));
    String deploy = script.substring(script.indexOf("  deploy)"), script.indexOf("  watch)"));
    String watch = script.substring(script.indexOf("  watch)"), script.indexOf("  *)"));
    assertHasOptions("deploy", both + deploy);
    assertHasOptions("watch", both + watch);
  }

  @Test
  void githubExample_givesTheActionInputsThatItHas() throws IOException {
    JsonNode inputs = documents("github/action.yml").getFirst().path("inputs");
    JsonNode used =
        nodes(documents("github/watch.yml").getFirst())
            .filter(node -> node.path("uses").asText().startsWith("./"))
            .findFirst()
            .orElseThrow()
            .path("with");
    used.fieldNames().forEachRemaining(name -> assertThat(inputs.has(name)).as(name).isTrue());
  }

  @Test
  void gitlab_runsOurCommands_andTakesWhatTheyWrite() throws IOException {
    JsonNode pipeline = documents("gitlab/ripcord.gitlab-ci.yml").getFirst();
    for (String verb : List.of("deploy", "watch")) {
      String command = pipeline.path(".ripcord-" + verb).path("script").path(0).asText();
      List<String> words =
          List.of(command.replace("\"", "").replace("$BAKE", "15m").split(" +", -1));
      assertIsOurs(words.subList(1, words.size()));
      JsonNode reports = pipeline.at("/.ripcord/artifacts/reports");
      assertThat(command)
          .contains("--junit " + reports.path("junit").asText())
          .contains("--dotenv " + reports.path("dotenv").asText());
    }
    assertThat(pipeline.at("/.ripcord/artifacts/when").asText()).isEqualTo("always");
  }

  @Test
  void jenkins_runsOurCommand_andTakesWhatItWrites() throws IOException {
    String file = Files.readString(CONFIG.resolve("jenkins/Jenkinsfile"));
    String command = file.replaceAll("(?s).*script: '(ripcord [^']*)'.*", "$1");
    List<String> words = List.of(command.replace("\"", "").split(" +", -1));
    assertIsOurs(words.subList(1, words.size()));
    assertThat(file).contains("junit testResults: 'ripcord.xml'");
    assertThat(command).contains("--junit ripcord.xml");
  }

  @Test
  void argoWorkflowsAndTekton_giveOptionsThatThereAre_andValuesByTheEnvironment()
      throws IOException {
    JsonNode argo = documents("argo-workflows/watch.yaml").getFirst();
    JsonNode tekton = documents("tekton/ripcord-watch.yaml").getFirst();
    assertThat(argo.path("kind").asText()).isEqualTo("WorkflowTemplate");
    assertThat(tekton.path("kind").asText()).isEqualTo("Task");
    String ofArgo = argo.at("/spec/templates/0/container/args/0").asText();
    String ofTekton = tekton.at("/spec/steps/0/script").asText();
    for (String script : List.of(ofArgo, ofTekton)) {
      assertHasOptions("watch", script);
      assertThat(script).contains("ripcord watch ").doesNotContain("{{", "$(params");
    }
  }

  @Test
  void argo_isAnApplication_thatDoesNotUndoARollback() throws IOException {
    JsonNode application = documents("argocd/application.yaml").getFirst();
    assertThat(application.path("kind").asText()).isEqualTo("Application");
    assertThat(application.at("/spec/syncPolicy/automated/selfHeal").asBoolean(true)).isFalse();
    assertThat(application.at("/spec/syncPolicy/retry/limit").asInt(-1)).isZero();
  }

  /** What is no hook is applied after the hooks, and so too late for them. */
  @Test
  void argoHook_isRunBeforeTheSync_afterItsMigrations() throws IOException {
    JsonNode map = ofKind("argocd/migrate-hook.yaml", "ConfigMap");
    JsonNode job = ofKind("argocd/migrate-hook.yaml", "Job");
    for (JsonNode hook : List.of(map, job)) {
      JsonNode annotations = hook.at("/metadata/annotations");
      assertThat(annotations.path("argocd.argoproj.io/hook").asText()).isEqualTo("PreSync");
      assertThat(annotations.path("argocd.argoproj.io/hook-delete-policy").asText())
          .isEqualTo("BeforeHookCreation");
    }
    assertThat(map.at("/metadata/annotations/argocd.argoproj.io~1sync-wave").asText())
        .isEqualTo("-1");
    assertThat(pod(job).at("/volumes/0/configMap/name").asText())
        .isEqualTo(map.at("/metadata/name").asText());
  }

  @Test
  void roleForMigrations_isEnoughForThem_andTheServiceCanOnlyUseTheTables(@TempDir Path dir)
      throws IOException {
    PgConnectOptions database = TestPostgres.freshDatabase();
    String unique = database.getDatabase();
    String sql =
        Files.readString(CONFIG.resolve("postgres/migration-role.sql"))
            .replace("shop_", unique + "_");
    TestPostgres.execute(database, "CREATE TABLE old (id int); INSERT INTO old VALUES (1)");
    TestPostgres.execute(database, sql);
    TestPostgres.execute(
        database,
        "ALTER ROLE %s_migrator PASSWORD 'm'; ALTER ROLE %s_app PASSWORD 'a'"
            .formatted(unique, unique));
    TestPostgres.execute(database, "CREATE ROLE %s_stranger LOGIN PASSWORD 's'".formatted(unique));
    PgConnectOptions stranger =
        new PgConnectOptions(database).setUser(unique + "_stranger").setPassword("s");
    assertThatThrownBy(() -> TestPostgres.execute(stranger, "SELECT 1"))
        .hasMessageContaining("permission denied for database");
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
    TestPostgres.execute(app, "INSERT INTO orders (total) SELECT id FROM old");
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
    String[] down = {"migrate", "down", "--accept-loss", "--dir", folder};
    assertThat(Cli.run(down, console(environment), clocks()))
        .as(said.toString(StandardCharsets.UTF_8))
        .isZero();
  }
}
