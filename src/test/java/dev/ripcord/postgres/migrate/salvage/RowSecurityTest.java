package dev.ripcord.postgres.migrate.salvage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.migration.selection.RevertSelection;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.PreconditionFailure;
import dev.ripcord.postgres.history.MigrationTables;
import dev.ripcord.postgres.migrate.MigrationRunner;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import dev.ripcord.release.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tables whose policies hide rows from the role that migrates, which owns them and is no superuser.
 */
final class RowSecurityTest {
  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private static final String POLICY =
      "CREATE POLICY odd ON orders USING (id % 2 = 1); ALTER TABLE orders ENABLE ROW LEVEL"
          + " SECURITY; ALTER TABLE orders FORCE ROW LEVEL SECURITY";

  /** As a superuser, who sees all. */
  private Database all = bench.database("postgres");

  /** As the role that owns the tables. */
  private Database owner = all;

  @BeforeAll
  static void roles() {
    bench.run(bench.database("postgres"), "CREATE ROLE keeper LOGIN", "CREATE ROLE sweeper LOGIN");
  }

  @BeforeEach
  void fresh() {
    all = bench.fresh();
    owner = as("keeper");
    bench.run(
        all,
        "GRANT CREATE ON DATABASE " + all.name() + " TO keeper, sweeper",
        "GRANT ALL ON SCHEMA public TO keeper, sweeper");
  }

  private Database as(String role) {
    return Database.of(
        new Secret("postgresql://%s@127.0.0.1:%d/%s".formatted(role, bench.port(), all.name())));
  }

  private String rows(String sql) {
    return bench.ask(all, "SELECT string_agg(r::text, ' ') FROM (" + sql + ") r");
  }

  private String isForced() {
    return bench.ask(
        all, "SELECT relforcerowsecurity FROM pg_class WHERE oid = 'orders'::regclass");
  }

  private void applied(Database by, String up, String down) {
    bench.up(by, MigrationBench.folder("01_change", up, down));
  }

  private <T> T archive(Database by, Function<KeptRows, T> asked) {
    try (MigrationSession session = bench.session(by)) {
      return asked.apply(new KeptRows(session, new MigrationTables("ripcord")));
    }
  }

  private List<String> kept() {
    return archive(owner, KeptRows::list).stream()
        .map(each -> each.kind() + " " + each.place() + " " + each.rows())
        .toList();
  }

  @Test
  void ownTableThatIsDropped_isKeptWithTheRowsThatAreHidden_andComesBack() {
    applied(owner, "CREATE TABLE orders (id int PRIMARY KEY);", "DROP TABLE orders;");
    bench.run(owner, "INSERT INTO orders VALUES (1), (2)", POLICY);
    assertThat(bench.ask(owner, "SELECT count(*) FROM orders")).isEqualTo("1");

    bench.reverted(owner);

    assertThat(kept()).containsExactly("TABLE orders 2");
    assertThat(rows("SELECT id FROM ripcord_salvage.s1_orders ORDER BY id")).isEqualTo("(1) (2)");
    bench.run(owner, "CREATE TABLE orders (id int PRIMARY KEY)");
    archive(owner, each -> each.restore(1, "ann"));
    assertThat(rows("SELECT id FROM orders ORDER BY id")).isEqualTo("(1) (2)");
  }

  @Test
  void valuesOfADroppedColumn_areKeptOfHiddenRowsToo_andThePolicyBindsAsBefore() {
    applied(
        owner,
        "CREATE TABLE orders (id int PRIMARY KEY, note text);",
        "ALTER TABLE orders DROP COLUMN note;");
    bench.run(owner, "INSERT INTO orders VALUES (1, 'a'), (2, 'b')", POLICY);

    bench.reverted(owner);

    assertThat(kept()).containsExactly("COLUMN orders.note 2");
    assertThat(rows("SELECT note FROM ripcord_salvage.s1_orders ORDER BY id")).isEqualTo("(a) (b)");
    assertThat(isForced()).isEqualTo("true");
  }

  @Test
  void rowsThatADownDeletes_areThoseThatItSees_andNoOtherIsCalledLost() {
    applied(owner, "CREATE TABLE orders (id int PRIMARY KEY);", "DELETE FROM orders WHERE id > 0;");
    bench.run(owner, "INSERT INTO orders VALUES (1), (2), (3)", POLICY);

    bench.reverted(owner);

    assertThat(rows("SELECT id FROM orders")).isEqualTo("(2)");
    assertThat(kept()).containsExactly("ROWS orders 2");
    assertThat(isForced()).isEqualTo("true");
  }

