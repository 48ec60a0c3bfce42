package dev.ripcord.postgres.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.config.ShadowChoice;
import dev.ripcord.migration.Applied;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class RevertDrillTest {
  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private Database database;

  @BeforeEach
  void fresh() {
    database = bench.fresh();
  }

  private List<Applied> applied(String... namesAndTexts) {
    bench.up(database, MigrationBench.folder(namesAndTexts));
    return bench.history(database).applied();
  }

  private RevertDrill.Rehearsed rehearsed(List<Applied> downs) {
    return MigrationBench.wait(
        new RevertDrill(bench.vertx, database, ShadowChoice.SERVER, System::nanoTime)
            .rehearse(downs));
  }

  @Test
  void downs_areRunOnTheCopy_andTheDatabaseStays() {
    List<Applied> all =
        applied(
            "01_a",
            "CREATE TABLE a (id int);",
            "DROP TABLE a;",
            "02_b",
            "CREATE TABLE b (id int);",
            "DROP TABLE b;");
    bench.run(database, "INSERT INTO a VALUES (1)");

    RevertDrill.Rehearsed rehearsed = rehearsed(all.reversed());

    assertThat(rehearsed.isGood()).isTrue();
    assertThat(rehearsed.downs())
        .extracting(RevertDrill.Down::label)
        .containsExactly("02_b", "01_a");
    assertThat(bench.ask(database, "SELECT count(*) FROM a")).isEqualTo("1");
    assertThat(
            bench.ask(
                database, "SELECT count(*) FROM pg_database WHERE datname LIKE 'ripcord_shadow%'"))
        .isEqualTo("0");
  }

  @Test
  void downThatFails_endsIt_withItsPlaceAndReason() {
    List<Applied> all =
        applied(
            "01_a",
            "CREATE TABLE a (id int);",
            "DROP TABLE a;",
            "02_v",
            "CREATE VIEW v AS SELECT 1;",
            "DROP TABLE nothing;");

    RevertDrill.Rehearsed rehearsed = rehearsed(all.reversed());

    assertThat(rehearsed.isGood()).isFalse();
    assertThat(rehearsed.downs()).hasSize(1);
    assertThat(rehearsed.downs().getFirst().failure())
        .isEqualTo(
            Optional.of("02_v (as stored):1:1  table \"nothing\" does not exist (SQLSTATE 42P01)"));
  }
}
