package dev.ripcord.postgres.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.config.ShadowChoice;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.proof.Check;
import dev.ripcord.migration.proof.Proof;
import dev.ripcord.migration.proof.StoredProof;
import dev.ripcord.migration.proof.Verdict;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.migrate.MigrationRunner;
import dev.ripcord.release.Secret;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("it makes shadows that look as if their run had been killed, and counts all")
final class ProofRunnerTest {
  private static final String SHADOWS =
      "SELECT count(*) FROM pg_database WHERE datname LIKE 'ripcord_shadow_%'";

  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private Database live;
  private final List<String> said = new ArrayList<>();

  @BeforeEach
  void fresh() {
    live = bench.fresh();
    bench.run(
        live,
        "CREATE TABLE t (id int PRIMARY KEY, a int, b text)",
        "INSERT INTO t SELECT i, i, 'b' || i FROM generate_series(1, 3) i");
  }

  private ProofRunner runner() {
    return new ProofRunner(bench.vertx, live, true, ShadowChoice.AUTO, said::add);
  }

  private List<Proof> inOrder(Folder folder) {
    return MigrationBench.wait(runner().inOrder(folder.migrations()));
  }

  @Test
  void inOrder_aDroppedColumnTakesTheIndexOfAnOlderMigration_isFoundOnTheWayBack() {
    Folder folder =
        MigrationBench.folder(
            "01_index",
            "CREATE INDEX t_a ON t (a);",
            "DROP INDEX t_a;",
            "02_drop",
            "ALTER TABLE t DROP COLUMN a;",
            "ALTER TABLE t ADD COLUMN a int;");

    List<Proof> proofs = inOrder(folder);

    assertThat(proofs)
        .extracting(Proof::verdict)
        .containsExactly(Verdict.PROVEN, Verdict.IMPOSSIBLE);
    assertThat(proofs.get(1).lost()).contains("index t_a is not back");
  }

  @Test
  void inOrder_aDownThatOnlyFailsAfterTheOnesAbove_isFound() {
    Folder folder =
        MigrationBench.folder(
            "01_settle",
            "CREATE TABLE s (id int PRIMARY KEY);",
            "DO $$ BEGIN IF to_regclass('mark') IS NOT NULL THEN RAISE 'too late'; END IF; END $$;"
                + " DROP TABLE s;",
            "02_more",
            "CREATE INDEX t_b ON t (b);",
            "DROP INDEX t_b;");
    List<Proof> fine = inOrder(folder);
    assertThat(fine).extracting(Proof::verdict).containsExactly(Verdict.GUARDED, Verdict.PROVEN);

    Folder late =
        MigrationBench.folder(
            "01_view",
            "CREATE VIEW v AS SELECT a FROM t;",
            "DROP VIEW v; ALTER TABLE t ALTER COLUMN b SET NOT NULL; ALTER TABLE t ALTER COLUMN b"
                + " DROP NOT NULL;",
            "02_null",
            "INSERT INTO t VALUES (9, 9, NULL);",
            "UPDATE t SET id = 10 WHERE id = 9;");
    List<Proof> proofs = inOrder(late);
    assertThat(proofs.get(1).verdict()).isEqualTo(Verdict.LOSSY);
    assertThat(proofs.get(0).verdict()).isEqualTo(Verdict.IMPOSSIBLE);
    assertThat(proofs.get(0).lost().getFirst())
        .startsWith("reverted after 02_null: the down fails: 01_view_down.sql:1:14");
  }

  @Test
  void eachAlone_doesNotSeeTheOthers() {
    Folder folder =
        MigrationBench.folder(
            "01_a",
            "CREATE TABLE n (id int);",
            "DROP TABLE n;",
            "02_b",
            "CREATE TABLE n (id int);",
            "DROP TABLE n;");
    assertThat(MigrationBench.wait(runner().eachAlone(folder.migrations())))
        .extracting(Proof::verdict)
        .containsExactly(Verdict.GUARDED, Verdict.GUARDED);
    assertThat(inOrder(folder).get(1).lost().getFirst()).contains("\"n\" already exists");
  }

  @Test
  void shadow_hasNoWayToForeignServers() {
    bench.run(
        live,
        "CREATE FOREIGN DATA WRAPPER far",
        "CREATE SERVER far FOREIGN DATA WRAPPER far",
        "CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (password 'x')",
        "CREATE USER MAPPING FOR postgres SERVER far");
    Folder folder =
        MigrationBench.folder(
            "01_a",
            "DO $$ BEGIN IF EXISTS (SELECT FROM pg_user_mappings) THEN RAISE 'there'; END IF;"
                + " END $$; CREATE INDEX i ON t (a);",
            "DROP INDEX i;");
    assertThat(inOrder(folder)).extracting(Proof::verdict).containsExactly(Verdict.GUARDED);
    assertThat(bench.ask(live, "SELECT count(*) FROM pg_user_mappings")).isEqualTo("2");
  }

  @Test
  void inOrder_withoutAWayBack_isImpossibleAndTheNextOneIsStillTried() {
    Folder folder =
        MigrationBench.folder(
            "01_gone",
            "-- down: none, because it is old\nALTER TABLE t DROP COLUMN b;",
            "SELECT 1;",
            "02_index",
            "CREATE INDEX t_a ON t (a);",
            "DROP INDEX t_a;");
    List<Proof> proofs = inOrder(folder);
    assertThat(proofs)
        .extracting(Proof::verdict)
        .containsExactly(Verdict.IMPOSSIBLE, Verdict.PROVEN);
    assertThat(proofs.getFirst().lost()).containsExactly("irreversible: it is old");
  }

