package dev.ripcord.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.HostPostgres;
import dev.ripcord.TestPostgres;
import dev.ripcord.cli.Cli;
import dev.ripcord.cli.console.Console;
import dev.ripcord.port.Clocks;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A backup is written and can be read; a restore takes its place and keeps what was there. */
final class MigrateBackupTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final Vertx vertx = Vertx.vertx();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  @TempDir private Path dir;

  @AfterEach
  void end() {
    vertx.close().timeout(10, TimeUnit.SECONDS).await();
  }

  private int run(PgConnectOptions database, String... arguments) {
    out.reset();
    err.reset();
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of("DATABASE_URL", HostPostgres.url(database)),
            false);
    List<String> all = new ArrayList<>(List.of("migrate"));
    all.addAll(Arrays.asList(arguments));
    return Cli.run(all.toArray(String[]::new), console, new Clocks(() -> NOW, System::nanoTime));
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
  }

  private List<String> rows(PgConnectOptions database, String sql) {
    List<String> texts = new ArrayList<>();
    PgConnection connection =
        PgConnection.connect(vertx, database).timeout(10, TimeUnit.SECONDS).await();
    for (Row row : connection.query(sql).execute().timeout(10, TimeUnit.SECONDS).await()) {
      texts.add(String.valueOf(row.getValue(0)));
    }
    connection.close().timeout(10, TimeUnit.SECONDS).await();
    return texts;
  }

  private static PgConnectOptions named(PgConnectOptions database, String name) {
    return new PgConnectOptions(database).setDatabase(name);
  }

  @Test
  void restore_bringsBackWhatTheBackupHolds_andKeepsWhatWasThere() {
    PgConnectOptions shop = HostPostgres.freshDatabase("shop_restored");
    TestPostgres.execute(
        shop,
        "CREATE TABLE customer (id int PRIMARY KEY, name text); INSERT INTO customer VALUES (1,"
            + " 'ann'), (2, 'bob'); CREATE ROLE reader_of_shop; ALTER DATABASE shop_restored SET"
            + " statement_timeout = '7s'; REVOKE CONNECT ON DATABASE shop_restored FROM PUBLIC;"
            + " GRANT CONNECT ON DATABASE shop_restored TO reader_of_shop");
    String settings =
        "SELECT setconfig::text || (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM"
            + " pg_database d, unnest(d.datacl) a WHERE d.oid = setdatabase) FROM"
            + " pg_db_role_setting WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname"
            + " = current_database())";
    List<String> before = rows(shop, settings);
    Path file = dir.resolve("shop.dump");
    assertThat(run(shop, "backup", file.toString())).as(said()).isZero();
    assertThat(said()).contains("readable by pg_restore");
    TestPostgres.execute(shop, "DROP TABLE customer; CREATE TABLE later (n int)");

    assertThat(run(shop, "restore", file.toString(), "--yes")).as(said()).isZero();

    String kept = "shop_restored_before_20260102T030405Z";
    assertThat(said()).contains("kept as database " + kept).contains("DROP DATABASE \"" + kept);
    assertThat(rows(shop, "SELECT name FROM customer ORDER BY id")).containsExactly("ann", "bob");
    assertThat(rows(shop, settings)).isEqualTo(before).hasSize(1);
    assertThat(rows(named(shop, kept), "SELECT count(*) FROM later")).containsExactly("0");
  }

  @Test
  void restore_whileSomebodyIsInTheDatabase_isRefusedAndChangesNothing() {
    PgConnectOptions shop = HostPostgres.freshDatabase("shop_used");
    Path file = dir.resolve("shop.dump");
    assertThat(run(shop, "backup", file.toString())).as(said()).isZero();
    PgConnectOptions application = new PgConnectOptions(shop);
    application.addProperty("application_name", "till 4");
    PgConnection open =
        PgConnection.connect(vertx, application).timeout(10, TimeUnit.SECONDS).await();

    assertThat(run(shop, "restore", file.toString(), "--yes")).as(said()).isEqualTo(1);

    assertThat(said()).contains("till 4").contains("stop the application").contains("Nothing was");
    open.close().timeout(10, TimeUnit.SECONDS).await();
    assertThat(databasesLike(shop, "shop_used")).containsExactly("shop_used");
  }

  @Test
  void restore_ofWhatIsNoBackup_orBreaksOff_leavesTheDatabaseAsItWas() throws IOException {
    PgConnectOptions shop = HostPostgres.freshDatabase("shop_broken");
    TestPostgres.execute(shop, "CREATE TABLE customer AS SELECT generate_series(1, 20000) AS id");
    Path file = dir.resolve("shop.dump");
    assertThat(run(shop, "backup", file.toString())).as(said()).isZero();
    byte[] whole = Files.readAllBytes(file);
    Path half = Files.write(dir.resolve("half"), Arrays.copyOf(whole, whole.length / 2));
    Path none = Files.writeString(dir.resolve("none"), "not a dump");

    for (Path bad : List.of(half, none)) {
      assertThat(run(shop, "restore", bad.toString(), "--yes")).as(said()).isEqualTo(1);
      assertThat(said()).contains("pg_restore");
    }
    assertThat(run(shop, "restore", dir.resolve("absent").toString(), "--yes")).isEqualTo(2);
    assertThat(run(shop, "restore", file.toString())).isEqualTo(4);
    assertThat(said()).contains("stdin is not a terminal");
    assertThat(rows(shop, "SELECT count(*) FROM customer")).containsExactly("20000");
    assertThat(databasesLike(shop, "shop_broken")).containsExactly("shop_broken");
  }

  @Test
  void restore_ofTablesAlone_putsThemBeside_andSaysWhatIsMissing() throws Exception {
    PgConnectOptions shop = HostPostgres.freshDatabase("shop_of_tables");
    TestPostgres.execute(
        shop,
        "CREATE SCHEMA ripcord; CREATE TABLE ripcord.migration_history (id int); CREATE TABLE"
            + " customer (id int PRIMARY KEY, name text); INSERT INTO customer VALUES (1, 'ann'),"
            + " (2, 'bob')");
    Path file = dir.resolve("shop.dump");
    assertThat(
            new ProcessBuilder(
                    "pg_dump",
                    "-Fc",
                    "--table=customer",
                    "--file",
                    file.toString(),
                    HostPostgres.url(shop))
                .start()
                .waitFor())
        .isZero();
    TestPostgres.execute(
        shop, "DELETE FROM customer WHERE id = 1; UPDATE customer SET name = 'BOB'");

    assertThat(run(shop, "restore", file.toString())).as(said()).isZero();

    assertThat(said())
        .contains(
            file
                + " holds 1 table of database shop_of_tables and no whole database: put into schema"
                + " ripcord_backup_20260102t030405z of")
        .contains("customer             2 rows, 1 of them not there now")
        .contains("DROP SCHEMA \"ripcord_backup_20260102t030405z\" CASCADE");
    assertThat(rows(shop, "SELECT name FROM customer")).containsExactly("BOB");
    String insert =
        said().lines().filter(line -> line.strip().startsWith("INSERT")).findFirst().orElse("");
    TestPostgres.execute(shop, insert);
    assertThat(rows(shop, "SELECT name FROM customer ORDER BY id")).containsExactly("ann", "BOB");

    TestPostgres.execute(shop, "DROP SCHEMA ripcord_backup_20260102t030405z CASCADE");
    assertThat(run(shop, "restore", file.toString(), "-o", "json")).as(said()).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("\"schema\":\"ripcord_backup_20260102t030405z\"")
        .contains("\"table\":\"customer\",\"rows\":2,\"missing\":0");
    assertThat(run(shop, "restore", file.toString(), "--whole", "--yes")).as(said()).isZero();
    assertThat(said()).contains("kept as database shop_of_tables_before_20260102T030405Z");
    assertThat(rows(shop, "SELECT name FROM customer ORDER BY id")).containsExactly("ann", "bob");
  }

  private List<String> databasesLike(PgConnectOptions any, String start) {
    return rows(
        named(any, "postgres"),
        "SELECT datname FROM pg_database WHERE datname LIKE '" + start + "%'");
  }

  @Test
  void b8_restore_keepsWhatPgDumpCreateKeeps() throws IOException {
    PgConnectOptions shop = HostPostgres.freshDatabase("b8_shop");
    TestPostgres.execute(
        shop,
        """
        CREATE SCHEMA app; CREATE TABLE app.t (id int);
        DROP ROLE IF EXISTS b8_ann; CREATE ROLE b8_ann;
        ALTER DATABASE b8_shop SET search_path = app, public;
        ALTER ROLE b8_ann IN DATABASE b8_shop SET search_path = app, "$user", public, "a""b, c";
        ALTER DATABASE b8_shop SET app.k = 'v w';
        ALTER DATABASE b8_shop SET temp_tablespaces = '';
        ALTER DATABASE b8_shop SET default_transaction_read_only = on;
        ALTER DATABASE b8_shop CONNECTION LIMIT 40;
        ALTER DATABASE b8_shop IS_TEMPLATE true;
        COMMENT ON DATABASE b8_shop IS 'the shop''s \\ own';
        REVOKE ALL ON DATABASE b8_shop FROM PUBLIC;
        REVOKE CREATE ON DATABASE b8_shop FROM postgres;
        GRANT CONNECT ON DATABASE b8_shop TO b8_ann WITH GRANT OPTION;
        SET ROLE b8_ann; GRANT CONNECT ON DATABASE b8_shop TO pg_monitor
        """);
    String before = created(shop);
    Path file = dir.resolve("b.dump");

    assertThat(run(shop, "backup", file.toString())).as(said()).isZero();
    assertThat(run(shop, "restore", file.toString(), "--yes")).as(said()).isZero();

    assertThat(created(shop)).isEqualTo(before).contains("CONNECTION LIMIT = 40");
    assertThat(rows(shop, "SELECT count(*)::int FROM t")).containsExactly("0");
  }

  /** What pg_dump writes of the database itself. */
  private static String created(PgConnectOptions database) throws IOException {
    Process process =
        new ProcessBuilder("pg_dump", "--create", "-s", HostPostgres.url(database)).start();
    String all = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return String.join("\n", all.lines().filter(line -> line.contains(" DATABASE ")).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a=b", "ééééééééééééééééééééééééééééé", "qu\"o'te\\x", "postgresql://y", "a/b"})
  void b30_databasesWithOddNames_areBackedUpAndRestored(String name) {
    PgConnectOptions plain =
        HostPostgres.freshDatabase("b30_" + Math.floorMod(name.hashCode(), 9999));
    TestPostgres.execute(plain, "CREATE DATABASE \"" + name.replace("\"", "\"\"") + "\"");
    PgConnectOptions odd =
        named(plain, URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20"));
    Path file = dir.resolve("b.dump");

    assertThat(run(odd, "backup", file.toString())).as(said()).isZero();
    assertThat(run(odd, "restore", file.toString(), "--yes")).as(said()).isZero();
    String next =
        said().lines().filter(line -> line.contains("DROP DATABASE")).findFirst().orElse("");
    TestPostgres.execute(plain, next.substring(next.indexOf("DROP DATABASE")));
    assertThat(rows(named(plain, name), "SELECT count(*)::int FROM pg_class WHERE relname = 'b30'"))
        .containsExactly("0");
    TestPostgres.execute(plain, "DROP DATABASE \"" + name.replace("\"", "\"\"") + "\"");
  }
}
