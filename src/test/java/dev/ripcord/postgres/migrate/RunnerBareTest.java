package dev.ripcord.postgres.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ripcord.HostPostgres;
import dev.ripcord.config.ShadowChoice;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.proof.Proof;
import dev.ripcord.migration.proof.Verdict;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import dev.ripcord.postgres.verify.ProofRunner;
import dev.ripcord.release.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With {@code -- transaction: none} a file does what psql does with it. */
final class RunnerBareTest {
  private static final String NONE = "-- transaction: none\n";
  private static final String BASE =
      """
      CREATE TABLE t (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED);
      CREATE TABLE p (id int, k int) PARTITION BY RANGE (id);
      CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9);
      CREATE INDEX pk ON p (k);
      CREATE INDEX p1i ON p1 (id);
      CREATE PROCEDURE fill() LANGUAGE plpgsql AS $$
        BEGIN
          FOR i IN 1..4 LOOP
            INSERT INTO t VALUES (i);
            IF i = 3 THEN ROLLBACK; ELSE COMMIT; END IF;
          END LOOP;
        END $$;
      """;

  /** What is looked at afterwards. */
  private static final String STATE =
      """
      SELECT concat_ws(' | ', (SELECT string_agg(id::text, ',' ORDER BY id) FROM t),
        (SELECT string_agg(relname || relkind::text, ',' ORDER BY relname) FROM pg_class
          WHERE relnamespace = 'public'::regnamespace),
        (SELECT count(*) FROM pg_inherits), (SELECT count(*) FROM pg_subscription),
        (SELECT bool_and(indisvalid) FROM pg_index),
        (SELECT count(*) FROM pg_index WHERE indisclustered))
      """;

  private static final AtomicInteger COUNT = new AtomicInteger();

  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  @TempDir private Path folder;

  private Database fresh() {
    String name = "bare_" + ProcessHandle.current().pid() + "_" + COUNT.incrementAndGet();
    Database database = Database.of(new Secret(HostPostgres.url(HostPostgres.freshDatabase(name))));
    bench.run(database, BASE);
    return database;
  }

