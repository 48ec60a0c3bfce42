package dev.ripcord.postgres.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.migration.History;
import dev.ripcord.migration.proof.Difference;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.history.MigrationTables;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PlannedComparisonTest {
  @RegisterExtension static final MigrationBench BENCH = new MigrationBench();

  private static final MigrationTables TABLES = new MigrationTables("ripcord");

  @Test
  void databaseThatCannotBeReached_isNoFailure() {
    PlannedComparison none = new PlannedComparison(BENCH.vertx, BENCH.database("none"), TABLES);

    assertThat(none.session()).isEmpty();
    none.close();
  }

  @Test
  void sessionOfItsOwn_answersAndIsGoneAfterwards() {
    Database database = BENCH.fresh();
    BENCH.up(database, MigrationBench.folder("01_a", "CREATE TABLE a ();", "DROP TABLE a;"));
    PlannedComparison planned = new PlannedComparison(BENCH.vertx, database, TABLES);
    String sessions =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <>"
            + " pg_backend_pid()";

    MigrationSession session = planned.session().orElseThrow();
    History base = new History(List.of(), List.of());
    assertThat(planned.records().look(session, base, false).differences())
        .as("what is there now, beside an empty database")
        .extracting(Difference::since)
        .containsExactly("table a is new");
    assertThat(BENCH.ask(database, sessions)).isEqualTo("1");

    planned.close();
    BENCH.until(database, sessions.replace("count(*)", "count(*) = 0"));
  }
}
