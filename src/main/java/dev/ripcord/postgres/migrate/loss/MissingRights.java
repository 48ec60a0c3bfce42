package dev.ripcord.postgres.migrate.loss;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.sql.Quoting;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.sql.Statement;
import dev.ripcord.migration.statement.Name;
import dev.ripcord.migration.statement.SqlOperation;
import dev.ripcord.migration.undo.NeededRights;
import dev.ripcord.migration.undo.NeededRights.Need;
import dev.ripcord.migration.undo.NeededRights.Right;
import dev.ripcord.postgres.MigrationSession;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Whether the role that would run a down may do what its statements ask for. Only reads. What is
 * not there yet, or is no relation, is not looked at, so nothing found is no promise.
 */
public final class MissingRights {
  /** A role that is a superuser is a member of every role. */
  private static final String FIRST_MISSING =
      """
      SELECT c.oid::regclass::text AS relation, pg_get_userbyid(c.relowner)::text AS owner,
        current_user::text AS role, n.need AS need
      FROM unnest($1::text[], $2::text[]) WITH ORDINALITY n (relation, need, at)
        JOIN pg_class c ON c.oid = to_regclass(n.relation)
        JOIN pg_namespace s ON s.oid = c.relnamespace
      WHERE CASE WHEN n.need = 'OWNER'
        THEN NOT pg_has_role(c.relowner, 'MEMBER') AND NOT pg_has_role(s.nspowner, 'MEMBER')
        ELSE NOT has_table_privilege(c.oid, n.need) END
      ORDER BY n.at LIMIT 1
      """;

  private final MigrationSession session;
  private final NeededRights needed;

  /**
   * For a session with the search path that a down will have.
   *
   * @param reader what a statement asks for
   */
  public MissingRights(MigrationSession session, Function<Statement, List<SqlOperation>> reader) {
    this.session = session;
    this.needed = new NeededRights(reader);
  }

  /** What the role may not do, in words; empty where nothing is known to be missing. */
  public Optional<String> of(Applied down) {
    List<Need> needs = needed.of(Script.parse(down.down().orElse("")));
    return needs.isEmpty()
        ? Optional.empty()
        : session
            .ask(
                FIRST_MISSING,
                needs.stream().map(need -> sql(need.relation())).toArray(String[]::new),
                needs.stream().map(need -> need.right().name()).toArray(String[]::new))
            .stream()
            .findFirst()
            .map(MissingRights::text);
  }

  private static String sql(Name name) {
    return name.schema().map(schema -> Quoting.name(schema) + ".").orElse("")
        + Quoting.name(name.name());
  }

  private static String text(Row row) {
    String role = row.getString("role");
    String relation = row.getString("relation");
    String need = row.getString("need");
    return need.equals(Right.OWNER.name())
        ? "%s belongs to %s, and %s is no member of it: GRANT %s TO %s"
            .formatted(
                relation,
                row.getString("owner"),
                role,
                Quoting.name(row.getString("owner")),
                Quoting.name(role))
        : "%s may not %s %s: GRANT %s ON %s TO %s"
            .formatted(role, need, relation, need, relation, Quoting.name(role));
  }
}
