package dev.ripcord.postgres;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection for a run of migrations. Each call waits for its answer, so it is called from a
 * virtual thread, never from an event loop.
 */
final class MigrationSession implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MigrationSession.class);

  private final PgConnection connection;
  private final AtomicBoolean open = new AtomicBoolean(true);

  private MigrationSession(PgConnection connection) {
    this.connection = connection;
    connection.closeHandler(closed -> open.set(false));
    // Whoever waits for an answer is told; without this a trace is printed beside it.
    connection.exceptionHandler(lost -> LOG.debug("connection lost: {}", lost.getMessage()));
  }

  /** Connects, or throws a {@link dev.ripcord.port.SchemaException} that names the database. */
  static MigrationSession open(Vertx vertx, Database database) {
    return PgConnection.connect(vertx, database.options())
        .timeout(database.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .recover(failure -> Future.failedFuture(database.explain(failure)))
        .map(MigrationSession::new)
        .await();
  }

  /** Sends a text as it is, by the simple query protocol, and waits as long as it takes. */
  void run(String sql) {
    var _ = connection.query(sql).execute().await();
  }

  /** Sends a text and lets a failure be: for what only tidies up. */
  void quietly(String sql) {
    try {
      run(sql);
    } catch (RuntimeException failure) {
      LOG.debug("{}: {}", sql, failure.getMessage());
    }
  }

  /** The connection as a client of the other readers. */
  SqlClient client() {
    return connection;
  }

  /** Asks with values. */
  List<Row> ask(String sql, @Nullable Object... values) {
    return rows(later(sql, values).await());
  }

  /** Asks with values and gives the number of rows that were changed. */
  int change(String sql, @Nullable Object... values) {
    return later(sql, values).await().rowCount();
  }

  /** Asks without waiting. May be called from any thread. */
  Future<RowSet<Row>> later(String sql, @Nullable Object... values) {
    return connection.preparedQuery(sql).execute(Tuple.from(values));
  }

  private static List<Row> rows(RowSet<Row> set) {
    return set.stream().toList();
  }

  /** The server's number of this session. */
  int pid() {
    return connection.processId();
  }

  /** Whether the connection still stands, as far as this end knows. */
  boolean isOpen() {
    return open.get();
  }

  @Override
  public void close() {
    Future<Void> closing = connection.close();
    var _ = closing.otherwiseEmpty().timeout(5, TimeUnit.SECONDS).otherwiseEmpty().await();
  }
}
