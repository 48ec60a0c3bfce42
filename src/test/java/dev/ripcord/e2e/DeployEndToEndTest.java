package dev.ripcord.e2e;

import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.serverError;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.ripcord.TestPostgres;
import dev.ripcord.e2e.LoopbackService.Mode;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One command deploys: what it asks before, what it does, how it ends. */
@Order(1)
final class DeployEndToEndTest {
  private static final String TABLES =
      "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";

  private final PgConnectOptions journal = TestPostgres.freshJournal();
  private final PgConnectOptions shop = TestPostgres.freshDatabase();
  private final Sql shopSql = new Sql(shop);
  private final List<AutoCloseable> open = new ArrayList<>();
  @TempDir private Path folder;

  @BeforeEach
  void begin() throws IOException {
    write("image", "shop:1");
    write("switch.sh", "echo \"$RIPCORD_IMAGE\" > '" + image() + "'");
    Files.createDirectory(folder.resolve("migrations"));
    write("migrations/01_add_orders_up.sql", "CREATE TABLE orders (id int PRIMARY KEY);");
    write("migrations/01_add_orders_down.sql", "DROP TABLE orders;");
    LoopbackService service = new LoopbackService(Mode.AS_THE_FILE_SAYS, image());
    open.add(service);
    write(
        "ripcord.yaml",
        """
        database: %s
        interval: 500ms
        timeout: 400ms
        bake: 4s
        services:
          shop:
            url: http://127.0.0.1:%d/health
            metrics: http://127.0.0.1:%d/metrics
            migrations: {dir: migrations, database: "%s"}
            platform: {command: {switch: [sh, %s], current: [cat, %s]}}
        """
            .formatted(
                TestPostgres.url(journal),
                service.port(),
                service.port(),
                TestPostgres.url(shop),
                folder.resolve("switch.sh"),
                image()));
  }

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
    shopSql.close();
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text + "\n");
  }

  private Path image() {
    return folder.resolve("image");
  }

  private boolean withoutDump;

  private String runs() throws IOException {
    return Files.readString(image()).strip();
  }

  private Ripcord deploy(String image, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("deploy", "-c", folder.resolve("ripcord.yaml").toString(), "--image", image));
    arguments.addAll(Arrays.asList(more));
    Map<String, String> environment =
        withoutDump ? Map.of("PATH", noDump() + ":" + System.getenv("PATH")) : Map.of();
    Ripcord deploy = Ripcord.begin(folder, environment, arguments.toArray(String[]::new));
    open.add(deploy);
    return deploy;
  }

  /** A folder whose pg_dump is too old for any server. */
  private Path noDump() {
    try {
      Path bin = Files.createDirectories(folder.resolve("bin"));
      Path old = bin.resolve("pg_dump");
      Files.writeString(old, "#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n");
      Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rwxr-xr-x"));
      return bin;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void goodRelease_isMigrated_switched_provedHealthy_andStage2IsOpen() throws IOException {
    write("migrations/02_drop_fax_up.sql", "DROP TABLE IF EXISTS fax;");
    write("migrations/02_drop_fax_down.sql", "CREATE TABLE fax ();");

    Ripcord deploy = deploy("shop:3", "--checklist");

    assertThat(deploy.exit()).as(deploy.said()).isZero();
    assertThat(runs()).isEqualTo("shop:3");
    assertThat(shopSql.rows(TABLES)).containsExactly("orders");
    assertThat(deploy.out())
        .contains("deploying shop 3: shop:3 (now :1)")
        .contains("1 migration of stage 1 is pending: 01_add_orders")
        .contains("01_add_orders applied in")
        .contains("can be rolled back: 1 down migration")
        .contains("healthy after")
        .contains(
            "Next: stage 2 is open now: 02_drop_fax, needs an approval: ripcord migrate stage2"
                + " --approved-by NAME --release 3")
        .containsPattern("✔ stage 1 run")
        .containsPattern("✔ health confirmed")
        .containsPattern("· backup taken: no +not asked for: --backup")
        .containsPattern("· stage 2 run: no +waits for an approval");
  }

  @Test
  void badRelease_goesBackWithItsMigration_andIsNotDeployedAgainByMistake() throws IOException {
    Ripcord bad = deploy("shop:2", "--for", "1m");

    assertThat(bad.exit()).as(bad.said()).isEqualTo(10);
    assertThat(runs()).isEqualTo("shop:1");
    assertThat(shopSql.rows(TABLES)).isEmpty();

    Ripcord again = deploy("shop:2", "--release", "again");
    assertThat(again.exit()).as(again.said()).isEqualTo(4);
    assertThat(again.err()).contains("shop:2 was rolled back before").contains("--retry");
    assertThat(runs()).isEqualTo("shop:1");
    assertThat(shopSql.rows(TABLES)).isEmpty();
  }

  @Test
  void manualMigrate_withPendingOnes_stopsBeforeAnything_skipLeavesThemAlone() throws IOException {
    Ripcord manual = deploy("shop:3", "--manual-migrate");
    assertThat(manual.exit()).as(manual.said()).isEqualTo(3);
    assertThat(manual.err()).contains("ripcord migrate stage1 --release 3");
    assertThat(runs()).isEqualTo("shop:1");

    Ripcord skip = deploy("shop:3", "--skip-migrate", "--no-health-check");
    assertThat(skip.exit()).as(skip.said()).isZero();
    assertThat(runs()).isEqualTo("shop:3");
    assertThat(shopSql.rows(TABLES)).isEmpty();
  }

  @Test
  void migrationWithoutAWayBack_isRefused_unlessThatIsMeant() throws IOException {
    Files.delete(folder.resolve("migrations/01_add_orders_down.sql"));
    write(
        "migrations/01_add_orders_up.sql",
        "-- down: none, because nothing reads it\nCREATE TABLE orders (id int PRIMARY KEY);");

    Ripcord refused = deploy("shop:3");
    assertThat(refused.exit()).as(refused.said()).isEqualTo(4);
    assertThat(refused.err())
        .contains("01_add_orders has no down migration")
        .contains("--forward-only");
    assertThat(runs()).isEqualTo("shop:1");
    assertThat(shopSql.rows(TABLES)).isEmpty();

    Ripcord meant = deploy("shop:3", "--forward-only", "--no-health-check");
    assertThat(meant.exit()).as(meant.said()).isZero();
    assertThat(shopSql.rows(TABLES)).containsExactly("orders");
  }

  @Test
  void riskyMigration_isLeftToAPerson_unlessTheRiskIsAccepted() throws IOException {
    write("migrations/02_change_orders_up.sql", "ALTER TABLE orders ALTER id TYPE bigint;");
    write("migrations/02_change_orders_down.sql", "ALTER TABLE orders ALTER id TYPE int;");

    Ripcord refused = deploy("shop:3");
    assertThat(refused.exit()).as(refused.said()).isEqualTo(4);
    assertThat(refused.err())
        .contains("02_change_orders: risk high")
        .contains("ripcord migrate check");
    assertThat(runs()).isEqualTo("shop:1");
    assertThat(shopSql.rows(TABLES)).isEmpty();

    withoutDump = true;
    Ripcord unsaved = deploy("shop:3", "--accept-risk", "high");
    assertThat(unsaved.exit()).as(unsaved.said()).isEqualTo(4);
    assertThat(unsaved.err()).contains("the policy requires a backup, and no backup can be taken");
    assertThat(shopSql.rows(TABLES)).isEmpty();
  }

  @Test
  void index_waitsForAReview_whichItsFileNames() throws IOException {
    assertThat(shopSql.rows("CREATE TABLE old (id int)")).isEmpty();
    write("migrations/02_index_orders_up.sql", "CREATE INDEX old_id ON old (id);");
    write("migrations/02_index_orders_down.sql", "DROP INDEX old_id;");

    Ripcord refused = deploy("shop:3", "--no-health-check");
    assertThat(refused.exit()).as(refused.said()).isEqualTo(4);
    assertThat(refused.err())
        .contains("02_index_orders: risk medium, which needs a review")
        .contains("-- reviewer: NAME");
    assertThat(runs()).isEqualTo("shop:1");

    write(
        "migrations/02_index_orders_up.sql", "-- reviewer: ann\nCREATE INDEX old_id ON old (id);");
    Ripcord reviewed = deploy("shop:3", "--no-health-check");
    assertThat(reviewed.exit()).as(reviewed.said()).isZero();
    assertThat(reviewed.out()).contains("the policy recommends one: --backup");
  }

  @Test
  void policyOfTheConfiguration_saysWhatRunsByItself() throws IOException {
    Path file = folder.resolve("ripcord.yaml");
    String plain = Files.readString(file);
    write("migrations/02_change_orders_up.sql", "ALTER TABLE orders ALTER id TYPE bigint;");
    write("migrations/02_change_orders_down.sql", "ALTER TABLE orders ALTER id TYPE int;");

    policy(plain, "low: {run: by-hand}");
    Ripcord strict = deploy("shop:3", "--no-health-check");
    assertThat(strict.exit()).as(strict.said()).isEqualTo(4);
    assertThat(strict.err()).contains("01_add_orders: risk low, which a person runs by hand");

    policy(plain, "high: {run: automatic, backup: optional}");
    Ripcord loose = deploy("shop:3", "--no-health-check");
    assertThat(loose.exit()).as(loose.said()).isZero();
    assertThat(shopSql.rows(TABLES)).containsExactly("orders");
  }

  private void policy(String plain, String rule) throws IOException {
    Files.writeString(
        folder.resolve("ripcord.yaml"),
        plain.replace("{dir: migrations,", "{dir: migrations, policy: {" + rule + "},"));
  }

  @Test
  void plan_keepsWhatWouldBeLost_orLeavesItApplied() throws IOException {
    Path file = folder.resolve("ripcord.yaml");
    String plain = Files.readString(file);
    verify(0);
    Ripcord deploy = deploy("shop:3", "--no-health-check");
    assertThat(deploy.exit()).as(deploy.said()).isZero();
    assertThat(plan("text", 0).out()).contains("guarded, and its checks hold now");
    assertThat(shopSql.rows("INSERT INTO orders SELECT generate_series(1, 12)")).isEmpty();

    assertThat(plan("text", 0).out())
        .containsPattern("down +01_add_orders")
        .contains("12 rows against it; what is lost is kept (ripcord salvage list)");
    Files.writeString(
        file, plain.replace("{dir: migrations,", "{dir: migrations, losses: {act: defer},"));
    assertThat(plan("text", 0).out())
        .containsPattern(
            "the down of 01_add_orders may lose something now \\(.*12 rows against it\\)")
        .doesNotContainPattern("down +01_add_orders");
    assertThat(plan("json", 0).out()).contains("\"kept\":[\"01_add_orders\"]");
  }

  @Test
  void plan_saysWhatGoingBackCosts() throws IOException {
    write("migrations/02_change_orders_up.sql", "ALTER TABLE orders ALTER id TYPE bigint;");
    write("migrations/02_change_orders_down.sql", "ALTER TABLE orders ALTER id TYPE int;");
    String plain = Files.readString(folder.resolve("ripcord.yaml"));
    policy(plain, "high: {run: automatic, backup: optional}");
    verify(0);
    Ripcord deploy = deploy("shop:3", "--no-health-check");
    assertThat(deploy.exit()).as(deploy.said()).isZero();
    assertThat(shopSql.rows("INSERT INTO orders SELECT generate_series(1, 12)")).isEmpty();

    assertThat(plan("text", 4).out())
        .containsPattern("01_add_orders +guarded, and its checks do not hold now")
        .contains("12 rows against it");
    assertThat(plan("json", 4).out())
        .contains("\"verdict\":\"guarded\"")
        .contains("\"against\":12")
        .contains("\"locks\":[{");
  }

  private Ripcord plan(String format, int exit) {
    Ripcord plan =
        Ripcord.run(
            folder,
            "plan",
            "-c",
            folder.resolve("ripcord.yaml").toString(),
            "--release",
            "3",
            "--previous-image",
            "shop:1",
            "-o",
            format);
    open.add(plan);
    assertThat(plan.exit()).as(plan.said()).isEqualTo(exit);
    return plan;
  }

  @Test
  void migrationThatWasTriedAndCannotGoBack_isRefused_oneThatWasProved_isTold() throws IOException {
    write("migrations/01_add_orders_down.sql", "SELECT 1;");
    verify(4);
    Ripcord refused = deploy("shop:3");
    assertThat(refused.exit()).as(refused.said()).isEqualTo(4);
    assertThat(refused.err())
        .contains("01_add_orders was verified and cannot be reverted")
        .contains("--forward-only");
    assertThat(shopSql.rows(TABLES)).isEmpty();

    write("migrations/01_add_orders_down.sql", "DROP TABLE orders;");
    verify(0);
    Ripcord deploy = deploy("shop:3", "--no-health-check", "--checklist");
    assertThat(deploy.exit()).as(deploy.said()).isZero();
    assertThat(deploy.out())
        .contains("reversibility: 01_add_orders")
        .containsPattern("✔ rollback verified");
  }

  private void verify(int exit) {
    shopSql.close(); // A database in which somebody is cannot be a template.
    Ripcord verify =
        Ripcord.begin(
            folder,
            Map.of("DATABASE_URL", TestPostgres.url(shop)),
            "migrate",
            "verify",
            "--dir",
            folder.resolve("migrations").toString());
    open.add(verify);
    assertThat(verify.exit()).as(verify.said()).isEqualTo(exit);
  }

  @Test
  void failingMigration_leavesTheImageAlone_andSaysSoAsJson() throws IOException {
    write("migrations/01_add_orders_up.sql", "CREATE TABLE orders (id nonsense);");

    Ripcord failed = deploy("shop:3", "-o", "json");

    assertThat(failed.exit()).as(failed.said()).isEqualTo(5);
    assertThat(failed.out().lines().toList().getLast())
        .contains("\"event\":\"finished\"")
        .contains("\"exitCode\":5")
        .contains("nonsense");
    assertThat(runs()).isEqualTo("shop:1");
  }

  @Test
  void migrationThatFails_isToldToPeople_byWhoeverRanIt() throws IOException {
    WireMockServer slack = new WireMockServer(options().dynamicPort());
    slack.start();
    open.add(slack::stop);
    slack.stubFor(post("/slack").willReturn(ok("ok")));
    write("migrations/01_add_orders_up.sql", "CREATE TABLE orders (id nonsense);");
    Map<String, String> environment =
        Map.of(
            "SLACK_WEBHOOK_URL",
            slack.baseUrl() + "/slack",
            "DATABASE_URL",
            TestPostgres.url(shop));
    String dir = folder.resolve("migrations").toString();

    Ripcord up = Ripcord.begin(folder, environment, "migrate", "up", "--dir", dir);
    open.add(up);

    assertThat(up.exit()).as(up.said()).isEqualTo(5);
    assertThat(slack.findAll(postRequestedFor(urlEqualTo("/slack"))))
        .singleElement()
        .satisfies(
            said ->
                assertThat(said.getBodyAsString())
                    .contains("failed")
                    .contains("nonsense")
                    .contains("01_add_orders_up.sql"));

    slack.stubFor(post("/slack").willReturn(serverError()));
    Ripcord again = Ripcord.begin(folder, environment, "migrate", "up", "--dir", dir);
    open.add(again);
    assertThat(again.exit()).as(again.said()).isEqualTo(5);
    assertThat(again.err())
        .contains("no alert was delivered by slack: answered 500")
        .doesNotContain(slack.baseUrl());
  }

  @Test
  void switchThatFails_saysThatTheDatabaseIsAhead_andHowToTakeThatBack() throws IOException {
    write("switch.sh", "echo no such image >&2; exit 1");

    Ripcord failed = deploy("shop:3");

    assertThat(failed.exit()).as(failed.said()).isEqualTo(12);
    assertThat(failed.err())
        .contains("the image was not put in place")
        .contains("no such image")
        .contains("01_add_orders; to revert them (shows what", "ripcord migrate down --release 3");
    assertThat(runs()).isEqualTo("shop:1");
  }
}
