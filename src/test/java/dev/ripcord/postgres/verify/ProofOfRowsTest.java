package dev.ripcord.postgres.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.TodaysCases;
import dev.ripcord.config.ShadowChoice;
import dev.ripcord.migration.proof.Proof;
import dev.ripcord.migration.proof.Verdict;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a proof makes of rows that may be lost without a statement that says so. */
@Order(1)
final class ProofOfRowsTest {
  private static final int AT_A_TIME = 4;

  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private Database live;

  @BeforeEach
  void fresh() {
    live = bench.fresh();
  }

  private List<Proof> eachAlone(List<String> texts) {
    ProofRunner runner = new ProofRunner(bench.vertx, live, true, ShadowChoice.AUTO, what -> {});
    var folder = MigrationBench.folder(texts.toArray(String[]::new));
    return MigrationBench.wait(runner.eachAlone(folder.migrations()));
  }

  /** Every down that makes an index go and does something besides; some at a time. */
  private List<Proof> downs(List<String> besides) {
    List<Proof> proofs = new ArrayList<>();
    for (int from = 0; from < besides.size(); from += AT_A_TIME) {
      List<String> texts = new ArrayList<>();
      for (int i = from; i < Math.min(besides.size(), from + AT_A_TIME); i++) {
        texts.add("%02d_case".formatted(i + 10));
        texts.add("CREATE INDEX ti ON t (v);");
        texts.add("DROP INDEX ti; " + besides.get(i));
      }
      proofs.addAll(eachAlone(texts));
    }
    return proofs;
  }

  private void assertNoneProven(List<String> cases, List<Proof> proofs) {
    for (int i = 0; i < cases.size(); i++) {
      assertThat(proofs.get(i).verdict())
          .as("%s: %s %s", cases.get(i), proofs.get(i).lost(), proofs.get(i).unknown())
          .isNotEqualTo(Verdict.PROVEN);
    }
  }

  private void table() {
    bench.run(
        live,
        "CREATE TABLE t (id int PRIMARY KEY, v text, n numeric, c varchar(40))",
        "INSERT INTO t SELECT i, 'v', i, 'v' FROM generate_series(1, 30) i",
        "CREATE TABLE twin (a int)",
        "CREATE TABLE other (a int)",
        "CREATE FUNCTION wipe() RETURNS int LANGUAGE plpgsql AS"
            + " $$BEGIN DELETE FROM public.t WHERE id = 12345; RETURN 1; END$$",
        "CREATE FUNCTION wipe(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS"
            + " $$BEGIN PERFORM public.wipe(); RETURN 1; END$$",
        "CREATE OPERATOR ### (LEFTARG = int, RIGHTARG = int, FUNCTION = int4pl)",
        "CREATE VIEW v AS SELECT wipe() AS a");
  }

  @Test
  void b1_valuesThatChangeWithoutAWordOfDml_areNeverProven() {
    table();
    List<String> cases =
        List.of(
            "ALTER TABLE t ALTER COLUMN c TYPE varchar(40) USING lower(c);",
            "ALTER TABLE t ALTER COLUMN c TYPE varchar(40) USING c::varchar(10);",
            "ALTER TABLE t ALTER COLUMN n TYPE numeric USING n::int::numeric;",
            "ALTER TABLE t ALTER COLUMN n TYPE int; ALTER TABLE t ALTER COLUMN n TYPE numeric;",
            "ALTER TABLE t ALTER COLUMN v TYPE char(9); ALTER TABLE t ALTER COLUMN v TYPE text;",
            "CREATE TABLE u AS SELECT a FROM twin WHERE a <> 12345; DROP TABLE twin;"
                + " ALTER TABLE u RENAME TO twin;",
            "DROP TABLE twin; CREATE TABLE twin (a int);",
            "ALTER TABLE twin RENAME TO u; ALTER TABLE other RENAME TO twin;"
                + " ALTER TABLE u RENAME TO other;",
            "CREATE SCHEMA s; ALTER TABLE twin SET SCHEMA s; ALTER TABLE other RENAME TO twin;"
                + " ALTER TABLE s.twin RENAME TO other; ALTER TABLE s.other SET SCHEMA public;"
                + " DROP SCHEMA s;",
            "ALTER TABLE twin DROP COLUMN a, ADD COLUMN a int;");

    List<String> today = TodaysCases.oneIn(3, cases);
    assertNoneProven(today, downs(today));
  }

  @Test
  void b1_aChangeOfTypeByACastOfOnesOwn_isNeverProven() {
    bench.run(
        live,
        "CREATE TYPE st AS ENUM ('a', 'old')",
        "CREATE TABLE t (id int PRIMARY KEY, v text)",
        "CREATE FUNCTION cast_it(text) RETURNS st IMMUTABLE LANGUAGE sql AS"
            + " $$SELECT CASE $1 WHEN 'old' THEN 'a' ELSE 'old' END::st$$");
    String cast = "CREATE CAST (text AS st) WITH FUNCTION cast_it(text) AS ASSIGNMENT;";
    List<Proof> proofs =
        eachAlone(
            List.of(
                "01_cast",
                cast + " ALTER TABLE t ALTER COLUMN v TYPE st;",
                "ALTER TABLE t ALTER COLUMN v TYPE text; DROP CAST (text AS st);",
                "02_renamed",
                "ALTER TABLE t ALTER COLUMN v TYPE st USING v::st;"
                    + " ALTER TYPE st RENAME VALUE 'old' TO 'older';",
                "ALTER TABLE t ALTER COLUMN v TYPE text;"
                    + " ALTER TYPE st RENAME VALUE 'older' TO 'old';"));
    assertThat(proofs).extracting(Proof::verdict).containsOnly(Verdict.GUARDED);
    assertThat(proofs)
        .allMatch(proof -> proof.unknown().toString().contains("by casts that may be your own"));
  }

