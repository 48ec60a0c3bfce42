package dev.ripcord.postgres.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.config.ShadowChoice;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.migration.proof.Proof;
import dev.ripcord.migration.proof.Verdict;
import dev.ripcord.migration.undo.DownDraft;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import dev.ripcord.postgres.verify.DownDrafter;
import dev.ripcord.postgres.verify.ProofRunner;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody reads the rows of a migration's statements, so none of them can fail it. */
final class RunnerRowsTest {
  /**
   * Values of PostgreSQL that Java's types have not, or spell otherwise, and some of every kind.
   */
  private static final List<String> VALUES =
      List.of(
          "time '24:00'",
          "timetz '24:00+15:59'",
          "date '0044-03-15 BC'",
          "date '5874897-12-31'",
          "timestamp '294276-01-01'",
          "timestamp '4713-01-01 BC'",
          "timestamptz '294276-01-01 00:00+00'",
          "ARRAY[time '24:00', NULL]",
          "ARRAY[date '0044-03-15 BC']",
          "ARRAY[[timestamp '294276-01-01']]",
          "'[2:3]={1,2}'::int[]",
          "interval '178000000 years 3 days -04:05:06.789'",
          "ARRAY[interval '-1 mon']",
          "numeric 'NaN'",
          "numeric '-Infinity'",
          "ARRAY[numeric 'Infinity']",
          "(repeat('9', 5000) || '.5')::numeric",
          "float8 '-Infinity'",
          "float4 'NaN'",
          "money '-92233720368547758.08'",
          "bytea '\\xff00'",
          "ARRAY[bytea '\\xff00']",
          "json '[1e400, 123456789012345678901234567890, \"\\u0000\"]'",
          "jsonb '[1e400]'",
          "ARRAY[json '{\"a\": 1e9999}']",
          "int8range(NULL, 5)",
          "'{[2024-01-01,infinity)}'::datemultirange",
          "tsrange('-infinity', '294276-01-01')",
          "point '(Infinity,NaN)'",
          "line '{1,2,3}'",
          "lseg '[(1,2),(3,4)]'",
          "box '(Infinity,1),(0,0)'",
          "path '[(1,2)]'",
          "polygon '((0,0),(1e300,1),(1,0))'",
          "circle '<(0,0),1e300>'",
          "inet '::ffff:1.2.3.4/96'",
          "cidr '10.0.0.0/8'",
          "macaddr8 '08:00:2b:01:02:03:04:05'",
          "uuid 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'",
          "bit '101'",
          "varbit ''",
          "tsvector 'a:1A b'",
          "tsquery 'a & !b'",
          "pg_lsn 'FFFFFFFF/FFFFFFFF'",
          "'1:1:'::txid_snapshot",
          "4294967295::oid",
          "'(1,2)'::tid",
          "'pg_class'::regclass",
          "'x'::\"char\"",
          "int2vector '1 2'",
          "ROW(1, time '24:00')",
          "NULL::time",
          "9223372036854775807",
          "true");

  private static final String SHOP =
      "CREATE TABLE shop (closes time); INSERT INTO shop VALUES ('24:00') RETURNING closes;";
  private static final String NO_SHOP = "DELETE FROM shop RETURNING closes; DROP TABLE shop;";

  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private Database database;

  @BeforeEach
  void fresh() {
    database = bench.fresh();
  }

  static Stream<String> headers() {
    return Stream.of(
        "", "-- transaction: none\n", "-- batch: 10\n", "-- " + "in parts ".repeat(8_000) + "\n");
  }

  private static String selects() {
    return VALUES.stream()
        .map(each -> "SELECT " + each + ", '24:00'::time AS closes;")
        .collect(Collectors.joining("\n"));
  }

