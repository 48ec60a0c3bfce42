package dev.ripcord.postgres;

import dev.ripcord.port.SchemaException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Puts a backup in place of a database, and keeps what was there: the backup is read into a new
 * database beside it, with the same owner, encoding, rights and settings, and when that has worked
 * the two change names in one transaction. Nothing is lost whatever fails.
 *
 * <p>Blocks; for an ordinary or a virtual thread.
 */
public final class DatabaseRestore {
  private static final int NAME_MAX = 63;
  private static final long SECONDS = 30;
  private static final int SESSIONS_SHOWN = 5;

  private static final String FACTS =
      """
      SELECT quote_ident(datname) AS name, quote_ident(pg_get_userbyid(datdba)) AS owner,
        quote_literal(pg_encoding_to_char(encoding)) AS encoding,
        quote_literal(datcollate) AS collation, quote_literal(datctype) AS ctype,
        quote_literal(to_jsonb(d) ->> 'datlocprovider') AS provider,
        quote_literal(coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale')) AS locale
      FROM pg_database d WHERE datname = $1
      """;
  private static final String SETTINGS =
      """
      SELECT CASE WHEN setrole = 0 THEN format('ALTER DATABASE %%I SET %%I = %%L', $2::text, k, v)
        ELSE format('ALTER ROLE %%I IN DATABASE %%I SET %%I = %%L', pg_get_userbyid(setrole), $2::text, k, v)
        END AS sql
      FROM pg_db_role_setting s, unnest(setconfig) AS c,
        LATERAL (SELECT split_part(c, '=', 1) AS k, substr(c, strpos(c, '=') + 1) AS v) p
      WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = $1)
      UNION ALL
      SELECT format('REVOKE ALL ON DATABASE %%I FROM PUBLIC', $2::text)
      FROM pg_database WHERE datname = $1 AND datacl IS NOT NULL
      UNION ALL
      SELECT format('GRANT %%s ON DATABASE %%I TO %%s%%s', a.privilege_type, $2::text,
        CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
        CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
      FROM pg_database d, aclexplode(d.datacl) a WHERE d.datname = $1
      """
          .replace("%%", "%");
  private static final String SESSIONS =
      """
      SELECT pid, usename::text AS role, coalesce(nullif(application_name, ''), 'no name') AS name
      FROM pg_stat_activity WHERE datname = $1 AND application_name NOT LIKE 'ripcord%' ORDER BY pid
      """;
  private static final String END_OURS =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND"
          + " application_name LIKE 'ripcord%' AND pid <> pg_backend_pid()";
  private static final String LEFT =
      "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = $1";

  private final Vertx vertx;
  private final Database database;

  /** For one database. Opens nothing yet. */
  public DatabaseRestore(Vertx vertx, Database database) {
    this.vertx = vertx;
    this.database = database;
  }

  /** The name under which the database as it is now is kept. */
  public String keptName(String stamp) {
    String end = "_before_" + stamp;
    String name = database.name();
    return name.substring(0, Math.min(name.length(), NAME_MAX - end.length())) + end;
  }

  /**
   * Reads the backup and puts it in place.
   *
   * @param file as {@code pg_dump -Fc} wrote it
   * @param kept the name for the database that was there
   * @return one line for people
   * @throws SchemaException when it did not work, with the reason; the database is as before then
   */
  public String restore(Path file, String kept) {
    ClientProgram programs = new ClientProgram(database);
    programs.check("pg_restore", "--list", file.toAbsolutePath().toString());
    Database maintenance = database.named("postgres");
    PgConnection connection = connect(maintenance);
    try {
      refuseSessions(connection);
      String fresh = name("_restoring");
      create(connection, fresh);
      try {
        new ClientProgram(database.named(fresh))
            .check(
                "pg_restore",
                "--exit-on-error",
                "--single-transaction",
                "--no-password",
                "--dbname",
                fresh,
                file.toAbsolutePath().toString());
        copySettings(connection, fresh);
        swap(connection, fresh, kept);
      } catch (RuntimeException e) {
        drop(connection, fresh, e);
        throw e;
      }
      return database.label()
          + " is restored from "
          + file
          + "; what was there is kept as database "
          + kept;
    } finally {
      await(connection.close());
    }
  }

  private String name(String end) {
    String name = database.name();
    return name.substring(0, Math.min(name.length(), NAME_MAX - end.length())) + end;
  }

