package dev.ripcord.migration.risk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.TestPostgres;
import dev.ripcord.migration.risk.OperationImpact.Code;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.statement.Grade;
import dev.ripcord.migration.statement.LockMode;
import dev.ripcord.parse.SqlParser;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.catalog.CatalogReader;
import dev.ripcord.release.Secret;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Runs each line of {@code statements.sql} on a real server, looks at what it locked and rewrote,
 * and compares that with what was foretold.
 */
final class ServerTruthTest {
  private static final String BEFORE =
      """
      SELECT c.oid::int8, CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname
        AS name, pg_relation_filenode(c.oid)::int8 AS file
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname IN ('public', 'app', 'other')
      """;
  private static final String LOCKS =
      """
      SELECT relation::int8 AS oid, mode FROM pg_locks
      WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted
      """;

  private final Vertx vertx = Vertx.vertx();
  private PgConnectOptions options = new PgConnectOptions();

  @BeforeEach
  void makeTheDatabase() throws IOException {
    options = TestPostgres.freshDatabase();
    TestPostgres.execute(options, resource("base.sql"));
  }

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private static String resource(String name) throws IOException {
    try (var stream = ServerTruthTest.class.getResourceAsStream("/risk/" + name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** What a line did, or was said to do: the hardest lock of each table, and what is rewritten. */
  private record Deeds(Map<String, String> locks, Set<String> rewritten) {}

  @Test
  void locksAndRewrites_areThoseOfTheServer() throws IOException {
    Database database = Database.of(new Secret(TestPostgres.url(options)));
    Forecast forecast =
        Forecast.of(new CatalogReader(vertx, database).read().await(), new SqlParser()::read);
    List<String> wrong = new ArrayList<>();
    int compared = 0;
    PgConnection connection = PgConnection.connect(vertx, options).await();
    List<Row> before = ask(connection, BEFORE);
    for (String line : resource("statements.sql").lines().toList()) {
      if (line.startsWith("--")) {
        continue;
      }
      Assessment said = forecast.copy().run(Script.parse(line));
      try {
        compared++;
        Deeds truth = run(connection, before, line);
        Deeds told = deeds(said, line);
        if (said.risk() == Grade.UNKNOWN || !told.equals(truth)) {
          wrong.add(line + "\n   said " + told + " " + said.problems() + "\n   is   " + truth);
        }
      } catch (RuntimeException refused) {
        wrong.add(line + "\n   refused: " + refused.getMessage());
      }
      ask(connection, "ROLLBACK");
      ask(connection, "DISCARD ALL");
    }

    assertThat(wrong).as("lines foretold wrongly, of %s", compared).isEmpty();
    assertThat(compared).isGreaterThan(400);
  }

  private static Deeds deeds(Assessment said, String line) {
    Map<String, String> locks = new TreeMap<>();
    Set<String> rewritten = new TreeSet<>();
    for (OperationImpact effect : said.effects()) {
      effect.lock().ifPresent(mode -> locks.put(effect.table().orElseThrow(), mode.text()));
      if (effect.code() == Code.REWRITE) {
        rewritten.add(effect.table().orElseThrow());
      }
    }
    return new Deeds(locks, line.contains("TRUNCATE") ? Set.of() : rewritten);
  }

  private static Deeds run(PgConnection connection, List<Row> before, String line) {
    Map<Long, String> names = new TreeMap<>();
    Map<Long, Long> files = new TreeMap<>();
    for (Row row : before) {
      names.put(row.getLong("oid"), row.getString("name"));
      if (row.getLong("file") != null) {
        files.put(row.getLong("oid"), row.getLong("file"));
      }
    }
    ask(connection, "BEGIN");
    ask(connection, line);
    Map<String, LockMode> hardest = new TreeMap<>();
    for (Row row : ask(connection, LOCKS)) {
      String name = names.get(row.getLong("oid"));
      LockMode mode = mode(row.getString("mode"));
      if (name != null && mode.isHard()) {
        hardest.merge(name, mode, LockMode::or);
      }
    }
    Map<String, String> locks = new TreeMap<>();
    hardest.forEach((name, mode) -> locks.put(name, mode.text()));
    Set<String> rewritten = new TreeSet<>();
    ask(connection, "RESET search_path");
    for (Row row : ask(connection, BEFORE)) {
      Long file = files.get(row.getLong("oid"));
      if (file != null && !line.contains("TRUNCATE") && !file.equals(row.getLong("file"))) {
        rewritten.add(names.get(row.getLong("oid")));
      }
    }
    return new Deeds(locks, rewritten);
  }

  private static LockMode mode(String pgLocks) {
    String words = pgLocks.replace("Lock", "").replaceAll("(?<=[a-z])(?=[A-Z])", " ");
    return LockMode.of(words.toUpperCase(Locale.ROOT));
  }

  private static List<Row> ask(PgConnection connection, String sql) {
    return connection.query(sql).execute().await().stream().toList();
  }
}