  @ParameterizedTest
  @MethodSource("headers")
  void b7_rowsOfAnyType_upAndDown_areNotRead(String header) {
    Folder folder = MigrationBench.folder("01_a", header + selects(), header + selects());
    assertThat(bench.up(database, folder)).isInstanceOf(MigrationOutcome.Done.class);
    assertThat(bench.history(database).applied()).hasSize(1);
    assertThat(bench.down(database, downs -> downs.last(1)))
        .isInstanceOf(MigrationOutcome.Done.class);
    assertThat(bench.history(database).applied()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DECLARE c BINARY CURSOR FOR SELECT time '24:00', 7, now(), true; FETCH ALL IN c;",
        "SET bytea_output = escape; SELECT 'a\\000\\377'::bytea;",
        "SET intervalstyle = 'iso_8601'; SELECT interval '1 year', ARRAY[interval '1 day'];",
        "SET datestyle = 'German'; SELECT now(), current_date, localtimestamp;",
        "SET datestyle = 'SQL, DMY'; SELECT ARRAY[now()];",
        "SET client_encoding = 'LATIN1'; SELECT chr(233), ARRAY[chr(233)];",
        "SET xmlbinary = hex; EXPLAIN (FORMAT json) SELECT 1; SHOW ALL;",
        "SELECT FROM generate_series(1, 3); SELECT 1 AS a, 2 AS a;",
        "VALUES ('24:00'::time); TABLE pg_class; EXPLAIN ANALYZE VALUES (1);",
      })
  void b7_rowsInAnyForm_areNotRead(String sql) {
    Folder folder = MigrationBench.folder("01_a", sql, "SELECT 1;");
    assertThat(bench.up(database, folder)).isInstanceOf(MigrationOutcome.Done.class);
    Folder alone = MigrationBench.folder("02_b", "SELECT 1;\n" + sql, "SELECT 1;");
    assertThat(bench.up(bench.fresh(), alone)).isInstanceOf(MigrationOutcome.Done.class);
  }

  @Test
  void b7_manyRows_areNotKept() {
    Folder folder =
        MigrationBench.folder(
            "01_a", "SELECT repeat('x', 1000) FROM generate_series(1, 300000);", "SELECT 1;");
    assertThat(bench.up(database, folder)).isInstanceOf(MigrationOutcome.Done.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT count(*) = 1 AS ok, max(closes) FROM shop;",
        "SELECT true, date '0044-03-15 BC', ARRAY[time '24:00'];",
        "SELECT closes FROM shop;",
        "SELECT FROM shop;",
        "SELECT 0, false;",
      })
  void b7_check_readsItsFirstColumnOnly(String check) {
    Folder folder = withCheck(check);
    assertThat(bench.up(database, folder)).isInstanceOf(MigrationOutcome.Done.class);
  }

  @Test
  void b7_checkThatDoesNotHold_showsItsValuesAsPostgresDoes() {
    Folder folder = withCheck("SELECT false AS ok, max(closes) AS closes FROM shop;");
    MigrationOutcome outcome = bench.up(database, folder);
    assertThat(((MigrationOutcome.Failed) outcome).shown())
        .contains("it gave: ok = false, closes = 24:00:00");
  }

  private static Folder withCheck(String check) {
    return Folder.of(
        List.of(
            new SourceFile("01_shop_up.sql", SHOP),
            new SourceFile("01_shop_down.sql", NO_SHOP),
            new SourceFile("verify/01_shop.sql", check)));
  }

  @Test
  void b7_proof_ofRowsThatComeBack_hasAVerdict() {
    Folder folder = MigrationBench.folder("01_shop", SHOP, NO_SHOP);
    List<Proof> proofs =
        MigrationBench.wait(
            new ProofRunner(bench.vertx, database, true, ShadowChoice.SERVER, line -> {})
                .inOrder(folder.migrations()));
    assertThat(proofs).extracting(Proof::verdict).containsExactly(Verdict.GUARDED);
  }

  @Test
  void b7_generatedDown_ofRowsThatComeBack_isWritten() {
    List<String> told = new ArrayList<>();
    DownDraft draft =
        MigrationBench.wait(
            new DownDrafter(bench.vertx, database, ShadowChoice.SERVER, told::add)
                .draft(
                    List.of(),
                    MigrationBench.folder("01_shop", SHOP, NO_SHOP).migrations().getFirst(),
                    statement -> List.of()));
    assertThat(draft.plain("01_shop_up.sql")).contains("DROP TABLE public.shop");
  }
}
