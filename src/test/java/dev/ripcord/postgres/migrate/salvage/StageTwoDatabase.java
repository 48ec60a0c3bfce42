package dev.ripcord.postgres.migrate.salvage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.selection.RevertSelection;
import dev.ripcord.parse.SqlParser;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.history.MigrationTables;
import dev.ripcord.postgres.migrate.MigrationRunner;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;

/** A database with customers, and stage 2 on it. */
abstract class StageTwoDatabase {
  private static final String CUSTOMERS =
      "CREATE TABLE customers (id int PRIMARY KEY, name text, fax text, score int NOT NULL DEFAULT"
          + " 0); INSERT INTO customers VALUES (1, 'ann', 'f1', 7), (2, 'bob', NULL, 0), (3, 'eve',"
          + " 'f3', 9);";

  final MigrationBench bench;
  final List<String> told = new ArrayList<>();
  Database database;

  StageTwoDatabase(MigrationBench bench) {
    this.bench = bench;
  }

  @BeforeEach
  void fresh() {
    database = bench.fresh();
    bench.run(database, CUSTOMERS);
  }

  static StageTwo rule(long maxBytes, Duration grace) {
    return StageTwo.keeping(
        new SalvageRule(maxBytes, Duration.ofSeconds(20), new SqlParser()::read, true, entry -> {}),
        grace);
  }

  StageTwo week() {
    return rule(1L << 30, Duration.ofDays(7)).telling(told::add);
  }

  MigrationOutcome up(Folder folder, StageTwo stage) {
    MigrationRunner runner = bench.runner(database).stageTwo(stage);
    return MigrationBench.wait(runner.upAll(folder, MigrationBench.TESTER));
  }

  MigrationOutcome removed(String up, String down) {
    return up(MigrationBench.folder("01_remove_it", up, down), week());
  }

  MigrationOutcome down(StageTwo stage) {
    return MigrationBench.wait(
        bench
            .runner(database)
            .stageTwo(stage)
            .down(past -> new RevertSelection(past).last(1), MigrationBench.TESTER));
  }

  void reverted() {
    assertThat(down(week())).isInstanceOf(MigrationOutcome.Done.class);
  }

  static String reasons(MigrationOutcome outcome) {
    assertThat(outcome).isInstanceOf(MigrationOutcome.Refused.class);
    return String.join("; ", ((MigrationOutcome.Refused) outcome).reasons());
  }

  <T> T kept(Function<KeptRows, T> asked) {
    try (MigrationSession session = bench.session(database)) {
      return asked.apply(new KeptRows(session, new MigrationTables("ripcord")));
    }
  }

  List<SalvageEntry> purged() {
    return kept(rows -> rows.purgeDue("daemon"));
  }

  List<String> entries() {
    return kept(KeptRows::list).stream()
        .filter(each -> each.purgedAt().isEmpty())
        .map(each -> each.cause().text() + " " + each.place() + " " + each.rows())
        .toList();
  }

  String rows(String query) {
    return bench.ask(
        database, "SELECT coalesce(string_agg(r::text, ' '), '') FROM (" + query + ") r");
  }

  boolean isThere(String what) {
    return Boolean.parseBoolean(bench.ask(database, "SELECT EXISTS (" + what + ")"));
  }

  static final String SALVAGE = "SELECT FROM pg_namespace WHERE nspname = 'ripcord_salvage'";

  List<String> lossesOfTheLast() {
    MigrationRunner runner = bench.runner(database);
    List<Applied> last =
        List.of(MigrationBench.wait(runner.status()).history().applied().getLast());
    return MigrationBench.wait(runner.losses(last, new SqlParser()::read)).stream()
        .flatMap(each -> each.texts().stream())
        .toList();
  }
}
