package dev.ripcord.postgres.history;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.History;
import dev.ripcord.migration.file.Checksum;
import dev.ripcord.migration.proof.CatalogObject;
import dev.ripcord.migration.proof.Difference;
import dev.ripcord.migration.proof.Fact;
import dev.ripcord.migration.proof.Fingerprint;
import dev.ripcord.migration.sql.Quoting;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.catalog.TableCatalogSql;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Remembers what the catalog said when the database stood at a version, and compares. One record
 * for a state of the history; the last hundred are kept.
 *
 * <p>The server makes the record and its sum, so nothing of it travels while nothing differs. Where
 * a sequence stands is left out, since it moves by itself.
 */
public final class SchemaRecords {
  /** What is needed beside the history, checks after downs included. */
  static final List<String> TABLES =
      List.of(
          """
          ALTER TABLE $schema.migration_audit
            DROP CONSTRAINT IF EXISTS migration_audit_direction_check
          """,
          """
          ALTER TABLE $schema.migration_audit ADD CONSTRAINT migration_audit_direction_check
            CHECK (direction IN ('up', 'down', 'approval', 'baseline', 'repair', 'schema'))
          """,
          """
          CREATE TABLE IF NOT EXISTS $schema.migration_check (
            history_id bigint NOT NULL,
            file text NOT NULL,
            text text NOT NULL,
            PRIMARY KEY (history_id, file))
          """,
          """
          CREATE TABLE IF NOT EXISTS $schema.migration_schema (
            state text PRIMARY KEY,
            version text NOT NULL,
            sum text NOT NULL,
            facts text NOT NULL,
            recorded_at timestamptz NOT NULL DEFAULT clock_timestamp())
          """);

  private static final String THERE =
      "SELECT FROM pg_class WHERE relname = 'migration_schema' AND relnamespace ="
          + " (SELECT oid FROM pg_namespace WHERE nspname = $1)";

  /** The version of a database to which nothing was applied. */
  public static final String BASE = "base";

  private static final int KEPT = 100;

  /** The catalog is read without waiting for anybody, and gives up before it is in the way. */
  private static final String SETTINGS =
      "SET LOCAL search_path = ''; SET LOCAL lock_timeout = '1s'; SET LOCAL"
          + " statement_timeout = '30s'; SET LOCAL jit = off; SET LOCAL timezone = 'UTC'";

  private static final String BEGIN = "BEGIN; " + SETTINGS;

  /** PostgreSQL 12 and later have it. */
  private static final String KEEP_PLAN = "; SET LOCAL plan_cache_mode = force_generic_plan";

  private static final String PREPARED = "ripcord_schema";

  private static final String THINGS =
      """
      SELECT q.kind, q.name, q.of, q.facts FROM ($things) q (kind, name, of, facts)
      WHERE q.kind <> 'large object' AND NOT starts_with(q.name, $1) AND NOT starts_with(q.of, $1)
        AND q.name <> rtrim($1, '.') AND NOT (q.kind = 'comment on' AND q.name ~ (' ' || $1))
      """;

  /** The server's major version, and the third form of a record. */
  private static final String FORM = "current_setting('server_version_num')::int / 10000 || '.3'";

  /** Control characters stand between the parts of a thing and between things. */
  private static final String LINES =
      """
      (SELECT concat(t.kind, E'\\x1f', t.name, E'\\x1f', t.of, E'\\x1f', t.facts) AS line
      FROM ($things) t OFFSET 0) AS lines
      """;

  /** Two sums of 64-bit hashes: in any order the same, so nothing has to be sorted. */
  private static final String SUM =
      "sum(hashtextextended(line, 1)) || ' ' || sum(hashtextextended(line, 2)) || ' ' || " + FORM;

  private static final String SUMMED = "SELECT " + SUM + " AS sum FROM " + LINES;

  /** What another major version of the server has said of itself is not compared. */
  private static final String STORED =
      "SELECT sum FROM $schema.migration_schema WHERE state = $1 AND sum LIKE '% ' || " + FORM;

  private static final String STORED_THINGS =
      """
      SELECT split_part(f, E'\\x1f', 1), split_part(f, E'\\x1f', 2), split_part(f, E'\\x1f', 3),
        split_part(f, E'\\x1f', 4)::jsonb
      FROM $schema.migration_schema s, unnest(string_to_array(s.facts, E'\\x1e')) f
      WHERE s.state = $1
      """;

  /** Reads the catalog once for both, the sum and the record. */
  private static final String STORE =
      "INSERT INTO $schema.migration_schema (state, version, sum, facts) SELECT $2, $3, "
          + SUM
          + ", string_agg(line, E'\\x1e') FROM "
          + LINES
          + " ON CONFLICT (state) DO UPDATE SET version = excluded.version, sum = excluded.sum,"
          + " facts = excluded.facts, recorded_at = clock_timestamp()";

  private static final String FOLLOW =
      """
      INSERT INTO $schema.migration_schema (state, version, sum, facts, recorded_at)
      SELECT $2, version, sum, facts, recorded_at FROM $schema.migration_schema WHERE state = $1
      ON CONFLICT (state) DO NOTHING
      """;
  private static final String PRUNE =
      """
      DELETE FROM $schema.migration_schema WHERE state IN (SELECT state FROM $schema.migration_schema
        ORDER BY recorded_at DESC, state OFFSET $1)
      """;

