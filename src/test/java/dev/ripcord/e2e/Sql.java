package dev.ripcord.e2e;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Asks a database, over one connection that is made by the first question and again by the next one
 * after it was lost: a connection for each question costs both sides more than its answer.
 */
final class Sql implements AutoCloseable {
  private static final Vertx VERTX = Vertx.vertx();

  private final PgConnectOptions options;
  private Optional<PgConnection> kept = Optional.empty();

  Sql(PgConnectOptions options) {
    this.options = options;
  }

  /** Connected at once. */
  static Sql connected(PgConnectOptions options) {
    Sql sql = new Sql(options);
    sql.connection();
    return sql;
  }

  /** The rows of a query, each as its values with a bar between them. */
  List<String> rows(String sql) {
    return await(rows(connection(), sql));
  }

  private synchronized PgConnection connection() {
    if (kept.isEmpty()) {
      PgConnection made = await(PgConnection.connect(VERTX, options));
      kept = Optional.of(made);
      made.closeHandler(closed -> lost(made));
    }
    return kept.get();
  }

  /** A failure is always unchecked: what a future fails with may be any. */
  private static <T> T await(Future<T> asked) {
    try {
      return asked.timeout(30, TimeUnit.SECONDS).await();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private synchronized void lost(PgConnection connection) {
    kept = kept.filter(each -> each != connection);
  }

  private static Future<List<String>> rows(PgConnection connection, String sql) {
    return connection
        .query(sql)
        .execute()
        .map(
            rows -> {
              List<String> texts = new ArrayList<>();
              rows.forEach(row -> texts.add(text(row)));
              return texts;
            });
  }

  /** Whether a query finds a row; false while its tables are not there yet. */
  boolean finds(String sql) {
    try {
      return !rows(sql).isEmpty();
    } catch (RuntimeException e) {
      return false;
    }
  }

  private static String text(Row row) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      values.add(String.valueOf(row.getValue(i)));
    }
    return String.join("|", values);
  }

  private synchronized Optional<PgConnection> given() {
    Optional<PgConnection> given = kept;
    kept = Optional.empty();
    return given;
  }

  /** Ends the connection; a later question makes another one. */
  @Override
  public void close() {
    given().ifPresent(connection -> connection.close().timeout(10, TimeUnit.SECONDS).await());
  }
}
