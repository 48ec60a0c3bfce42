package dev.ripcord.postgres.history;

import dev.ripcord.migration.sql.Quoting;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.MigrationSession;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/**
 * The tables of the history, in a schema of their own, and the SQL that makes them. They are made
 * when the first migration runs; who only reads needs no right to make anything.
 */
public final class MigrationTables {
  private static final List<String> PARTS =
      List.of(
          """
          CREATE TABLE IF NOT EXISTS $schema.migration_history (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            version text NOT NULL CHECK (version ~ '^[0-9]+$'),
            description text NOT NULL,
            executed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            execution_time_ms bigint NOT NULL,
            success boolean NOT NULL,
            error_message text,
            name text NOT NULL,
            kind text NOT NULL,
            stage int NOT NULL,
            release text,
            executed_by text NOT NULL,
            approved_by text,
            checksum text NOT NULL,
            up_file text NOT NULL,
            up_text text NOT NULL,
            down_file text,
            down_text text,
            down_checksum text,
            irreversible text,
            additive boolean NOT NULL,
            reverted_at timestamptz,
            reverted_by text,
            reverted_release text,
            transaction_id text,
            fence bigint,
            tool text NOT NULL)
          """,
          """
          CREATE UNIQUE INDEX IF NOT EXISTS migration_history_applied
            ON $schema.migration_history ((version::numeric)) WHERE success AND reverted_at IS NULL
          """,
          "CREATE INDEX IF NOT EXISTS migration_history_version ON $schema.migration_history"
              + " (version)",
          """
          CREATE INDEX IF NOT EXISTS migration_history_executed_at
            ON $schema.migration_history (executed_at)
          """,
          """
          CREATE TABLE IF NOT EXISTS $schema.migration_audit (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            migration_version text NOT NULL,
            executed_by text NOT NULL,
            executed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            execution_time_ms bigint NOT NULL,
            success boolean NOT NULL,
            error_message text,
            rollback_executed boolean NOT NULL,
            name text NOT NULL,
            direction text NOT NULL CHECK (direction IN ('up', 'down')),
            release text,
            approved_by text,
            database_user text NOT NULL DEFAULT session_user)
          """,
          "ALTER TABLE $schema.migration_audit ADD COLUMN IF NOT EXISTS attempt bigint",
          """
          CREATE OR REPLACE FUNCTION $schema.refuse_change() RETURNS trigger LANGUAGE plpgsql AS
            $$BEGIN RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME; END$$
          """,
          """
          CREATE OR REPLACE TRIGGER migration_audit_append_only
            BEFORE UPDATE OR DELETE OR TRUNCATE ON $schema.migration_audit
            FOR EACH STATEMENT EXECUTE FUNCTION $schema.refuse_change()
          """,
          """
          CREATE TABLE IF NOT EXISTS $schema.savepoint (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            name text NOT NULL,
            history_id bigint NOT NULL,
            version text,
            release text,
            set_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            set_by text NOT NULL)
          """,
          """
          CREATE TABLE IF NOT EXISTS $schema.migration_progress (
            version numeric PRIMARY KEY,
            label text NOT NULL,
            direction text NOT NULL,
            attempt int NOT NULL,
            done int NOT NULL,
            total int NOT NULL,
            done_checksum text NOT NULL,
            backend_pid int NOT NULL,
            begun_at timestamptz NOT NULL DEFAULT clock_timestamp())
          """,
          """
          CREATE TABLE IF NOT EXISTS $schema.migration_attempt (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            direction text NOT NULL CHECK (direction IN ('up', 'down')),
            versions text[] NOT NULL,
            names text[] NOT NULL,
            release text,
            executed_by text NOT NULL,
            backend_pid int NOT NULL,
            backend_start timestamptz,
            begun_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            ended_at timestamptz,
            ending text)
          """,
          """
          CREATE INDEX IF NOT EXISTS migration_attempt_open ON $schema.migration_attempt (id)
            WHERE ended_at IS NULL
          """,
          """
          CREATE TABLE IF NOT EXISTS $schema.fence (
            journal text NOT NULL,
            service text NOT NULL,
            token bigint NOT NULL,
            seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            door_pid int,
            door_start timestamptz,
            work_pid int,
            work_start timestamptz,
            PRIMARY KEY (journal, service))
          """,
          """
          CREATE OR REPLACE VIEW $schema.floor AS
            SELECT release, version, name FROM $schema.migration_history
            WHERE success AND reverted_at IS NULL AND NOT additive ORDER BY id DESC LIMIT 1
          """,
          """
          COMMENT ON VIEW $schema.floor IS
            'The oldest release that may run on this schema: the last one that changed more than it added'
          """);

  /** What tells of people's own changes came later than the tables. */
  private static final List<String> PEOPLE =
      List.of(
          "ALTER TABLE $schema.migration_audit ADD COLUMN IF NOT EXISTS detail text",
          "ALTER TABLE $schema.migration_audit ADD COLUMN IF NOT EXISTS because text",
          """
          ALTER TABLE $schema.migration_audit
            DROP CONSTRAINT IF EXISTS migration_audit_direction_check
          """,
          """
          ALTER TABLE $schema.migration_audit ADD CONSTRAINT migration_audit_direction_check
            CHECK (direction IN ('up', 'down', 'approval', 'baseline', 'repair'))
          """,
          """
          CREATE TABLE IF NOT EXISTS $schema.tool_savepoint (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            name text NOT NULL,
            tool text NOT NULL,
            place text NOT NULL,
            release text,
            set_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            set_by text NOT NULL)
          """);