  @Test
  void b2_statementsThatMayCallWhatDeletesRows_areNeverProven() {
    table();
    List<String> cases =
        List.of(
            "EXPLAIN ANALYZE DELETE FROM t WHERE id = 12345;",
            "EXPLAIN (ANALYZE) DELETE FROM t WHERE id = 12345;",
            "(SELECT wipe());",
            "VALUES (wipe());",
            "TABLE v;",
            "SELECT count(*) FROM v;",
            "CREATE MATERIALIZED VIEW m AS SELECT wipe(); DROP MATERIALIZED VIEW m;",
            "CREATE MATERIALIZED VIEW m AS SELECT a FROM v WITH NO DATA;"
                + " REFRESH MATERIALIZED VIEW m; DROP MATERIALIZED VIEW m;",
            "PREPARE p AS DELETE FROM t WHERE id = 12345; EXECUTE p; DEALLOCATE p;",
            "DECLARE c CURSOR FOR SELECT wipe(); FETCH ALL FROM c; CLOSE c;",
            "CREATE TEMP TABLE u AS SELECT a FROM v; DROP TABLE u;",
            "CREATE INDEX i ON t (wipe(id)); DROP INDEX i;",
            "ALTER TABLE t ADD CONSTRAINT c CHECK (wipe(id) = 1); ALTER TABLE t DROP CONSTRAINT c;",
            "ALTER TABLE twin ADD COLUMN b int DEFAULT wipe(); ALTER TABLE twin DROP COLUMN b;",
            "SELECT 1 ### 2;");

    List<String> today = TodaysCases.oneIn(3, cases);
    assertNoneProven(today, downs(today));
  }

  @Test
  void b2_aTableThatIsWrittenByWhatATextDoesNotSay_isSeenByItsLock() {
    bench.run(
        live,
        "CREATE TABLE t (id int PRIMARY KEY, v text)",
        "INSERT INTO t VALUES (1, 'v')",
        "CREATE FUNCTION lower(int) RETURNS int LANGUAGE plpgsql AS"
            + " $$BEGIN DELETE FROM t WHERE id = 12345; RETURN 1; END$$");

    Proof proof = downs(List.of("SELECT lower(1);")).getFirst();

    assertThat(proof.verdict()).isEqualTo(Verdict.GUARDED);
    assertThat(proof.unknown()).anyMatch(text -> text.startsWith("rows of t may be changed by"));
  }

  private void big(String table) {
    bench.run(
        live,
        "CREATE TABLE " + table + " (id int PRIMARY KEY, s text)",
        "ALTER TABLE " + table + " SET (autovacuum_enabled = off)",
        "INSERT INTO %s SELECT i, 'a' FROM generate_series(1, 20000) i".formatted(table));
  }

  private Proof keepsA(String table) {
    // A rule that only the up's own sample of rows can break.
    String keepsOnlyA =
        "ALTER TABLE %s ALTER COLUMN s TYPE text USING CASE WHEN s = 'a' THEN s ELSE 'a' END;"
            .formatted(table);
    return eachAlone(List.of("01_a", keepsOnlyA, "SELECT 1;")).getFirst();
  }

  @Test
  void b11_theNewestRow_isInTheSampleOfATableThatWasNeverAnalysed() {
    big("t");
    bench.run(live, "INSERT INTO t VALUES (20001, 'new')");
    assertThat(keepsA("t").lost()).contains("t.s: 1 value is not as before (such as id = '20001')");
  }

  @Test
  void b11_theGreatestKey_isInTheSampleWhereverItsRowIs() {
    big("t");
    bench.run(live, "DELETE FROM t WHERE id BETWEEN 9000 AND 9100", "VACUUM ANALYZE t");
    bench.run(live, "INSERT INTO t VALUES (20001, 'new')");
    assertThat(bench.ask(live, "SELECT (ctid::text::point)[0] < 60 FROM t WHERE s = 'new'"))
        .isEqualTo("true");
    assertThat(keepsA("t").lost()).contains("t.s: 1 value is not as before (such as id = '20001')");
  }

  @Test
  void b11_theNewestRowOfAPartition_isInTheSample() {
    bench.run(
        live,
        "CREATE TABLE p (id int, s text) PARTITION BY RANGE (id)",
        "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (10000)",
        "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10000) TO (30000)",
        "INSERT INTO p SELECT i, 'a' FROM generate_series(1, 20000) i",
        "INSERT INTO p VALUES (20001, 'new')");
    assertThat(keepsA("p").verdict()).isEqualTo(Verdict.LOSSY);
  }

  @Test
  void b11_rowsInTheMiddleOfATable_areInTheSample() {
    big("t");
    bench.run(live, "UPDATE t SET s = 'b' WHERE id BETWEEN 4000 AND 16000", "VACUUM FULL t");
    bench.run(live, "CLUSTER t USING t_pkey");
    assertThat(keepsA("t").verdict()).isEqualTo(Verdict.LOSSY);
  }
}