  /** Whether psql runs a file to its end. */
  private boolean psqlDoes(Database database, String sql) throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/psql")), "the host has no psql");
    Path file = Files.writeString(folder.resolve("x.sql"), sql);
    return new ProcessBuilder(
                "/usr/bin/psql",
                "-X",
                "-q",
                "-v",
                "ON_ERROR_STOP=1",
                "-f",
                file.toString(),
                "postgresql://postgres@127.0.0.1:" + database.port() + "/" + database.name())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile())
            .start()
            .waitFor()
        == 0;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DO $$ BEGIN FOR i IN 1..3 LOOP INSERT INTO t VALUES (i); COMMIT; END LOOP; END $$;",
        "CALL fill();",
        "DO $$ BEGIN INSERT INTO t VALUES (1); COMMIT; INSERT INTO t VALUES (2); PERFORM 1 / 0; END"
            + " $$;",
        "DO $$ BEGIN INSERT INTO t VALUES (1); CALL fill(); END $$;",
        "BEGIN; CALL fill(); COMMIT;",
        "REINDEX TABLE p;",
        "REINDEX INDEX pk;",
        "REINDEX (VERBOSE) TABLE CONCURRENTLY p;",
        "REINDEX (VERBOSE) SCHEMA public;",
        "REINDEX (CONCURRENTLY false) SCHEMA public;",
        "VACUUM (ANALYZE, VERBOSE) t;",
        "CREATE INDEX c ON p1 (id); CLUSTER p1 USING c; CLUSTER VERBOSE; CLUSTER (VERBOSE);",
        "CLUSTER p USING pk;",
        "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY;",
        "DROP INDEX CONCURRENTLY p1i;",
        "CREATE UNIQUE INDEX CONCURRENTLY pi ON p1 (id);",
        "ALTER SYSTEM SET cursor_tuple_fraction = 0.2; ALTER SYSTEM RESET cursor_tuple_fraction;"
            + " SELECT pg_reload_conf();",
        "CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1' PUBLICATION x WITH (connect = false,"
            + " slot_name = NONE); DROP SUBSCRIPTION s;",
        "LOCK TABLE t; INSERT INTO t VALUES (1);",
        "SAVEPOINT s; INSERT INTO t VALUES (1); ROLLBACK TO s;",
        "DECLARE c CURSOR FOR SELECT 1; FETCH c;",
        "DECLARE c CURSOR WITH HOLD FOR SELECT 1; FETCH c; CLOSE c;",
        "SET LOCAL search_path = pg_catalog; CREATE TABLE made ();",
        "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; INSERT INTO t VALUES (1);",
        "INSERT INTO t VALUES (1); INSERT INTO t VALUES (2), (2); INSERT INTO t VALUES (3);",
        "INSERT INTO t VALUES (1); SELECT 1 / 0;",
        "CREATE TABLE u (); DROP TABLE u; TRUNCATE t; ALTER TYPE nothing ADD VALUE 'x';",
      })
  void b10_file_doesWhatPsqlDoes(String sql) throws IOException, InterruptedException {
    Database theirs = fresh();
    Database ours = fresh();
    boolean done = psqlDoes(theirs, NONE + sql);
    MigrationOutcome outcome =
        bench.up(ours, MigrationBench.folder("01_a", NONE + sql, "SELECT 1;"));
    boolean refused = sql.startsWith("BEGIN;"); // No file may begin a transaction.
    assertThat(outcome instanceof MigrationOutcome.Done)
        .as("%s", outcome)
        .isEqualTo(done && !refused);
    if (!refused) {
      assertThat(bench.ask(ours, STATE)).isEqualTo(bench.ask(theirs, STATE));
    }
  }

  @Test
  void b10_databaseIsMadeAndDropped() {
    Database database = fresh();
    String made = database.name() + "_made";
    String down = NONE + "DROP DATABASE " + made + ";";
    Folder made1 = MigrationBench.folder("01_a", NONE + "CREATE DATABASE " + made + ";", down);
    assertThat(bench.up(database, made1)).isInstanceOf(MigrationOutcome.Done.class);
    String there = "SELECT count(*) FROM pg_database WHERE datname = '" + made + "'";
    assertThat(bench.ask(database, there)).isEqualTo("1");
    assertThat(bench.down(database, downs -> downs.last(1)))
        .isInstanceOf(MigrationOutcome.Done.class);
    assertThat(bench.ask(database, there)).isEqualTo("0");
  }

  @Test
  void b10_reindexOfASchema_needsNoHeader() {
    Folder folder = MigrationBench.folder("01_a", "REINDEX (VERBOSE) SCHEMA public;", "SELECT 1;");
    assertThat(bench.up(fresh(), folder)).isInstanceOf(MigrationOutcome.Done.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"REINDEX TABLE p;", "DO $$ BEGIN INSERT INTO t VALUES (1); COMMIT; END $$;"})
  void b10_withoutTheHeader_itIsNamed(String sql) {
    Folder folder = MigrationBench.folder("01_a", sql, "SELECT 1;");
    assertThat(((MigrationOutcome.Failed) bench.up(fresh(), folder)).message())
        .contains("needs a file that begins with \"-- transaction: none\"")
        .contains("as before this file");
  }

  @Test
  void b10_goingOn_setsAgainWhatWasSet() {
    Database database = bench.fresh();
    bench.run(database, "CREATE SCHEMA s");
    String text =
        NONE
            + "SET search_path = s;\nCREATE TABLE first ();\nSELECT 1 / %d;\nCREATE TABLE next ();";
    assertThat(bench.up(database, MigrationBench.folder("01_a", text.formatted(0), "SELECT 1;")))
        .isInstanceOf(MigrationOutcome.Failed.class);
    assertThat(bench.up(database, MigrationBench.folder("01_a", text.formatted(1), "SELECT 1;")))
        .isInstanceOf(MigrationOutcome.Done.class);
    assertThat(bench.ask(database, "SELECT to_regclass('s.first') < to_regclass('s.next')"))
        .isEqualTo("true");
  }

  @Test
  void b10_proof_ofAFileThatCommits_hasAVerdict() {
    Folder folder =
        MigrationBench.folder(
            "01_a",
            NONE
                + "CREATE TABLE a (id int);\nDO $$ BEGIN INSERT INTO a VALUES (1); COMMIT; END $$;",
            NONE + "DO $$ BEGIN DELETE FROM a; COMMIT; END $$;\nDROP TABLE a;");
    List<Proof> proofs =
        MigrationBench.wait(
            new ProofRunner(bench.vertx, bench.fresh(), true, ShadowChoice.SERVER, line -> {})
                .inOrder(folder.migrations()));
    assertThat(proofs).extracting(Proof::verdict).doesNotContain(Verdict.IMPOSSIBLE);
  }
}
