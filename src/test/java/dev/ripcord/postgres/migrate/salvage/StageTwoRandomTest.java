package dev.ripcord.postgres.migrate.salvage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.TodaysCases;
import dev.ripcord.migration.selection.RevertSelection;
import dev.ripcord.parse.SqlParser;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.migrate.MigrationRunner;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a stage 2 drops, its down brings back every value of every row, and what others wrote in
 * between stays. Tables with all that hangs on them: keys of others, identities, sequences,
 * defaults, computed columns, types of one's own, partitions, rights, policies.
 */
final class StageTwoRandomTest {
  private static final int RUNS = 40;
  private static final int TABLES = 4;

  @RegisterExtension static final MigrationBench bench = new MigrationBench();

  static List<Long> seeds() {
    return TodaysCases.oneIn(4, LongStream.range(0, RUNS).map(n -> n * 6271 + 5).boxed().toList());
  }

  /** A table as it is made, and a column that may be dropped with what adds it again. */
  private record Made(String name, String create, Map<String, String> columns) {}

  @ParameterizedTest
  @MethodSource("seeds")
  void everyValueComesBack(long seed) {
    Random random = new Random(seed);
    Database database = bench.fresh();
    List<Made> made = fill(database, random);
    List<String> ups = new ArrayList<>();
    List<String> downs = new ArrayList<>();
    drop(made, random, ups, downs);
    Map<String, Set<String>> before = contents(database, made);
    StageTwo stage =
        StageTwo.keeping(
            new SalvageRule(
                1L << 30, Duration.ofSeconds(20), new SqlParser()::read, true, entry -> {}),
            Duration.ofDays(1));
    MigrationRunner runner = bench.runner(database).stageTwo(stage);
    String text = String.join("\n", ups) + "\n-- down:\n" + String.join("\n", downs);

    assertThat(
            MigrationBench.wait(
                runner.upAll(
                    MigrationBench.folder(
                        "01_remove_it", String.join("\n", ups), String.join("\n", downs)),
                    MigrationBench.TESTER)))
        .as("seed %d%n%s", seed, text)
        .isInstanceOf(MigrationOutcome.Done.class);
    Set<String> meanwhile = meanwhile(database, made);
    assertThat(
            MigrationBench.wait(
                runner.down(past -> new RevertSelection(past).last(1), MigrationBench.TESTER)))
        .as("seed %d%n%s", seed, text)
        .isInstanceOf(MigrationOutcome.Done.class);

    Map<String, Set<String>> after = contents(database, made);
    before.forEach(
        (table, rows) ->
            assertThat(after.get(table))
                .as("seed %d, %s%n%s", seed, table, text)
                .containsAll(rows));
    meanwhile.forEach(
        table ->
            assertThat(after.get(table))
                .as("seed %d, %s%n%s", seed, table, text)
                .anyMatch(row -> row.contains("meanwhile")));
  }

