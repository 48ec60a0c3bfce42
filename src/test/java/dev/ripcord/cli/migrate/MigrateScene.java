package dev.ripcord.cli.migrate;

import dev.ripcord.TestPostgres;
import dev.ripcord.cli.console.Console;
import dev.ripcord.config.MigrationSettings;
import io.vertx.pgclient.PgConnectOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A folder of migrations, a database of its own, and a person without a terminal. */
public final class MigrateScene {
  private final Path dir;
  private final PgConnectOptions database = TestPostgres.freshDatabase();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Optional<MigrationSettings> settings = Optional.empty();

  public MigrateScene(Path dir) {
    this.dir = dir;
  }

  /** The same with a configuration; its database is this one. */
  MigrateScene configured(MigrationSettings configured) {
    settings = Optional.of(configured);
    return this;
  }

  public void migration(String label, String up, String down) throws IOException {
    file(label + "_up.sql", up);
    file(label + "_down.sql", down);
  }

  void file(String name, String text) throws IOException {
    Files.writeString(dir.resolve(name), text);
  }

  void delete(String label) throws IOException {
    Files.delete(dir.resolve(label + "_up.sql"));
    Files.delete(dir.resolve(label + "_down.sql"));
  }

  /** Runs a migrate command on folder and database; gives the exit code. */
  public int run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--database-url", url(), "--dir", dir.toString()));
    return bare(all.toArray(String[]::new));
  }

  /** Runs exactly this. */
  int bare(String... arguments) {
    out.reset();
    err.reset();
    return MigrateLine.of(console(false), o -> settings)
        .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
        .execute(arguments);
  }

  public Console console(boolean interactive) {
    return new Console(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        Map.of(),
        interactive);
  }

  String url() {
    return TestPostgres.url(database);
  }

  String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }

  public String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** Both, for the description of an assertion. */
  String shown() {
    return printed() + said();
  }

  public void execute(String sql) {
    TestPostgres.execute(database, sql);
  }

  public String ask(String sql) {
    return TestPostgres.ask(database, sql);
  }
}
