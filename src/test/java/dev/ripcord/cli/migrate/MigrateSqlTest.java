package dev.ripcord.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.HostPostgres;
import dev.ripcord.TestPostgres;
import dev.ripcord.cli.Cli;
import dev.ripcord.cli.console.Console;
import dev.ripcord.port.Clocks;
import io.vertx.pgclient.PgConnectOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code migrate sql} prints does through psql what {@code up} and {@code down} do. */
final class MigrateSqlTest {
  private static final String[] FILES = {
    "01_a", "CREATE TABLE a (id int);\nINSERT INTO a SELECT g FROM generate_series(1, 25) g",
        "DROP TABLE a",
    "02_b", "ALTER TABLE a ADD COLUMN x int -- no end", "ALTER TABLE a DROP COLUMN x /* none */",
    "03_c", "CREATE INDEX CONCURRENTLY ai ON a (id)", "DROP INDEX CONCURRENTLY ai",
    "04_d", "\uFEFFCREATE TEMP TABLE a (id int); SET ROLE pg_monitor; SET search_path = pg_temp",
        "SELECT 1",
    "05_e", "ALTER TABLE a ADD COLUMN note text DEFAULT $$;é$$", "ALTER TABLE a DROP COLUMN note",
    "06_f",
        "-- batch: 10\nDELETE FROM a WHERE id IN (SELECT id FROM a WHERE id <= 20 LIMIT :batch)",
        "SELECT 1",
    "07_g", "-- transaction: none\nUPDATE a SET x = 1", "UPDATE a SET x = NULL"
  };
  private static final String LOOK =
      "SELECT (SELECT string_agg(a::text, ' ' ORDER BY id) FROM a), to_regclass('ai')";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  @TempDir private Path dir;

  private String run(PgConnectOptions database, String... arguments) {
    out.reset();
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            Map.of("DATABASE_URL", HostPostgres.url(database)),
            false);
    List<String> all = new ArrayList<>(List.of("migrate"));
    all.addAll(Arrays.asList(arguments));
    all.addAll(List.of("--dir", dir.toString()));
    int code =
        Cli.run(
            all.toArray(String[]::new),
            console,
            new Clocks(InstantSource.system(), System::nanoTime));
    String said = out.toString(StandardCharsets.UTF_8);
    assertThat(code).as(said).isZero();
    return said;
  }

  private String psql(PgConnectOptions database, String sql) throws IOException {
    Path file = Files.writeString(dir.resolve("in.psql"), sql);
    Process process =
        new ProcessBuilder(
                "psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", HostPostgres.url(database))
            .redirectInput(file.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.onExit().join().exitValue()).as(said).isZero();
    return said;
  }

  @Test
  void b12_throughPsql_doesWhatARunDoes() throws IOException {
    for (int i = 0; i < FILES.length; i += 3) {
      Files.writeString(dir.resolve(FILES[i] + "_up.sql"), FILES[i + 1]);
      Files.writeString(dir.resolve(FILES[i] + "_down.sql"), FILES[i + 2]);
    }
    PgConnectOptions byPsql = HostPostgres.freshDatabase("b12_psql");
    PgConnectOptions byUs = HostPostgres.freshDatabase("b12_us");
    for (PgConnectOptions each : List.of(byPsql, byUs)) {
      TestPostgres.execute(each, "ALTER DATABASE " + each.getDatabase() + " SET work_mem = '1MB'");
    }

    String _ = psql(byPsql, run(byUs, "sql", "up"));
    String _ = run(byUs, "up");
    assertThat(psql(byPsql, LOOK)).isEqualTo(psql(byUs, LOOK)).contains("(21,1,;é)");

    String _ = psql(byPsql, run(byUs, "sql", "down"));
    assertThat(psql(byPsql, "SELECT to_regclass('a'), to_regclass('ai')")).isEqualTo("|\n");
  }
}
