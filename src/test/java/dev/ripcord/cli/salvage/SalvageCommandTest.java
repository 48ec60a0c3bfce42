package dev.ripcord.cli.salvage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.Permits;
import dev.ripcord.TestPostgres;
import dev.ripcord.cli.console.Console;
import dev.ripcord.config.MigrationSettings;
import dev.ripcord.migration.Applied;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.parse.SqlParser;
import dev.ripcord.port.Clocks;
import dev.ripcord.port.Schema;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.history.MigrationSetup;
import dev.ripcord.postgres.history.RunMetadata;
import dev.ripcord.postgres.migrate.MigrationRunner;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import dev.ripcord.postgres.migrate.salvage.SalvageRule;
import dev.ripcord.postgres.schema.PostgresSchema;
import dev.ripcord.release.Secret;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The subcommands, on a database in which a rollback kept something. */
final class SalvageCommandTest {
  private final PgConnectOptions database = TestPostgres.freshDatabase();
  private final Vertx vertx = Vertx.vertx();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @AfterEach
  void close() {
    get(vertx.close());
  }

  private static <T> T get(Future<T> future) {
    return future.timeout(60, TimeUnit.SECONDS).await();
  }

  private int run(String... arguments) {
    out.reset();
    err.reset();
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of(),
            false);
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--database-url", TestPostgres.url(database)));
    return SalvageCommand.commandLine(console, new Clocks(InstantSource.system(), System::nanoTime))
        .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
        .execute(all.toArray(String[]::new));
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** Two tables, one of which refers to the other, both dropped by a rollback of v2. */
  private Folder rolledBack() {
    Database target = Database.of(new Secret(TestPostgres.url(database)));
    Folder folder =
        Folder.of(
            List.of(
                new SourceFile(
                    "01_orders_up.sql",
                    "CREATE TABLE orders (id int PRIMARY KEY); CREATE TABLE lines (id int PRIMARY"
                        + " KEY, of int REFERENCES orders);"),
                new SourceFile("01_orders_down.sql", "DROP TABLE lines; DROP TABLE orders;")));
    up(folder);
    TestPostgres.execute(
        database, "INSERT INTO orders VALUES (1), (2); INSERT INTO lines VALUES (1, 1), (2, 2)");
    MigrationSettings.Losses usual = MigrationSettings.Losses.USUAL;
    PostgresSchema schema =
        new PostgresSchema(
            vertx,
            target,
            MigrationSetup.of("ripcord"),
            Optional.empty(),
            System::nanoTime,
            Optional.of(
                new SalvageRule(
                    usual.maxBytes(), usual.maxTime(), new SqlParser()::read, true, entry -> {})));
    Applied newest = get(schema.applied()).getLast();
    assertThat(get(schema.down(newest, "v2", Permits.granted()).map(Schema.Reverted::line)))
        .contains("lines", "orders");
    get(schema.close());
    return folder;
  }

  private void up(Folder folder) {
    Database target = Database.of(new Secret(TestPostgres.url(database)));
    MigrationRunner runner =
        new MigrationRunner(
            vertx, target, MigrationSetup.of("ripcord"), System::nanoTime, step -> {});
    assertThat(get(runner.upAll(folder, RunMetadata.by("tester"))))
        .isInstanceOf(MigrationOutcome.Done.class);
  }

  @Test
  void nothingKept_isSaid_andNothingIsMade() {
    assertThat(run("list")).isZero();
    assertThat(printed())
        .isEqualTo("Nothing is kept: neither a rollback nor a stage 2 has dropped a row here.\n");
    assertThat(run("list", "-o", "json")).isZero();
    assertThat(printed()).isEqualTo("{\"entries\":[]}\n");
    assertThat(run("purge", "--older-than", "1d", "--yes")).isZero();
    assertThat(printed()).isEqualTo("Nothing to purge.\n");
    assertThat(run("restore", "1")).isEqualTo(4);
    assertThat(said()).contains("nothing is kept under 1");
    assertThat(TestPostgres.ask(database, "SELECT to_regnamespace('ripcord')")).isEqualTo("null");
  }

  @Test
  void whatIsKept_isListed_restoredInTheOrderThatWorks_andPurged() {
    Folder folder = rolledBack();

    assertThat(run("list")).isZero();
    assertThat(printed())
        .contains("lines", "orders", "2 rows", "ripcord_salvage.s1_lines", "kept", "v2");
    assertThat(run("list", "-o", "json")).isZero();
    assertThat(printed())
        .contains("\"kind\":\"table\",\"schema\":\"public\",\"table\":\"lines\",\"column\":null")
        .contains(
            "\"rows\":2,\"keptAs\":\"ripcord_salvage.s1_lines\",\"keepUntil\":null,\"restoredAt\":null");
    assertThat(run("restore", "--release", "v2")).isEqualTo(4);
    assertThat(said())
        .contains("1: table public.lines is not there", "2: table public.orders is not there");

    up(folder);
    assertThat(run("restore", "--release", "v2")).as(this::said).isZero();
    assertThat(printed()).isEqualTo("✔ 2: 2 restored\n✔ 1: 2 restored\n");
    assertThat(TestPostgres.ask(database, "SELECT count(*) FROM lines")).isEqualTo("2");

    assertThat(run("purge", "1")).isEqualTo(4);
    assertThat(said())
        .contains("1 entry would be deleted for good, and stdin is not a terminal; pass --yes");
    assertThat(run("purge", "1", "--yes", "-o", "json")).isZero();
    assertThat(printed()).isEqualTo("{\"outcome\":\"done\",\"purged\":[1]}\n");
    assertThat(run("list")).isZero();
    assertThat(printed()).doesNotContain("s1_lines").contains("s2_orders", "restored");
    assertThat(run("list", "--all")).isZero();
    assertThat(printed()).contains("s1_lines", "purged");
  }

  @Test
  void badUsage_isRefused() {
    assertThat(run("restore")).isEqualTo(2);
    assertThat(said()).contains("name either ids or a --release");
    assertThat(run("purge")).isEqualTo(2);
    assertThat(run("purge", "--older-than", "soon")).isEqualTo(2);
    assertThat(run("purge", "7", "--yes")).isEqualTo(4);
    assertThat(said()).contains("nothing is kept under 7");
  }
}
