package dev.ripcord.postgres.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.HostPostgres;
import dev.ripcord.config.ShadowChoice;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.proof.Proof;
import dev.ripcord.migration.proof.Verdict;
import dev.ripcord.migration.selection.RevertSelection;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.PgBouncer;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import dev.ripcord.postgres.verify.ProofRunner;
import dev.ripcord.release.Secret;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one file leaves in its session does not reach the next, and what a client sets neither. */
final class SessionPerFileTest {
  @RegisterExtension static final MigrationBench bench = new MigrationBench();

  private static final String SEEN =
      """
      CREATE TABLE seen AS SELECT
        (SELECT count(*) FROM pg_cursors WHERE name = 'c') AS cursors,
        (SELECT count(*) FROM pg_listening_channels()) AS channels,
        (SELECT count(*) FROM pg_prepared_statements WHERE name = 'p') AS prepared,
        (SELECT count(*) FROM pg_class WHERE relname = 'orders' AND relnamespace = pg_my_temp_schema()) AS temporary,
        (SELECT count(*) FROM pg_proc WHERE pronamespace = pg_my_temp_schema()) AS functions,
        (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()
          AND objid = 4711) AS locks,
        current_setting('search_path') AS path, current_setting('app.tenant', true) AS tenant,
        current_setting('plpgsql.variable_conflict', true) AS library,
        current_setting('DateStyle') AS dates, current_user AS who;
      """;

  private Database database;
  @TempDir private Path folder;

