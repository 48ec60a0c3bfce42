package dev.ripcord.postgres.shadow;

import dev.ripcord.migration.sql.Quoting;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.dump.ClientProgram;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Puts a backup in place of a database, and keeps what was there: the backup is read into a new
 * database beside it, which has the same {@linkplain DatabaseProperties owner, rights, settings and
 * so on}, and when that has worked the two change names in one transaction. Nothing is lost
 * whatever fails.
 *
 * <p>Blocks; for an ordinary or a virtual thread.
 */
public final class DatabaseRestore {
  private static final int NAME_MAX = 63;
  private static final long SECONDS = 30;
  private static final int SESSIONS_SHOWN = 5;

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
    return name("_before_" + stamp);
  }

  /** The command that drops the database that was kept. */
  public static String dropping(String kept) {
    return "DROP DATABASE " + Quoting.name(kept);
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
      DatabaseProperties properties =
          DatabaseProperties.read(
              (sql, name) -> rows(connection, sql, name).stream().toList(), database.name(), fresh);
      run(connection, "CREATE DATABASE " + Quoting.name(fresh) + properties.create());
      try {
        properties.before().forEach(sql -> run(connection, sql));
        load(file, fresh);
        properties.after().forEach(sql -> run(connection, sql));
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

  /** A database whose sessions may only read can be filled all the same. */
  private void load(Path file, String fresh) {
    ClientProgram programs = new ClientProgram(database.named(fresh).writing());
    programs.check(
        "pg_restore",
        "--exit-on-error",
        "--single-transaction",
        "--no-password",
        programs.databaseArgument(),
        file.toAbsolutePath().toString());
  }

  /** A name may have so many bytes; what is longer is cut by the server without a word. */
  private String name(String end) {
    String name = database.name();
    int length = name.length();
    while (bytes(name.substring(0, length)) > NAME_MAX - end.length()) {
      length = name.offsetByCodePoints(length, -1);
    }
    return name.substring(0, length) + end;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
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

  /** Nobody may come in while the names change; Ripcord's own sessions are ended. */
  private void swap(SqlConnection connection, String fresh, String kept) {
    String now = Quoting.name(database.name());
    run(connection, "ALTER DATABASE " + now + " ALLOW_CONNECTIONS false");
    try {
      rows(connection, END_OURS, database.name());
      awaitEmpty(connection);
      run(
          connection,
          "BEGIN; ALTER DATABASE %s RENAME TO %s; ALTER DATABASE %s RENAME TO %s; COMMIT"
              .formatted(now, Quoting.name(kept), Quoting.name(fresh), now));
      run(connection, "ALTER DATABASE " + Quoting.name(kept) + " ALLOW_CONNECTIONS true");
    } catch (RuntimeException e) {
      quietly(connection, "ROLLBACK");
      quietly(connection, "ALTER DATABASE " + now + " ALLOW_CONNECTIONS true");
      throw e;
    }
  }

  /** A session that was asked to end takes a moment. */
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
    quietly(connection, "ALTER DATABASE " + Quoting.name(fresh) + " IS_TEMPLATE false");
    try {
      run(connection, "DROP DATABASE IF EXISTS " + Quoting.name(fresh));
    } catch (RuntimeException e) {
      because.addSuppressed(e);
    }
  }

  private void quietly(SqlConnection connection, String sql) {
    connection.query(sql).execute().timeout(SECONDS, TimeUnit.SECONDS).otherwiseEmpty().await();
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
