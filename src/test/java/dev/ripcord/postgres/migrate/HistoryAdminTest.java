package dev.ripcord.postgres.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.selection.Repair;
import dev.ripcord.migration.selection.RevertSelection;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class HistoryAdminTest {
  private static final String AUDIT =
      "SELECT string_agg(direction || ' ' || migration_version || ' ' || coalesce(because, '-'), ',"
          + " ' ORDER BY id) FROM ripcord.migration_audit WHERE direction NOT IN ('up', 'down')";
  private static final Folder FOLDER =
      MigrationBench.folder(
          "01_create_a",
          "CREATE TABLE a (id int);",
          "DROP TABLE a;",
          "02_create_b",
          "CREATE TABLE b (id int);",
          "DROP TABLE b;");

  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private Database database;

  @BeforeEach
  void fresh() {
    database = bench.fresh();
  }

  private HistoryAdmin books() {
    return new HistoryAdmin(
        bench.vertx, database, MigrationBench.limits(Duration.ofSeconds(5)), System::nanoTime);
  }

  private Amendment baseline(String version, boolean force, boolean dryRun) {
    return MigrationBench.wait(
        books().baseline(FOLDER, new Version(version), force, MigrationBench.TESTER, dryRun));
  }

  private Amendment repair(Folder folder, Repair.Wish wish, boolean dryRun) {
    return MigrationBench.wait(
        books().repair(folder, wish, MigrationBench.TESTER, Optional.of("it was so"), dryRun));
  }

  private static Repair.Wish accept(String... versions) {
    Set<Version> accepted = Set.copyOf(List.of(versions).stream().map(Version::new).toList());
    return new Repair.Wish(accepted, false, Set.of(), Set.of(), Set.of());
  }

  private List<String> applied() {
    return bench.history(database).applied().stream().map(Applied::label).toList();
  }

  @Test
  void baseline_aDatabaseThatStandsThere_isRecordedAndNothingIsRun() {
    assertThat(baseline("01", false, true).changes())
        .containsExactly("01_create_a: recorded as applied, without being run");
    assertThat(bench.ask(database, "SELECT to_regnamespace('ripcord') IS NULL"))
        .as("a dry run makes nothing")
        .isEqualTo("true");
    assertThat(baseline("01", false, false).refusals()).isEmpty();
    assertThat(applied()).containsExactly("01_create_a");
    assertThat(bench.ask(database, "SELECT to_regclass('a') IS NULL")).isEqualTo("true");
    assertThat(bench.ask(database, AUDIT)).isEqualTo("baseline 01 -");
    assertThat(bench.up(database, FOLDER).steps()).hasSize(1);
    assertThat(applied()).containsExactly("01_create_a", "02_create_b");
    assertThat(RevertSelection.blocker(bench.history(database).applied().getFirst()).orElse(""))
        .contains("recorded by a baseline, Ripcord did not run it");
  }

  @Test
  void baseline_aHistoryThatIsThere_isRefusedWithoutForce() {
    bench.run(database, "CREATE TABLE a (id int)");
    assertThat(baseline("01", false, false).refusals()).isEmpty();
    assertThat(baseline("02", false, false).refusals().getFirst()).contains("--force");
    assertThat(applied()).containsExactly("01_create_a");
    assertThat(baseline("02", true, false).changes()).hasSize(1);
    assertThat(applied()).containsExactly("01_create_a", "02_create_b");
  }

  @Test
  void repair_aChangedText_isAcceptedOnAWordAndAudited() {
    bench.up(database, FOLDER);
    Folder edited =
        MigrationBench.folder(
            "01_create_a",
            "CREATE TABLE a (id int); -- said",
            "DROP TABLE a;",
            "02_create_b",
            "CREATE TABLE b (id int);",
            "DROP TABLE IF EXISTS b;");
    assertThat(bench.up(database, edited)).isInstanceOf(MigrationOutcome.Refused.class);
    assertThat(repair(edited, accept(), false).left()).hasSize(2);
    assertThat(repair(edited, accept("1", "2"), true).changes()).hasSize(2);
    assertThat(bench.up(database, edited)).isInstanceOf(MigrationOutcome.Refused.class);
    assertThat(repair(edited, accept("1", "2"), false).left()).isEmpty();
    assertThat(bench.up(database, edited)).isInstanceOf(MigrationOutcome.Done.class);
    assertThat(bench.history(database).applied().getLast().down())
        .contains("DROP TABLE IF EXISTS b;");
    assertThat(bench.ask(database, AUDIT)).isEqualTo("repair 01 it was so, repair 02 it was so");
    assertThat(bench.down(database, RevertSelection::toBase).steps()).hasSize(2);
  }

  @Test
  void repair_workByHand_isRecordedBothWays() {
    bench.up(database, FOLDER);
    bench.run(database, "DROP TABLE b");
    Repair.Wish back =
        new Repair.Wish(Set.of(), false, Set.of(), Set.of(new Version("2")), Set.of());
    assertThat(repair(FOLDER, back, false).refusals()).isEmpty();
    assertThat(applied()).containsExactly("01_create_a");
    bench.run(database, "CREATE TABLE b (id int)");
    Repair.Wish there =
        new Repair.Wish(Set.of(), false, Set.of(new Version("02")), Set.of(), Set.of());
    assertThat(repair(FOLDER, there, false).refusals()).isEmpty();
    assertThat(bench.down(database, downs -> downs.last(1)).steps()).hasSize(1);
    assertThat(bench.ask(database, "SELECT to_regclass('b') IS NULL")).isEqualTo("true");
    assertThat(MigrationBench.wait(books().events()))
        .extracting(event -> event.what() + " " + event.version() + " " + event.by())
        .containsExactly("repair 02 tester", "repair 02 tester");
  }

  @Test
  void repair_aRunThatBrokeOff_isForgottenOnAWord() {
    Folder folder =
        MigrationBench.folder(
            "01_a", "-- transaction: none\nCREATE TABLE a (id int);\nSELECT 1/0;", "DROP TABLE a;");
    assertThat(bench.up(database, folder)).isInstanceOf(MigrationOutcome.Failed.class);
    assertThat(repair(folder, accept(), false).changes()).isEmpty();
    Repair.Wish forget =
        new Repair.Wish(Set.of(), false, Set.of(), Set.of(), Set.of(new Version("1")));
    assertThat(repair(folder, forget, false).changes().getFirst())
        .contains("its up that broke off (1 of 2 statements) is dropped");
    assertThat(bench.ask(database, "SELECT count(*) FROM ripcord.migration_progress"))
        .isEqualTo("0");
  }

  @Test
  void make_tablesOfAnEarlierVersion_learnToTellOfPeople() {
    bench.up(database, FOLDER);
    bench.run(
        database,
        "ALTER TABLE ripcord.migration_audit DROP COLUMN because, DROP COLUMN detail",
        "ALTER TABLE ripcord.migration_audit DROP CONSTRAINT migration_audit_direction_check",
        "ALTER TABLE ripcord.migration_audit ADD CONSTRAINT migration_audit_direction_check"
            + " CHECK (direction IN ('up', 'down'))");
    assertThat(MigrationBench.wait(books().events())).isEmpty();
    assertThat(baseline("02", true, false).changes()).isEmpty();
    Repair.Wish back =
        new Repair.Wish(Set.of(), false, Set.of(), Set.of(new Version("2")), Set.of());
    assertThat(repair(FOLDER, back, false).refusals()).isEmpty();
    assertThat(MigrationBench.wait(books().events())).hasSize(1);
  }

  @Test
  void watch_aRunThatWaits_isSeenWithWhoIsInItsWay() {
    bench.up(database, FOLDER);
    Folder more = MigrationBench.folder("03_add_c", "ALTER TABLE a ADD COLUMN c int;", "SELECT 1;");
    try (MigrationSession other = bench.session(database);
        ActivityMonitor watch =
            ActivityMonitor.open(bench.vertx, database, "ripcord", Optional.empty())) {
      assertThat(watch.activity()).isEmpty();
      other.run("BEGIN");
      other.run("LOCK TABLE a IN ACCESS EXCLUSIVE MODE");
      Future<MigrationOutcome> run = bench.runner(database).upAll(more, MigrationBench.TESTER);
      bench.until(
          database,
          "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND relation = 'a'::regclass");
      List<MigrationActivity> seen = watch.activity();
      other.run("COMMIT");
      assertThat(MigrationBench.wait(run)).isInstanceOf(MigrationOutcome.Done.class);
      assertThat(seen).filteredOn(MigrationActivity::migrates).hasSize(1);
      assertThat(seen).anyMatch(each -> each.pid() == other.pid());
      assertThat(watch.status().history().current()).contains(new Version("03"));
    }
  }
}