  private final MigrationTables tables;
  private final String things;
  private volatile Optional<MigrationSession> prepared = Optional.empty();

  public SchemaRecords(MigrationTables tables) {
    this.tables = tables;
    this.things = THINGS.replace("$things", TableCatalogSql.things());
  }

  /**
   * What is on record of a state of the history, beside what is there now.
   *
   * @param known whether the state is on record, by the same major version of the server
   * @param differences what is not as it was; empty also when nothing is known
   */
  public record Look(boolean known, List<Difference> differences) {
    public Look {
      differences = List.copyOf(differences);
    }
  }

  /** Whether the tables are there. */
  static boolean areThere(MigrationSession session, MigrationTables tables) {
    return !session.ask(THERE, tables.schema()).isEmpty();
  }

  /** What names a state of the history: every migration that is applied, by its text. */
  static String state(History history) {
    return Checksum.of(
        history.applied().stream()
            .map(each -> each.version().text() + " " + each.checksum())
            .collect(Collectors.joining("\n")));
  }

  /** The version of a state, for people. */
  public static String version(History history) {
    return history.applied().isEmpty()
        ? BASE
        : history.applied().stream()
            .map(Applied::version)
            .max(Comparator.naturalOrder())
            .orElseThrow()
            .text();
  }

  /**
   * Has the server plan the question of {@link #look}, which takes ten times as long as to answer
   * it, while something else is being done. Where that fails the question is planned when it is
   * asked. For downs only: a plan that was made for a small catalog is slow on a large one.
   */
  public Future<?> prepare(MigrationSession session) {
    // One text without BEGIN: where it fails no transaction stays open on the session.
    return session
        .send(
            SETTINGS
                + "; PREPARE "
                + PREPARED
                + " (text) AS "
                + sql(SUMMED)
                + KEEP_PLAN
                + "; EXPLAIN "
                + execution())
        .onSuccess(planned -> prepared = Optional.of(session));
  }

  private boolean isPlanned(MigrationSession session) {
    return prepared.filter(session::equals).isPresent();
  }

  private String execution() {
    return "EXECUTE " + PREPARED + " (" + Quoting.text(own()) + ")";
  }

  /**
   * Compares in a transaction of its own, and then, where it is asked for, records what is there.
   *
   * @param overwrite whether what is there now counts from here on; else it is recorded only where
   *     nothing is on record
   */
  public Look look(MigrationSession session, History history, boolean overwrite) {
    String state = state(history);
    session.run(isPlanned(session) ? BEGIN + KEEP_PLAN : BEGIN);
    try {
      Look look = compare(session, state);
      if (!look.known() || (overwrite && !look.differences().isEmpty())) {
        session.ask(sql(STORE), own(), state, version(history));
        session.change(tables.sql(PRUNE), KEPT);
      }
      session.run("COMMIT");
      return look;
    } catch (RuntimeException failure) {
      session.runIgnoringErrors("ROLLBACK");
      throw failure;
    }
  }

  /**
   * Keeps what is on record of states whose texts a person has accepted as they are now: the same
   * migrations are applied, and a text says nothing of what is in the database.
   */
  public void follow(MigrationSession session, History before, History after) {
    if (!areThere(session, tables)) {
      return;
    }
    List<Applied> was = before.applied();
    List<Applied> is = after.applied();
    for (int i = 1; i <= Math.min(was.size(), is.size()); i++) {
      if (!was.get(i - 1).version().equals(is.get(i - 1).version())) {
        return;
      }
      String from = state(new History(was.subList(0, i), List.of()));
      String to = state(new History(is.subList(0, i), List.of()));
      if (!from.equals(to)) {
        session.change(tables.sql(FOLLOW), from, to);
      }
    }
  }

  /** Compares and records nothing; for who may only read. */
  Look read(MigrationSession session, History history) {
    session.run(BEGIN);
    try {
      return compare(session, state(history));
    } finally {
      session.runIgnoringErrors("ROLLBACK");
    }
  }

  private Look compare(MigrationSession session, String state) {
    List<Row> stored = session.ask(tables.sql(STORED), state);
    if (stored.isEmpty()) {
      return new Look(false, List.of());
    }
    String then = stored.getFirst().getString("sum");
    List<Row> summed =
        isPlanned(session) ? session.ask(execution()) : session.ask(sql(SUMMED), own());
    String now = summed.getFirst().getString("sum");
    if (then.equals(now)) {
      return new Look(true, List.of());
    }
    Fingerprint before =
        fingerprint(session.ask(sql(TableCatalogSql.aspects(STORED_THINGS)), state));
    Fingerprint after = fingerprint(session.ask(sql(TableCatalogSql.aspects("$things")), own()));
    return new Look(true, before.against(after));
  }

  private static Fingerprint fingerprint(List<Row> rows) {
    List<Fact> facts = new ArrayList<>();
    for (Row row : rows) {
      CatalogObject thing = new CatalogObject(row.getString(0), row.getString(1), row.getString(2));
      facts.add(new Fact(thing, row.getString(3), row.getString(4)));
    }
    return Fingerprint.of(facts);
  }

  /** How the names of Ripcord's own things begin, as the catalog spells them. */
  private String own() {
    return tables.schema().matches("[a-z_][a-z0-9_]*")
        ? tables.schema() + "."
        : Quoting.name(tables.schema()) + ".";
  }

  private String sql(String text) {
    return tables.sql(text.replace("$things", things));
  }
}