  private PgConnection connect(Database maintenance) {
    return PgConnection.connect(vertx, maintenance.options())
        .timeout(SECONDS, TimeUnit.SECONDS)
        .recover(e -> Future.failedFuture(maintenance.explain(e)))
        .await();
  }

  private void refuseSessions(SqlConnection connection) {
    List<String> open = new ArrayList<>();
    for (Row row : rows(connection, SESSIONS, database.name())) {
      open.add(
          "pid %d (%s, %s)"
              .formatted(row.getInteger("pid"), row.getString("role"), row.getString("name")));
    }
    if (!open.isEmpty()) {
      throw new SchemaException(
          database.label()
              + " is in use by "
              + open.size()
              + " sessions, such as "
              + String.join(", ", open.subList(0, Math.min(SESSIONS_SHOWN, open.size())))
              + ": stop the application first. Nothing was changed");
    }
  }

  private void create(SqlConnection connection, String fresh) {
    Row facts =
        Optional.of(rows(connection, FACTS, database.name()))
            .filter(found -> found.size() == 1)
            .map(found -> found.iterator().next())
            .orElseThrow(() -> new SchemaException("there is no database " + database.label()));
    StringBuilder sql =
        new StringBuilder("CREATE DATABASE ")
            .append(quoted(fresh))
            .append(" TEMPLATE template0 OWNER ")
            .append(facts.getString("owner"))
            .append(" ENCODING ")
            .append(facts.getString("encoding"))
            .append(" LC_COLLATE ")
            .append(facts.getString("collation"))
            .append(" LC_CTYPE ")
            .append(facts.getString("ctype"));
    if ("'i'".equals(facts.getString("provider"))) {
      sql.append(" LOCALE_PROVIDER icu ICU_LOCALE ").append(facts.getString("locale"));
    } else if ("'b'".equals(facts.getString("provider"))) {
      sql.append(" LOCALE_PROVIDER builtin BUILTIN_LOCALE ").append(facts.getString("locale"));
    }
    run(connection, sql.toString());
  }

  private void copySettings(SqlConnection connection, String fresh) {
    for (Row row :
        await(connection.preparedQuery(SETTINGS).execute(Tuple.of(database.name(), fresh)))) {
      run(connection, row.getString("sql"));
    }
  }

  /** Nobody may come in while the names change; Ripcord's own sessions are ended. */
  private void swap(SqlConnection connection, String fresh, String kept) {
    String now = quoted(database.name());
    run(connection, "ALTER DATABASE " + now + " ALLOW_CONNECTIONS false");
    try {
      rows(connection, END_OURS, database.name());
      awaitEmpty(connection);
      run(
          connection,
          "BEGIN; ALTER DATABASE %s RENAME TO %s; ALTER DATABASE %s RENAME TO %s; COMMIT"
              .formatted(now, quoted(kept), quoted(fresh), now));
      run(connection, "ALTER DATABASE " + quoted(kept) + " ALLOW_CONNECTIONS true");
    } catch (RuntimeException e) {
      quietly(connection, "ROLLBACK");
      quietly(connection, "ALTER DATABASE " + now + " ALLOW_CONNECTIONS true");
      throw e;
    }
  }

  /** A session that was told to end takes a moment. */
  private void awaitEmpty(SqlConnection connection) {
    for (int tries = 0; tries < 50; tries++) {
      if (rows(connection, LEFT, database.name()).iterator().next().getLong("n") == 0) {
        return;
      }
      await(vertx.timer(100, TimeUnit.MILLISECONDS));
    }
    refuseSessions(connection);
  }

  private void drop(SqlConnection connection, String fresh, RuntimeException because) {
    try {
      run(connection, "DROP DATABASE IF EXISTS " + quoted(fresh));
    } catch (RuntimeException e) {
      because.addSuppressed(e);
    }
  }

  private void quietly(SqlConnection connection, String sql) {
    connection.query(sql).execute().timeout(SECONDS, TimeUnit.SECONDS).otherwiseEmpty().await();
  }

  private static String quoted(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  private void run(SqlConnection connection, String sql) {
    connection.query(sql).execute().recover(e -> Future.failedFuture(database.explain(e))).await();
  }

  private RowSet<Row> rows(SqlConnection connection, String sql, String argument) {
    return await(connection.preparedQuery(sql).execute(Tuple.of(argument)));
  }

  private <T> T await(Future<T> future) {
    return future
        .timeout(SECONDS, TimeUnit.SECONDS)
        .recover(e -> Future.failedFuture(database.explain(e)))
        .await();
  }
}