  @BeforeEach
  void fresh() {
    database = bench.fresh();
    bench.run(database, "CREATE TABLE orders (id int, total int)", "CREATE SEQUENCE s");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TEMP TABLE orders AS SELECT * FROM public.orders;",
        "SET search_path = pg_temp, public; CREATE TABLE orders (id int);",
        "DO $$ BEGIN CREATE TEMP TABLE orders (id int); END $$;",
        "CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1';",
        "PREPARE p AS SELECT 1;",
        "DO $$ BEGIN EXECUTE 'PREPARE p AS SELECT 1'; END $$;",
        "DECLARE c CURSOR WITH HOLD FOR SELECT 1;",
        "LISTEN news;",
        "SET app.tenant = 'a';",
        "SELECT set_config('app.tenant', 'a', false);",
        "SET datestyle = 'German'; SELECT set_config('search_path', 'pg_temp', false);",
        "SELECT pg_advisory_lock(4711);",
        "LOAD 'plpgsql';",
        "SET ROLE pg_monitor;",
        "SET SESSION AUTHORIZATION pg_monitor;",
        "-- transaction: none\nCREATE TEMP TABLE orders (id int); PREPARE p AS SELECT 1; LISTEN x;"
      })
  void b3_whatAFileLeaves_isNotSeenByTheNext(String text) {
    Folder files =
        MigrationBench.folder("01_a", text, "SELECT 1;", "02_b", SEEN, "DROP TABLE seen;");

    assertThat(bench.up(database, files)).isInstanceOf(MigrationOutcome.Done.class);

    assertThat(bench.ask(database, "SELECT seen::text FROM seen"))
        .isEqualTo("(0,0,0,0,0,0,\"\"\"$user\"\", public\",,,\"ISO, MDY\",postgres)");
  }

  @Test
  void b3_temporaryTableOfAFile_isNotChangedByTheNext_upAndDown() {
    String hides = "CREATE TEMP TABLE orders AS SELECT * FROM public.orders;";
    Folder files =
        MigrationBench.folder(
            "01_paid",
            "ALTER TABLE orders ADD COLUMN paid boolean;",
            "ALTER TABLE orders DROP COLUMN paid;",
            "02_fix",
            hides,
            hides,
            "03_sent",
            "ALTER TABLE orders ADD COLUMN sent boolean; PREPARE p AS SELECT 1;",
            "ALTER TABLE orders DROP COLUMN sent;");
    String columns =
        "SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute"
            + " WHERE attrelid = 'public.orders'::regclass AND attnum > 0 AND NOT attisdropped";

    assertThat(bench.up(database, files)).isInstanceOf(MigrationOutcome.Done.class);
    assertThat(bench.ask(database, columns)).isEqualTo("id total paid sent");

    assertThat(bench.down(database, RevertSelection::toBase))
        .isInstanceOf(MigrationOutcome.Done.class);
    assertThat(bench.ask(database, columns)).isEqualTo("id total");
  }

  private List<Proof> proofs(String... files) {
    return MigrationBench.wait(
        new ProofRunner(bench.vertx, database, true, ShadowChoice.SERVER, text -> {})
            .inOrder(MigrationBench.folder(files).migrations()));
  }

  @Test
  void b3_proof_seesNothingOfOneFileInTheNext() {
    List<Proof> proofs =
        proofs(
            "01_a",
            "CREATE TEMP TABLE orders (x int); PREPARE p AS SELECT 1;",
            "CREATE TEMP TABLE orders (x int);",
            "02_b",
            "ALTER TABLE orders ADD COLUMN paid boolean; PREPARE p AS SELECT 1;",
            "ALTER TABLE orders DROP COLUMN paid;");

    assertThat(proofs).hasSize(2);
    assertThat(proofs)
        .allSatisfy(
            proof -> assertThat(proof.verdict()).as("%s", proof).isNotEqualTo(Verdict.IMPOSSIBLE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET app.tenant = 'x'; CREATE INDEX orders_b ON orders (id);",
        "LOAD 'auto_explain'; SELECT set_config('app.tenant', 'x', false);"
      })
  void b3_proof_settingOfOnesOwnOrLibrary_isNotSeenByTheNext(String leaves) {
    String clean =
        "DO $$ BEGIN IF current_setting('app.tenant', true) IS NOT NULL THEN RAISE 'left'; END IF;"
            + " END $$;";
    List<Proof> proofs =
        proofs(
            "01_a",
            "CREATE INDEX orders_a ON orders (id);",
            clean + " DROP INDEX orders_a;",
            "02_b",
            leaves,
            clean + " DROP INDEX IF EXISTS orders_b; SET app.tenant = 'y';");

    assertThat(proofs)
        .hasSize(2)
        .allSatisfy(
            proof -> assertThat(proof.verdict()).as("%s", proof).isEqualTo(Verdict.GUARDED));
  }

  @Test
  void b5_datesAreRead_asDatabaseAndRoleSay_andPsqlDoes() throws IOException {
    PgConnectOptions host = HostPostgres.freshDatabase("b5_dates");
    Database own = Database.of(new Secret(HostPostgres.url(host)));
    bench.run(
        own,
        "ALTER DATABASE b5_dates SET datestyle = 'ISO, DMY'",
        "ALTER ROLE postgres IN DATABASE b5_dates SET extra_float_digits = -3",
        "ALTER DATABASE b5_dates SET intervalstyle = 'iso_8601'",
        "ALTER DATABASE b5_dates SET timezone = 'Asia/Tokyo'",
        "ALTER DATABASE b5_dates SET bytea_output = 'escape'");
    String text =
        """
        SELECT to_char('01/02/2024'::date, 'DD Mon YYYY') || (0.1::float8 / 3)::text
          || interval '1 day 2 hours' || '2024-01-01 00:00'::timestamptz || '\\x01'::bytea AS t
        """;
    Folder files = MigrationBench.folder("01_a", "CREATE TABLE a AS " + text, "DROP TABLE a;");

    assertThat(
            MigrationBench.wait(
                    new ProofRunner(bench.vertx, own, true, ShadowChoice.SERVER, said -> {})
                        .inOrder(
                            MigrationBench.folder(
                                    "01_a",
                                    "DO $$ BEGIN IF to_char('01/02/2024'::date, 'MM') <> '02' OR"
                                        + " current_setting('extra_float_digits') <> '-3' THEN"
                                        + " RAISE 'not as it is live'; END IF; END $$; CREATE TABLE"
                                        + " x ();",
                                    "DROP TABLE x;")
                                .migrations()))
                .getFirst()
                .verdict())
        .isNotEqualTo(Verdict.IMPOSSIBLE);
    assertThat(bench.up(own, files)).isInstanceOf(MigrationOutcome.Done.class);
    assertThat(bench.ask(own, "SELECT t FROM a")).isEqualTo(psql(host, text)).contains("01 Feb");
  }

  private static String psql(PgConnectOptions database, String sql) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("psql", "-X", "-At", "-c", sql, HostPostgres.url(database)));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }

  @Test
  void b9_optionsOfTheUrl_areCarriedOut() {
    bench.run(database, "CREATE SCHEMA app");
    Database through =
        Database.of(
            new Secret(
                "postgresql://postgres@127.0.0.1:%d/%s?options=-c%%20search_path%%3Dapp%%20--work-mem%%3D99kB"
                    .formatted(database.port(), database.name())));
    Folder files =
        MigrationBench.folder(
            "01_a",
            "CREATE TABLE a AS SELECT current_setting('work_mem') AS memory;",
            "DROP TABLE a;");

    assertThat(bench.up(through, files)).isInstanceOf(MigrationOutcome.Done.class);
    assertThat(bench.ask(database, "SELECT memory FROM app.a")).isEqualTo("99kB");
  }

  @ParameterizedTest
  @ValueSource(strings = {"transaction", "statement"})
  void b27_whatIsOnlyRead_throughSuchAPooler_saysSo(String mode) throws IOException {
    try (PgBouncer pooler =
        PgBouncer.start(
            folder,
            database,
            "pool_mode = " + mode,
            "server_round_robin = 1",
            "ignore_startup_parameters = extra_float_digits")) {
      assertThatThrownBy(() -> bench.history(pooler.database()))
          .isInstanceOf(SchemaException.class)
          .hasMessageContaining("a pooler in transaction mode stands between")
          .hasMessageContaining("Give migrations PostgreSQL's own address");
    }
  }
}