  @Test
  void inOrder_measuresLocksAndRewrites() {
    Folder folder =
        MigrationBench.folder(
            "01_big",
            "ALTER TABLE t ALTER COLUMN a TYPE bigint;",
            "ALTER TABLE t ALTER COLUMN a TYPE int;");
    assertThat(inOrder(folder).getFirst().locks())
        .extracting(Object::toString)
        .containsExactly(
            "LockTaken[direction=up, table=t, mode=ACCESS EXCLUSIVE, rewritten=true]",
            "LockTaken[direction=down, table=t, mode=ACCESS EXCLUSIVE, rewritten=true]");
  }

  @Test
  void proof_never_showsAValueOfARealRow() {
    bench.run(live, "INSERT INTO t VALUES (4, 4, 'hunter2')");
    Folder folder =
        MigrationBench.folder("01_up", "UPDATE t SET b = upper(b);", "UPDATE t SET b = NULL;");
    Proof proof = inOrder(folder).getFirst();
    assertThat(proof.verdict()).isEqualTo(Verdict.LOSSY);
    assertThat(proof.toString()).doesNotContainIgnoringCase("hunter2");
  }

  @Test
  void shadows_areDroppedAtTheEndAndAfterAFailure() {
    inOrder(MigrationBench.folder("01_a", "SELECT 1/0;", "SELECT 1;"));
    assertThat(bench.ask(live, SHADOWS)).isEqualTo("0");
  }

  @Test
  void shadow_ofAKilledRun_isDroppedByTheNextOneAndNoOtherIs() {
    String comment = "A shadow for ripcord migrate verify, may be dropped; session ";
    Database other = bench.database("postgres");
    bench.run(
        other,
        "CREATE DATABASE ripcord_shadow_99999_1",
        "COMMENT ON DATABASE ripcord_shadow_99999_1 IS '" + comment + "99999 of 2020-01-01'",
        "CREATE DATABASE ripcord_shadow_99998_1");
    try (MigrationSession running = bench.session(other)) {
      bench.run(other, "CREATE DATABASE ripcord_shadow_99997_1");
      String self =
          String.valueOf(
              running
                  .ask(
                      "SELECT pid || ' of ' || extract(epoch FROM backend_start) FROM"
                          + " pg_stat_activity WHERE pid = pg_backend_pid()")
                  .getFirst()
                  .getString(0));
      bench.run(other, "COMMENT ON DATABASE ripcord_shadow_99997_1 IS '" + comment + self + "'");
      inOrder(MigrationBench.folder("01_a", "CREATE INDEX i ON t (a);", "DROP INDEX i;"));
      assertThat(bench.ask(live, SHADOWS)).isEqualTo("2");
    } finally {
      bench.run(
          other, "DROP DATABASE ripcord_shadow_99997_1", "DROP DATABASE ripcord_shadow_99998_1");
    }
  }

  @Test
  void role_thatMayNotMakeDatabases_isToldWhatToDo() {
    bench.run(live, "CREATE ROLE plain LOGIN");
    live =
        Database.of(
            new Secret(
                "postgresql://plain@%s:%d/%s".formatted(live.host(), live.port(), live.name())));
    ProofRunner runner = new ProofRunner(bench.vertx, live, true, ShadowChoice.SERVER, said::add);
    Folder folder = MigrationBench.folder("01_a", "SELECT 1;", "SELECT 1;");
    assertThatThrownBy(() -> MigrationBench.wait(runner.inOrder(folder.migrations())))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("the role plain may not make one. Run ALTER ROLE plain CREATEDB");
  }

  @Test
  void verdicts_storedBesideTheHistory_areReadAgainAndReplaced() {
    Folder folder = MigrationBench.folder("01_a", "CREATE INDEX i ON t (a);", "DROP INDEX i;");
    Proof proof = inOrder(folder).getFirst();
    StoredProof stored = StoredProof.of(folder.migrations().getFirst(), proof);
    MigrationRunner runner = bench.runner(live);
    assertThat(MigrationBench.wait(runner.proofs())).isEmpty();
    MigrationBench.wait(runner.store(List.of(stored)));
    MigrationBench.wait(runner.store(List.of(stored)));
    assertThat(MigrationBench.wait(runner.proofs())).containsExactly(stored);
    assertThat(stored.text()).isEqualTo("proved");
  }

  @Test
  void kind2_searchPathOfTheDatabase_holdsInCopiesToo() {
    bench.run(
        live,
        "CREATE SCHEMA app",
        "CREATE TABLE app.own (id int)",
        "ALTER DATABASE \"" + live.name() + "\" SET search_path = app, public");
    Folder folder =
        MigrationBench.folder(
            "01_index",
            "CREATE INDEX CONCURRENTLY own_id ON own (id);",
            "DROP INDEX CONCURRENTLY own_id;");
    assertThat(MigrationBench.wait(runner().eachAlone(folder.migrations())))
        .extracting(Proof::verdict)
        .containsExactly(Verdict.PROVEN);
  }

  @Test
  void counts_ofChecks_areOfTheLiveDataAndWriteNothing() {
    Check empty = new Check("t is empty", "SELECT count(*) FROM public.t", Check.When.BEFORE_DOWN);
    Check broken = new Check("x", "SELECT count(*) FROM nowhere", Check.When.BEFORE_DOWN);
    Check writing = new Check("y", "DELETE FROM public.t RETURNING 1", Check.When.BEFORE_DOWN);
    assertThat(MigrationBench.wait(bench.runner(live).counts(List.of(empty, broken, writing))))
        .containsEntry(empty.sql(), 3L)
        .containsEntry(broken.sql(), -1L)
        .containsEntry(writing.sql(), -1L);
    assertThat(bench.ask(live, "SELECT count(*) FROM t")).isEqualTo("3");
  }
}
