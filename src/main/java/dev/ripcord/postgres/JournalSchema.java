package dev.ripcord.postgres;

import dev.ripcord.port.JournalException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Brings the journal's own schema up to date, one process at a time. */
final class JournalSchema {
  /** The migrations on the class path, in their order. */
  static final List<String> MIGRATIONS =
      List.of("01_create_journal", "02_create_samples", "03_create_outbox");

  private static final int DEADLINE_SECONDS = 60;
  private static final String PREPARE =
      """
      SELECT pg_advisory_lock(hashtextextended('ripcord journal schema', 0));
      CREATE SCHEMA IF NOT EXISTS ripcord;
      CREATE TABLE IF NOT EXISTS ripcord.journal_migration (
        name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now());
      """;

  private JournalSchema() {}

  /** Applies what is missing; fails when the journal is newer than this program. */
  static Future<Void> migrate(Vertx vertx, PgConnectOptions options) {
    PgConnectOptions quiet =
        JournalPool.withSettings(
            options,
            Map.of("client_min_messages", "warning", "application_name", "ripcord migrations"));
    return PgConnection.connect(vertx, quiet)
        .compose(
            connection ->
                Future.succeededFuture(connection)
                    .compose(JournalSchema::migrate)
                    .eventually(connection::close))
        .timeout(DEADLINE_SECONDS, TimeUnit.SECONDS)
        .recover(
            e ->
                Future.failedFuture(
                    JournalPool.failure("open the journal", JournalPool.where(options), e)));
  }

  private static Future<Void> migrate(PgConnection connection) {
    return connection
        .query(PREPARE)
        .execute()
        .compose(ready -> connection.query("SELECT name FROM ripcord.journal_migration").execute())
        .compose(
            rows -> {
              Set<String> applied = new HashSet<>();
              rows.forEach(row -> applied.add(row.getString("name")));
              for (String name : applied) {
                if (!MIGRATIONS.contains(name)) {
                  return Future.failedFuture(newer(name));
                }
              }
              Future<Void> all = Future.succeededFuture();
              for (String name : MIGRATIONS) {
                if (!applied.contains(name)) {
                  all = all.compose(before -> apply(connection, name));
                }
              }
              return all;
            });
  }

  private static JournalException newer(String migration) {
    return new JournalException(
        "the journal is newer than this ripcord: its migration "
            + migration
            + " is not known here; use the newer ripcord that applied it");
  }

  private static Future<Void> apply(PgConnection connection, String name) {
    return connection
        .begin()
        .compose(
            transaction ->
                connection
                    .query(text(name + "_up.sql"))
                    .execute()
                    .compose(
                        done ->
                            connection
                                .preparedQuery(
                                    "INSERT INTO ripcord.journal_migration (name) VALUES ($1)")
                                .execute(Tuple.of(name)))
                    .compose(recorded -> transaction.commit()));
  }

  /** The text of a file of the folder migrations. */
  static String text(String file) {
    try (InputStream in = JournalSchema.class.getResourceAsStream("/migrations/" + file)) {
      if (in == null) {
        throw new IllegalStateException("migrations/" + file + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("migrations/" + file + " cannot be read", e);
    }
  }
}
