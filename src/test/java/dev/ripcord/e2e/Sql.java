package dev.ripcord.e2e;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Asks a database. */
final class Sql implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final PgConnectOptions options;
  private Optional<PgConnection> kept = Optional.empty();

  Sql(PgConnectOptions options) {
    this.options = options;
  }

  /** Asks over one connection, for many questions to a database that stays. */
  static Sql connected(PgConnectOptions options) {
    Sql sql = new Sql(options);
    sql.kept = Optional.of(PgConnection.connect(sql.vertx, options).await());
    return sql;
  }

  /** The rows of a query, each as its values with a bar between them. */
  List<String> rows(String sql) {
    return kept.map(connection -> rows(connection, sql))
        .orElseGet(
            () ->
                PgConnection.connect(vertx, options)
                    .compose(
                        connection ->
                            rows(connection, sql).eventually(((SqlConnection) connection)::close)))
        .timeout(30, TimeUnit.SECONDS)
        .await();
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

  @Override
  public void close() {
    vertx.close().timeout(10, TimeUnit.SECONDS).await();
  }
}
