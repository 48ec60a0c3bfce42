package dev.ripcord.postgres.tool;

import dev.ripcord.migration.Tool;
import dev.ripcord.migration.selection.ToolPosition;
import dev.ripcord.postgres.MigrationSession;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the tables in which other tools keep where a database stands. They are never written. */
public final class ToolTable {
  private static final String THERE = "SELECT to_regclass($1)::text";
  private static final String ALEMBIC = "SELECT version_num AS version FROM alembic_version";
  private static final String SQLX =
      "SELECT version::text AS version, success FROM _sqlx_migrations ORDER BY"
          + " _sqlx_migrations.version";
  private static final String GOLANG =
      "SELECT version::text AS version, to_jsonb(t) ->> 'dirty' AS dirty FROM schema_migrations t";
  private static final String DIRTY =
      """
      SELECT FROM pg_attribute WHERE attrelid = to_regclass('schema_migrations')
        AND attname = 'dirty' AND NOT attisdropped
      """;
  private static final String FLYWAY =
      """
      SELECT version, success FROM (
        SELECT DISTINCT ON (version) version, success, type, installed_rank
        FROM flyway_schema_history WHERE version IS NOT NULL ORDER BY version, installed_rank DESC) t
      WHERE type NOT LIKE 'UNDO%' AND type <> 'DELETE' ORDER BY installed_rank
      """;
  private static final String LIQUIBASE =
      """
      SELECT id || '::' || author || '::' || filename AS version, exectype <> 'FAILED' AS success
      FROM databasechangelog ORDER BY orderexecuted
      """;

  private ToolTable() {}

  /** The name of a tool's table. */
  static String name(Tool tool) {
    return switch (tool) {
      case NATIVE -> "ripcord.migration_history";
      case ALEMBIC -> "alembic_version";
      case SQLX -> "_sqlx_migrations";
      case GOLANG_MIGRATE -> "schema_migrations";
      case FLYWAY -> "flyway_schema_history";
      case LIQUIBASE -> "databasechangelog";
    };
  }

  /** Where the database stands; nothing is applied when the tool's table is not there. */
  public static ToolPosition read(MigrationSession session, Tool tool) {
    if (session.ask(THERE, name(tool)).getFirst().getString(0) == null) {
      return new ToolPosition(tool, Optional.empty(), List.of(), isListed(tool), List.of());
    }
    return switch (tool) {
      case NATIVE -> throw new IllegalArgumentException("Ripcord reads its own history");
      case ALEMBIC -> alembic(session.ask(ALEMBIC));
      case SQLX -> listed(tool, session.ask(SQLX));
      case GOLANG_MIGRATE -> golang(session.ask(GOLANG), session.ask(DIRTY).isEmpty());
      case FLYWAY -> listed(tool, session.ask(FLYWAY));
      case LIQUIBASE -> listed(tool, session.ask(LIQUIBASE));
    };
  }

  private static boolean isListed(Tool tool) {
    return tool != Tool.ALEMBIC && tool != Tool.GOLANG_MIGRATE;
  }

  private static ToolPosition alembic(List<Row> rows) {
    List<String> heads = rows.stream().map(row -> row.getString("version")).sorted().toList();
    List<String> problems =
        heads.size() > 1
            ? List.of(
                "alembic_version has "
                    + heads.size()
                    + " heads ("
                    + String.join(", ", heads)
                    + "): two branches were applied. Join them with \"alembic merge\"")
            : List.of();
    Optional<String> current =
        heads.isEmpty() ? Optional.empty() : Optional.of(String.join(",", heads));
    return new ToolPosition(Tool.ALEMBIC, current, List.of(), false, problems);
  }

  private static ToolPosition golang(List<Row> rows, boolean isOther) {
    List<String> problems = new ArrayList<>();
    if (isOther) {
      problems.add("schema_migrations has no column dirty: it is not golang-migrate's");
      return new ToolPosition(Tool.GOLANG_MIGRATE, Optional.empty(), List.of(), false, problems);
    }
    Optional<String> current = Optional.empty();
    for (Row row : rows) {
      current = Optional.of(row.getString("version"));
      String dirty = row.getString("dirty");
      if ("true".equals(dirty)) {
        problems.add(
            "schema_migrations is dirty at version "
                + current.get()
                + ": golang-migrate broke off there. Mend the database by hand, then \"migrate"
                + " force VERSION\"");
      }
    }
    return new ToolPosition(Tool.GOLANG_MIGRATE, current, List.of(), false, problems);
  }

  private static ToolPosition listed(Tool tool, List<Row> rows) {
    List<String> applied = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (Row row : rows) {
      String version = row.getString("version");
      if (row.getBoolean("success")) {
        applied.add(version);
      } else {
        problems.add(
            name(tool)
                + ": version "
                + version
                + " failed half-way. Mend the database and that table first");
      }
    }
    Optional<String> current =
        applied.isEmpty() ? Optional.empty() : Optional.of(applied.getLast());
    return new ToolPosition(tool, current, applied, true, problems);
  }
}
