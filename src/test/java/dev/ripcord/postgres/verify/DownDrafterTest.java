package dev.ripcord.postgres.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.TodaysCases;
import dev.ripcord.config.ShadowChoice;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.proof.Proof;
import dev.ripcord.migration.proof.Verdict;
import dev.ripcord.migration.undo.Drafted;
import dev.ripcord.parse.SqlParser;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The down that is written for the up of every case of the proof. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Order(1)
final class DownDrafterTest {
  /** Of these ups a type was changed so that values are lost, which only the proof can find. */
  private static final Set<String> LOSES_BY_TYPE =
      Set.of(
          "number to a coarser one",
          "time cut to a date",
          "json to jsonb",
          "double to real",
          "text to a number and back, with leading zeros");

  private static final AtomicInteger COMPLETE = new AtomicInteger();
  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private static Database base;

  @BeforeAll
  static void start() throws IOException {
    base = bench.fresh();
    bench.run(base, ProofCasesTest.statements(ProofCase.text("/proof/base.sql")));
  }

  static List<ProofCase> cases() {
    List<ProofCase> all =
        ProofCase.all().stream().filter(each -> !each.part("up").contains("nowhere")).toList();
    return TodaysCases.oneIn(16, all);
  }

  private static Drafted draft(Database live, MigrationFile file) {
    return MigrationBench.wait(
        new DownDrafter(bench.vertx, live, ShadowChoice.SERVER, text -> {})
            .proved(List.of(), file, "01_case_down.sql", new SqlParser()::read));
  }

  private static MigrationFile up(String sql) {
    return MigrationBench.folder("01_case", sql, "SELECT 1;").migrations().getFirst();
  }

  private static String drafted(String sql) {
    return draft(bench.copy(base), up(sql)).text("01_case_up.sql");
  }

  @Order(1)
  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void draft_ofAnUp_isNeverCalledCompleteAndFoundToLoseSomething(ProofCase each) {
    Database live = bench.copy(base);
    bench.run(live, ProofCasesTest.statements(each.part("setup")));

    Drafted drafted = draft(live, up(each.part("up")));

    String text = drafted.text("01_case_up.sql");
    Folder pair = MigrationBench.folder("01_case", each.part("up"), text);
    assertThat(pair.problems()).isEmpty();
    assertThat(pair.migrations().getFirst().header().irreversible().isEmpty())
        .as(text)
        .isEqualTo(drafted.isComplete());
    if (drafted.isComplete()) {
      assertThat(drafted.proof().map(Proof::verdict).orElseThrow())
          .as(text)
          .isIn(Verdict.PROVEN, Verdict.GUARDED);
      COMPLETE.incrementAndGet();
    } else {
      assertThat(text).containsAnyOf("-- cannot be undone: ", "nothing was found");
    }
    assertThat(drafted.found().isEmpty()).isEqualTo(!LOSES_BY_TYPE.contains(each.name()));
  }

  @Order(2)
  @Test
  void drafts_areOftenComplete() {
    // Of all cases more than half are; of the few of a day it may be fewer.
    assertThat(COMPLETE.get()).isGreaterThan(cases().size() / 4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          CREATE INDEX CONCURRENTLY i ON orders (total) | DROP INDEX CONCURRENTLY public.i;
          DROP INDEX CONCURRENTLY customer_name | CREATE INDEX CONCURRENTLY customer_name ON public.customer USING btree (name);
          ALTER TABLE customer RENAME COLUMN name TO title | ALTER TABLE public.customer RENAME COLUMN title TO name;
          ALTER TYPE mood RENAME VALUE 'ok' TO 'fine' | ALTER TYPE public.mood RENAME VALUE 'fine' TO 'ok';
          DROP VIEW rich | CREATE VIEW public.rich AS
          ALTER TABLE orders DROP CONSTRAINT orders_customer | ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id)
          ALTER TABLE empty DROP CONSTRAINT empty_pkey | ADD CONSTRAINT empty_pkey PRIMARY KEY (id);
          REVOKE ALL ON customer FROM reader | GRANT SELECT ON TABLE public.customer TO reader;
          DROP TRIGGER orders_log ON orders | CREATE TRIGGER orders_log AFTER INSERT ON public.orders
          ALTER TABLE customer ALTER phone SET NOT NULL | ALTER TABLE public.customer ALTER COLUMN phone DROP NOT NULL;
          COMMENT ON TABLE customer IS NULL | COMMENT ON TABLE public.customer IS 'who buys';
          """)
  void draft_bringsBackWhatTheCatalogSaid(String up, String said) {
    String setup = up.contains("SET NOT NULL") ? "DELETE FROM customer WHERE phone IS NULL" : "";
    Database live = bench.copy(base);
    bench.run(live, ProofCasesTest.statements(setup));

    Drafted drafted = draft(live, up(up + ";"));

    assertThat(drafted.text("01_case_up.sql")).contains(said).doesNotContain("cannot be undone");
    assertThat(drafted.isComplete()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ALTER TABLE customer DROP COLUMN phone | the values of customer.phone
          DROP TABLE audit                       | the rows of audit
          TRUNCATE audit                         | rows that this statement has changed
          UPDATE customer SET age = 1            | rows that this statement has changed
          DO $$BEGIN DELETE FROM audit; END$$    | rows that this statement has changed, or may have
          ALTER TYPE mood ADD VALUE 'glad'       | PostgreSQL cannot take a value of an enumeration away
          CREATE ROLE somebody                   | it reaches beyond one database
          """)
  void draft_ofWhatCannotBeUndone_saysSoAndIsNotRun(String up, String said) {
    assertThat(drafted(up + ";"))
        .contains("-- cannot be undone: ", said)
        .contains("\n-- down: none, because something cannot be undone");
  }

  @Test
  void draft_ofADroppedColumn_bringsBackAllThatBelongedToIt() {
    assertThat(drafted("ALTER TABLE customer DROP COLUMN region;"))
        .contains(
            "ADD COLUMN region character(2);",
            "ADD CONSTRAINT customer_region_fkey FOREIGN KEY (region)",
            "-- note: the columns of customer stand in another order");
  }

  @Test
  void b29_droppedGeneratedColumn_isWhole() {
    bench.run(base, "CREATE TABLE doubled (a int, b int GENERATED ALWAYS AS (a * 2) STORED)");
    try {
      assertThat(drafted("ALTER TABLE doubled DROP COLUMN b;"))
          .contains("GENERATED ALWAYS AS")
          .doesNotContain("cannot be undone");
    } finally {
      bench.run(base, "DROP TABLE doubled");
    }
  }

  @Test
  void draft_ofSeveralStatements_goesBackwards() {
    String text = drafted("CREATE TABLE a (id int); ALTER TABLE a RENAME TO b;");

    assertThat(text.indexOf("ALTER TABLE public.b RENAME TO a;"))
        .isPositive()
        .isLessThan(text.indexOf("DROP TABLE public.a;"));
  }

  @Test
  void draft_ofRowsInATableOfItsOwn_isComplete() {
    assertThat(drafted("CREATE TABLE a (id int); INSERT INTO a VALUES (1);"))
        .contains("DROP TABLE public.a;")
        .doesNotContain("cannot");
  }

  @Test
  void draft_ofAnUpThatFails_isNone() {
    Database live = bench.copy(base);
    MigrationFile file = up("DROP TABLE nowhere;");

    assertThatThrownBy(() -> draft(live, file))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("nothing was written")
        .hasMessageContaining("01_case_up.sql:1:1");
  }
}