  /**
   * Lets the audit have every direction that there is. Whom a run has cancelled, since it stood in
   * the way, and what was deleted for good came later than the rest.
   */
  public static final String DIRECTIONS =
      """
      ALTER TABLE $schema.migration_audit
        DROP CONSTRAINT IF EXISTS migration_audit_direction_check,
        ADD CONSTRAINT migration_audit_direction_check CHECK (direction IN
          ('up', 'down', 'approval', 'baseline', 'repair', 'schema', 'cancel', 'purge'))
      """;

  /**
   * A fence for each journal and service; there was one for all. What it held was the token of
   * nobody knows which, so it compares with nothing any more.
   */
  private static final List<String> FENCE =
      List.of(
          "DELETE FROM $schema.fence",
          """
          ALTER TABLE $schema.fence DROP COLUMN one,
            ADD COLUMN journal text NOT NULL, ADD COLUMN service text NOT NULL,
            ADD COLUMN door_pid int, ADD COLUMN door_start timestamptz,
            ADD COLUMN work_pid int, ADD COLUMN work_start timestamptz,
            ADD PRIMARY KEY (journal, service)
          """);

  /** Which parts are there, asked at once: a run that finds all of them makes nothing. */
  private static final String PARTS_THERE =
      """
      WITH own AS (
        SELECT c.oid, c.relname FROM pg_class c
        WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)),
      own_column AS (
        SELECT own.relname, a.attname FROM own JOIN pg_attribute a ON a.attrelid = own.oid
        WHERE a.attnum > 0 AND NOT a.attisdropped)
      SELECT
        EXISTS (SELECT FROM own WHERE relname = 'floor') AS begun,
        EXISTS (SELECT FROM own WHERE relname = 'migration_attempt') AS complete,
        EXISTS (SELECT FROM own_column WHERE relname = 'migration_audit' AND attname = 'because')
          AS people,
        EXISTS (SELECT FROM own_column WHERE relname = 'fence' AND attname = 'one') AS one_fence,
        EXISTS (SELECT FROM own WHERE relname = 'migration_schema') AS schema,
        EXISTS (SELECT FROM own JOIN pg_constraint n ON n.conrelid = own.oid
          WHERE n.conname = 'migration_audit_direction_check'
            AND pg_get_constraintdef(n.oid) LIKE '%cancel%purge%') AS directions
      """;

  private static final String THERE =
      "SELECT FROM pg_class WHERE relname = 'floor' AND relnamespace ="
          + " (SELECT oid FROM pg_namespace WHERE nspname = $1)";

  /** Asked first: whoever may not create schemas may still use one that is there. */
  private static final String SCHEMA_THERE = "SELECT FROM pg_namespace WHERE nspname = $1";

  private static final String WHO =
      """
      SELECT current_user::text AS name, quote_ident(current_user) AS role,
        quote_ident(current_database()) AS database, current_setting('search_path') AS path
      """;

  private final String schema;
  private final String quoted;

  public MigrationTables(String schema) {
    this.schema = schema;
    this.quoted = Quoting.name(schema);
  }

  public String schema() {
    return schema;
  }

  /** A statement with the schema's name put in for {@code $schema}. */
  public String sql(String text) {
    return text.replace("$schema", quoted);
  }

  /** Whether the tables are there. */
  Future<Boolean> areThere(SqlClient client) {
    return client.preparedQuery(THERE).execute(Tuple.of(schema)).map(rows -> rows.size() > 0);
  }

  /**
   * Makes what is not there, in one transaction; the caller holds the lock against other runs.
   * Throws a {@link SchemaException}, and makes nothing, when the new schema would come between the
   * application and its tables.
   */
  public void make(MigrationSession session) {
    Row parts = partsThere(session);
    if (!parts.getBoolean("complete")) {
      if (!parts.getBoolean("begun")) {
        refuseToShadow(session.ask(WHO).getFirst());
      }
      make(session, PARTS);
    }
    if (!parts.getBoolean("people")) {
      make(session, PEOPLE);
    }
    if (parts.getBoolean("one_fence")) {
      make(session, FENCE);
    }
    if (!parts.getBoolean("schema")) {
      make(session, SchemaRecords.TABLES);
    }
    if (!parts.getBoolean("directions")) {
      make(session, List.of(DIRECTIONS));
    }
  }

  /** Whether the audit has room for what people did to the history. */
  boolean tellOfPeople(MigrationSession session) {
    return partsThere(session).getBoolean("people");
  }

  private Row partsThere(MigrationSession session) {
    return session.ask(PARTS_THERE, schema).getFirst();
  }

  private void make(MigrationSession session, List<String> parts) {
    try {
      session.run("BEGIN");
      if (session.ask(SCHEMA_THERE, schema).isEmpty()) {
        session.run(sql("CREATE SCHEMA $schema"));
      }
      parts.forEach(part -> session.run(sql(part)));
      session.run("COMMIT");
    } catch (RuntimeException failure) {
      session.runIgnoringErrors("ROLLBACK");
      throw failure;
    }
  }

  /** A schema with the user's own name is looked into first wherever the path says "$user". */
  private void refuseToShadow(Row who) {
    String path = who.getString("path");
    if (!who.getString("name").equals(schema) || !path.contains("$user")) {
      return;
    }
    String role = who.getString("role");
    String database = who.getString("database");
    throw new SchemaException(
        "database "
            + database
            + ": the user "
            + role
            + " is named like the schema "
            + role
            + " that Ripcord keeps its history in, and the search_path of this user is "
            + path
            + ". Once that schema is there, every table that the application names without a schema"
            + " is made and sought in it, beside the history. Nothing was changed. Connect as"
            + " another user, or run: ALTER ROLE "
            + role
            + " IN DATABASE "
            + database
            + " SET search_path = public");
  }
}