  /**
   * What a stage 2 has dropped comes back with its down, into a table that binds its owner again.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DROP TABLE orders; | CREATE TABLE orders (id int PRIMARY KEY, note text);",
        "ALTER TABLE orders DROP COLUMN note; | ALTER TABLE orders ADD COLUMN note text;"
      })
  void whatAStageTwoDropped_comesBackWhole_andThePolicyBindsAsBefore(String up, String down) {
    bench.run(
        owner,
        "CREATE TABLE orders (id int PRIMARY KEY, note text)",
        "INSERT INTO orders VALUES (1, 'a'), (2, 'b')",
        POLICY);
    List<String> told = new ArrayList<>();
    StageTwo stage = StageTwoDatabase.rule(1L << 30, Duration.ofDays(7)).telling(told::add);
    MigrationRunner runner = bench.runner(owner).stageTwo(stage);
    MigrationBench.wait(
        runner.upAll(MigrationBench.folder("01_remove_it", up, down), MigrationBench.TESTER));

    MigrationOutcome back =
        MigrationBench.wait(
            runner.down(past -> new RevertSelection(past).last(1), MigrationBench.TESTER));

    assertThat(back).isInstanceOf(MigrationOutcome.Done.class);
    assertThat(rows("SELECT * FROM orders ORDER BY id")).isEqualTo("(1,a) (2,b)");
    assertThat(isForced()).isEqualTo("true");
    assertThat(told).anyMatch(line -> line.startsWith("2 ") && line.endsWith("brought back"));
  }

  @Test
  void emptyTable_leavesNothingBehind() {
    applied(owner, "CREATE TABLE orders (id int PRIMARY KEY);", "DROP TABLE orders;");
    bench.run(owner, POLICY);

    bench.reverted(owner);

    assertThat(
            bench.ask(all, "SELECT count(*) FROM pg_namespace WHERE nspname = 'ripcord_salvage'"))
        .isEqualTo("0");
  }

  @Test
  void tableOfSomebodyElse_isRefused_withWhatMendsIt_andNothingIsDone() {
    applied(as("sweeper"), "SELECT 1;", "DELETE FROM orders;");
    bench.run(
        owner,
        "CREATE TABLE orders (id int PRIMARY KEY)",
        "INSERT INTO orders VALUES (1), (2)",
        POLICY,
        "GRANT ALL ON orders TO sweeper");

    assertThatThrownBy(() -> bench.reverted(as("sweeper")))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining(
            "rows would be lost: row-level security of public.orders hides rows from sweeper."
                + " ALTER ROLE \"sweeper\" BYPASSRLS, or let the owner of the table run the"
                + " migrations");

    assertThat(rows("SELECT id FROM orders ORDER BY id")).isEqualTo("(1) (2)");
  }

  @ParameterizedTest
  @CsvSource({
    "keeper, ALTER TABLE public.orders NO FORCE ROW LEVEL SECURITY meanwhile",
    "sweeper, let the owner of the table do it"
  })
  void whatAPersonPutsBack_locksNobodyOut_andIsRefused(String role, String next) {
    applied(owner, "CREATE TABLE orders (id int PRIMARY KEY);", "DELETE FROM orders WHERE id > 0;");
    bench.run(owner, "INSERT INTO orders VALUES (1), (2)");
    bench.reverted(owner);
    bench.run(
        owner,
        POLICY,
        "GRANT ALL ON orders TO sweeper",
        "GRANT USAGE ON SCHEMA ripcord TO sweeper",
        "GRANT ALL ON ALL TABLES IN SCHEMA ripcord TO sweeper");

    assertThatThrownBy(() -> archive(as(role), each -> each.restore(1, "ann")))
        .isInstanceOf(PreconditionFailure.class)
        .hasMessage(
            "not all rows could be put back: row-level security of public.orders hides rows from"
                + " %s. ALTER ROLE \"%s\" BYPASSRLS, or %s",
            role, role, next);
    assertThat(rows("SELECT id FROM orders")).isEqualTo("null");
  }
}
