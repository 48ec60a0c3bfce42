package dev.ripcord.postgres.migrate.salvage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.TodaysCases;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.MigrationSession;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a down does, every value that was there before is there afterwards: in its table or in
 * the salvage. Each value of each row is a word of its own.
 */
final class SalvageRandomTest {
  private static final int RUNS = 40;
  private static final String ALL_TABLES =
      """
      SELECT format('%I.%I', n.nspname, c.relname) AS name
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND n.nspname IN ('public', 'away', 'ripcord_salvage')
      """;

  @RegisterExtension static final MigrationBench bench = new MigrationBench();

  static List<Long> seeds() {
    return TodaysCases.oneIn(4, LongStream.range(0, RUNS).map(n -> n * 7919 + 17).boxed().toList());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void noValueIsLost(long seed) {
    Random random = new Random(seed);
    Database database = bench.fresh();
    List<String> words = fill(database, random);
    String down = down(random);
    bench.up(database, MigrationBench.folder("01_x", "SELECT 1;", down));

    String line = bench.reverted(database);

    assertThat(words(database)).as("seed %d: %s%n%s", seed, down, line).containsAll(words);
  }

  /** Four tables, the last two of which refer to the first; gives all words in them. */
  private static List<String> fill(Database database, Random random) {
    List<String> sql = new ArrayList<>();
    List<String> words = new ArrayList<>();
    sql.add("CREATE SCHEMA away");
    for (int t = 0; t < 4; t++) {
      String key = random.nextInt(4) == 0 ? "id int" : "id int PRIMARY KEY";
      String link = t < 2 ? "" : ", up int REFERENCES t0 ON DELETE CASCADE";
      sql.add(
          "CREATE TABLE t%d (%s, a text, b text DEFAULT 'none', c varchar(40)%s)"
              .formatted(t, t == 0 ? "id int PRIMARY KEY" : key, link));
      for (int r = 0; r < random.nextInt(6); r++) {
        List<String> values = new ArrayList<>();
        for (String column : List.of("a", "b", "c")) {
          if (random.nextInt(5) > 0) {
            String word = "wordof_t%dr%dc%s".formatted(t, r, column);
            words.add(word);
            values.add("'" + word + "'");
          } else {
            values.add("NULL");
          }
        }
        sql.add(
            "INSERT INTO t%d (id, a, b, c) VALUES (%d, %s)"
                .formatted(t, r, String.join(", ", values)));
      }
    }
    for (int t = 2; t < 4; t++) {
      sql.add("UPDATE t" + t + " SET up = id WHERE id IN (SELECT id FROM t0)");
    }
    bench.run(database, sql.toArray(String[]::new));
    return words;
  }

  /** Statements that may not all go well: each is tried by itself. */
  private static String down(Random random) {
    List<String> statements = new ArrayList<>();
    IntStream.range(0, 1 + random.nextInt(5)).forEach(n -> statements.add(statement(random)));
    return String.join("\n", statements);
  }

  private static String statement(Random random) {
    int t = random.nextInt(4);
    String column = List.of("a", "b", "c").get(random.nextInt(3));
    String plain =
        switch (random.nextInt(12)) {
          case 0 -> "DROP TABLE IF EXISTS t%d CASCADE".formatted(t);
          case 1 -> "ALTER TABLE IF EXISTS t%d DROP COLUMN IF EXISTS %s".formatted(t, column);
          case 2 -> guarded("DELETE FROM t%d WHERE id %% 2 = %d".formatted(t, random.nextInt(2)));
          case 3 -> guarded("UPDATE t%d SET %s = upper(%s)".formatted(t, column, column));
          case 4 -> guarded("TRUNCATE t%d CASCADE".formatted(t));
          case 5 ->
              guarded(
                  "ALTER TABLE t%d ALTER %s TYPE varchar(9) USING left(%s, 9)"
                      .formatted(t, column, column));
          case 6 -> guarded("ALTER TABLE t%d RENAME TO t%d_new".formatted(t, t));
          case 7 -> guarded("ALTER TABLE t%d RENAME %s TO %s_new".formatted(t, column, column));
          case 8 -> guarded("ALTER TABLE t%d SET SCHEMA away".formatted(t));
          case 9 -> guarded("DROP TABLE t%d_new CASCADE".formatted(t));
          case 10 -> guarded("ALTER TABLE t%d_new DROP COLUMN %s".formatted(t, column));
          default -> guarded("DROP TABLE away.t%d CASCADE".formatted(t));
        };
    return plain + ";";
  }

  /** Goes on where the statement no longer fits, as a file of a careful person does. */
  private static String guarded(String statement) {
    return "DO $$ BEGIN %s; EXCEPTION WHEN undefined_table OR undefined_column OR duplicate_table OR duplicate_column THEN NULL; END $$"
        .formatted(statement);
  }

  private static Set<String> words(Database database) {
    Set<String> words = new TreeSet<>();
    try (MigrationSession session = bench.session(database)) {
      for (Row table : session.ask(ALL_TABLES)) {
        for (Row row : session.ask("SELECT t::text FROM " + table.getString(0) + " t")) {
          for (String word : row.getString(0).split("[(),\"]", -1)) {
            words.add(word);
          }
        }
      }
    }
    return words;
  }
}