  private static List<Made> fill(Database database, Random random) {
    List<Made> made = new ArrayList<>();
    List<String> sql = new ArrayList<>();
    sql.add("CREATE TYPE mood AS ENUM ('good', 'bad')");
    sql.add("DO $$ BEGIN CREATE ROLE someone; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
    for (int t = 0; t < TABLES; t++) {
      Map<String, String> columns = new TreeMap<>();
      columns.put("a", "text");
      columns.put("b", "text DEFAULT 'none'");
      columns.put("c", "mood");
      columns.put("n", "int NOT NULL DEFAULT 5");
      if (random.nextBoolean()) {
        columns.put("s", "serial");
      }
      boolean partitioned = t == 3 && random.nextBoolean();
      String key =
          random.nextBoolean() && !partitioned
              ? "id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
              : "id int PRIMARY KEY";
      StringBuilder create = new StringBuilder("CREATE TABLE t" + t + " (" + key);
      columns.forEach((name, type) -> create.append(", ").append(name).append(' ').append(type));
      create.append(", g text GENERATED ALWAYS AS (a || b) STORED");
      if (t > 0) {
        create.append(", up int REFERENCES t").append(random.nextInt(t));
        create.append(random.nextBoolean() ? " ON DELETE CASCADE" : "");
      }
      create.append(")");
      if (partitioned) {
        create.append(" PARTITION BY RANGE (id); CREATE TABLE t3_low PARTITION OF t3 FOR VALUES");
        create.append(" FROM (0) TO (3); CREATE TABLE t3_rest PARTITION OF t3 DEFAULT");
      }
      made.add(new Made("t" + t, create + ";", columns));
      sql.add(create.toString());
      for (int r = 1; r <= 1 + random.nextInt(5); r++) {
        sql.add(
            "INSERT INTO t%d (id, a, b, c, n) OVERRIDING SYSTEM VALUE VALUES (%d, %s, %s, %s, %d)"
                .formatted(
                    t,
                    r,
                    random.nextInt(4) == 0 ? "NULL" : "'a" + t + r + "'",
                    random.nextInt(4) == 0 ? "DEFAULT" : "'b" + t + r + "'",
                    random.nextInt(3) == 0 ? "NULL" : random.nextBoolean() ? "'good'" : "'bad'",
                    random.nextInt(3) == 0 ? 5 : r));
      }
      if (t > 0) {
        sql.add("UPDATE t" + t + " SET up = 1");
      }
      if (random.nextBoolean()) {
        sql.add("GRANT SELECT ON t" + t + " TO someone");
        sql.add("CREATE POLICY p ON t" + t + " USING (id > 0)");
        sql.add("ALTER TABLE t" + t + " ENABLE ROW LEVEL SECURITY");
      }
    }
    bench.run(database, sql.toArray(String[]::new));
    return made;
  }

  /** Drops of which a down can make again what holds the rows. */
  private static void drop(List<Made> made, Random random, List<String> ups, List<String> downs) {
    Set<Integer> gone = new LinkedHashSet<>();
    for (int n = 0; n < 1 + random.nextInt(4); n++) {
      int t = random.nextInt(TABLES);
      Made table = made.get(t);
      if (gone.contains(t)) {
        continue;
      }
      switch (random.nextInt(5)) {
        case 0 -> {
          ups.add("DROP TABLE " + table.name() + " CASCADE;");
          gone.add(t);
        }
        case 1 -> {
          ups.add("DO $$ BEGIN EXECUTE 'DROP TABLE " + table.name() + " CASCADE'; END $$;");
          gone.add(t);
        }
        case 2 -> {
          List<String> left =
              table.columns().keySet().stream()
                  .filter(name -> !name.equals("a") && !name.equals("b"))
                  .filter(name -> ups.stream().noneMatch(up -> isOf(up, table, name)))
                  .toList();
          if (!left.isEmpty()) {
            String column = left.get(random.nextInt(left.size()));
            ups.add("ALTER TABLE %s DROP COLUMN %s;".formatted(table.name(), column));
            downs.addFirst(
                "ALTER TABLE %s ADD COLUMN %s %s;"
                    .formatted(table.name(), column, table.columns().get(column)));
          }
        }
        case 3 -> ups.add("DELETE FROM %s WHERE id %% 2 = 0;".formatted(table.name()));
        default -> ups.add("TRUNCATE " + table.name() + " CASCADE;");
      }
    }
    if (ups.isEmpty()) {
      ups.add("SELECT 1;");
    }
    // A table that is dropped is made again whole, so nothing is added to it.
    gone.forEach(t -> downs.removeIf(down -> down.startsWith("ALTER TABLE t" + t + " ")));
    gone.stream().sorted().map(t -> made.get(t).create()).forEach(downs::add);
    if (downs.isEmpty()) {
      downs.add("SELECT 1;");
    }
  }

  private static boolean isOf(String up, Made table, String column) {
    return up.equals("ALTER TABLE %s DROP COLUMN %s;".formatted(table.name(), column));
  }

  /** Rows that somebody writes between the up and the down, where the table is there. */
  private static Set<String> meanwhile(Database database, List<Made> made) {
    Set<String> written = new LinkedHashSet<>();
    try (MigrationSession session = bench.session(database)) {
      for (Made table : made) {
        if (session.tryRun(
            "INSERT INTO %s (id, a) OVERRIDING SYSTEM VALUE VALUES (99, 'meanwhile')"
                .formatted(table.name()))) {
          written.add(table.name());
        }
      }
    }
    return written;
  }

  /** All rows of each table, with the columns in the order of their names. */
  private static Map<String, Set<String>> contents(Database database, List<Made> made) {
    Map<String, Set<String>> all = new TreeMap<>();
    try (MigrationSession session = bench.session(database)) {
      for (Made table : made) {
        Set<String> rows = new LinkedHashSet<>();
        for (Row row : session.ask("SELECT to_jsonb(t)::text FROM " + table.name() + " t")) {
          rows.add(row.getString(0));
        }
        all.put(table.name(), rows);
      }
    }
    return all;
  }
}
