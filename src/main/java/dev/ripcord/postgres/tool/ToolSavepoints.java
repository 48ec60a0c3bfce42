package dev.ripcord.postgres.tool;

import dev.ripcord.migration.Tool;
import dev.ripcord.migration.selection.ToolPosition;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.history.MigrationSetup;
import dev.ripcord.postgres.history.MigrationTables;
import dev.ripcord.postgres.history.RunMetadata;
import dev.ripcord.release.ShellWord;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where another tool stood as each release began, and when it was looked at last. What moved it
 * between the last look and a savepoint that was set too late belongs to nobody.
 *
 * @param vertx for connections
 * @param database where
 * @param setup the schema of the history
 * @param tool any but {@link Tool#NATIVE}
 */
public record ToolSavepoints(Vertx vertx, Database database, MigrationSetup setup, Tool tool) {
  /** The savepoint before a release's migrations, as stage 1 calls it too. */
  static final String EARLY = "before_schema_add";

  /** What a deploy or a watch writes down by itself; no savepoint that a person has set. */
  public static final String LOOK = "watch";

  private static final String SET =
      """
      INSERT INTO $schema.tool_savepoint (name, tool, place, release, set_by)
      VALUES ($1, $2, $3, $4, $5)
      """;
  private static final String ALL =
      """
      SELECT name, place, release, to_char(set_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS at
      FROM $schema.tool_savepoint WHERE tool = $1 ORDER BY id
      """;
  private static final String THERE = "SELECT to_regclass($1) IS NOT NULL";

  /** Writes down a place. */
  public static void set(
      MigrationSession session,
      MigrationTables tables,
      String name,
      ToolPosition standing,
      RunMetadata note) {
    session.change(
        tables.sql(SET),
        name,
        standing.tool().text(),
        standing.place(),
        note.release().orElse(null),
        note.by());
  }

  /**
   * Writes down where the tool stands: the first time for a release as its savepoint, later as a
   * look where it has moved.
   *
   * @return one line for people when a savepoint was set
   */
  public Future<Optional<String>> mark(String release) {
    return asked(session -> mark(session, release));
  }

  private Optional<String> mark(MigrationSession session, String release) {
    MigrationTables tables = new MigrationTables(setup.schema());
    tables.make(session);
    ToolPosition standing = ToolTable.read(session, tool);
    List<Row> rows = session.ask(tables.sql(ALL), tool.text());
    RunMetadata note = RunMetadata.by(Database.APPLICATION);
    if (rows.stream().noneMatch(row -> release.equals(row.getString("release")))) {
      set(session, tables, LOOK, standing, note.release(Optional.of(release)));
      return Optional.of(
          tool.text() + " stands at " + standing.place() + " as release " + release + " begins");
    }
    if (!rows.getLast().getString("place").equals(standing.place())) {
      set(session, tables, LOOK, standing, note);
    }
    return Optional.empty();
  }

  /** What is not known of where the tool stood before a release; reads only. */
  public Future<Optional<String>> caveat(String release) {
    return asked(
        session -> {
          MigrationTables tables = new MigrationTables(setup.schema());
          boolean there =
              session.ask(THERE, tables.sql("$schema.tool_savepoint")).getFirst().getBoolean(0);
          return caveat(there ? session.ask(tables.sql(ALL), tool.text()) : List.of(), release);
        });
  }

  private Optional<String> caveat(List<Row> rows, String release) {
    Optional<Row> own =
        rows.stream().filter(row -> release.equals(row.getString("release"))).findFirst();
    if (own.isEmpty()) {
      return Optional.of(
          "No savepoint was set before release "
              + release
              + ": what "
              + tool.text()
              + " did for it is not known, and is not reverted. Before its migrations run, say: "
              + command(release));
    }
    String place = own.get().getString("place");
    if (!own.get().getString("name").equals(LOOK)) {
      return Optional.empty();
    }
    Optional<Row> before = rows.subList(0, rows.indexOf(own.get())).reversed().stream().findFirst();
    if (before.isEmpty()) {
      return Optional.of(
          tool.text()
              + " was looked at first when release "
              + release
              + " was deployed or watched, at "
              + place
              + ": what it did for this release before that is not known, and is not reverted."
              + next());
    }
    String last = before.get().getString("place");
    return last.equals(place)
        ? Optional.empty()
        : Optional.of(
            tool.text()
                + " moved from "
                + last
                + " to "
                + place
                + " before release "
                + release
                + " was deployed or watched, after "
                + before.get().getString("at")
                + " UTC: whether this release did that is not known, so it is not reverted. By"
                + " hand: ripcord migrate down --to "
                + ShellWord.of(last)
                + "."
                + next());
  }

  private static String next() {
    return " Before the migrations of the next release run, say: " + command("NAME");
  }

  private static String command(String release) {
    return "ripcord migrate savepoint " + EARLY + " --release " + ShellWord.of(release);
  }

  private <T> Future<T> asked(Function<MigrationSession, T> body) {
    return database.onThread(
        "savepoint",
        () -> {
          try (MigrationSession session = MigrationSession.open(vertx, database)) {
            return body.apply(session);
          }
        });
  }
}
