package dev.ripcord.postgres.migrate.lock;

import dev.ripcord.migration.sql.Quoting;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.history.MigrationSetup;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether the role that runs migrations could cancel who is in their way, asked before anybody is.
 * Only reads. It knows the roles whose sessions are there now, so nothing found is no promise.
 */
public final class BlockerRights {
  /**
   * A right counts where the role has it without a SET ROLE, as for the server. To cancel takes
   * another one than to see which transaction it is.
   */
  private static final String LACKING =
      """
      SELECT current_user::text AS role,
        pg_has_role('pg_signal_backend', 'USAGE') AS signals,
        pg_has_role('pg_read_all_stats', 'USAGE') AS sees,
        array_agg(DISTINCT r.rolname::text) FILTER (WHERE NOT r.rolsuper) AS others,
        array_agg(DISTINCT r.rolname::text) FILTER (WHERE r.rolsuper) AS superusers
      FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid
      WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()
        AND a.application_name NOT LIKE 'ripcord%'
        AND CASE WHEN r.rolsuper THEN a.application_name = $1
          ELSE NOT pg_has_role(r.oid, 'USAGE') END
      """;

  private BlockerRights() {}

  /**
   * What it could not do, with what mends it; empty where nothing is known to be missing, and where
   * nobody is to be cancelled.
   *
   * @param act what the configuration says about who is in the way
   * @param application the {@code application_name} of the service's own sessions, where it is
   *     known: of superusers only these are spoken of
   */
  public static Optional<String> missing(
      MigrationSession session, MigrationSetup.Blockers act, Optional<String> application) {
    if (act == MigrationSetup.Blockers.SHOW) {
      return Optional.empty();
    }
    Row row = session.ask(LACKING, application.orElse("")).getFirst();
    List<String> missing = new ArrayList<>();
    List<String> others = names(row, "others");
    List<String> grants =
        Stream.concat(
                row.getBoolean("signals") ? Stream.empty() : Stream.of("pg_signal_backend"),
                row.getBoolean("sees") ? Stream.empty() : Stream.of("pg_read_all_stats"))
            .toList();
    if (!others.isEmpty() && !grants.isEmpty()) {
      missing.add(
          "%s may not %s sessions of %s: GRANT %s TO %s"
              .formatted(
                  row.getString("role"),
                  row.getBoolean("signals") ? "see what is needed to cancel" : "cancel",
                  String.join(", ", others),
                  String.join(", ", grants),
                  Quoting.name(row.getString("role"))));
    }
    List<String> superusers = names(row, "superusers");
    if (!superusers.isEmpty()) {
      missing.add(
          "the service's sessions are of %s, a superuser, and those are left alone: give it a role"
                  .formatted(String.join(", ", superusers))
              + " that is none");
    }
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "migrations.lock.blockers is %s, but %s"
                .formatted(act.name().toLowerCase(Locale.ROOT), String.join("; ", missing)));
  }

  private static List<String> names(Row row, String column) {
    return Optional.ofNullable(row.getArrayOfStrings(column)).map(List::of).orElse(List.of());
  }
}
