package dev.ripcord.postgres;

import dev.ripcord.port.SchemaException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.PreparedStatement;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection for a run of migrations. Each call waits for its answer, so it is called from a
 * virtual thread, never from an event loop.
 */
final class MigrationSession implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MigrationSession.class);

  /**
   * A host that vanished says nothing: the server asks, and ends a session that does not answer,
   * and with it the locks that it holds.
   */
  private static final Map<String, String> PEER =
      Map.of(
          "tcp_keepalives_idle", "5",
          "tcp_keepalives_interval", "5",
          "tcp_keepalives_count", "3",
          "tcp_user_timeout", "20s");

  private final PgConnection connection;
  private final Promise<Void> gone = Promise.promise();
  private volatile boolean forgets;
  private final Map<String, PreparedStatement> prepared = new ConcurrentHashMap<>();
  private final Set<String> named = ConcurrentHashMap.newKeySet();

  private MigrationSession(PgConnection connection) {
    this.connection = connection;
    connection.closeHandler(closed -> gone.tryComplete());
    connection.exceptionHandler(failure -> LOG.debug("a session broke: {}", failure.getMessage()));
  }

  /** Connects, or throws a {@link SchemaException} that names the database. */
  static MigrationSession open(Vertx vertx, Database database) {
    return open(vertx, database, Database.APPLICATION);
  }

  /** The same under an {@code application_name} of its own. */
  static MigrationSession open(Vertx vertx, Database database, String name) {
    return open(vertx, database, name, Map.of());
  }

  /**
   * The same with settings of its own.
   *
   * @param settings what the session begins with and goes back to, besides {@link #PEER}
   */
  static MigrationSession open(
      Vertx vertx, Database database, String name, Map<String, String> settings) {
    return open(vertx, database, database.options(), name, settings);
  }

  /**
   * A session for what the team has written: what database, role and URL say of settings holds in
   * it, and the client adds none that changes what a statement means.
   *
   * @param name its {@code application_name}
   * @param settings as for {@link #open(Vertx, Database, String, Map)}
   */
  static MigrationSession forStatements(
      Vertx vertx, Database database, String name, Map<String, String> settings) {
    return open(vertx, database, database.plainOptions(), name, settings);
  }

  private static MigrationSession open(
      Vertx vertx,
      Database database,
      PgConnectOptions plain,
      String name,
      Map<String, String> settings) {
    plain.addProperty("application_name", database.choice().named(name));
    PgConnectOptions options = new PgConnectOptions(plain);
    PEER.forEach(options::addProperty);
    settings.forEach(options::addProperty);
    return PgConnection.connect(vertx, options)
        .recover(
            failure ->
                isUnsupported(failure)
                    ? PgConnection.connect(vertx, plain)
                    : Future.failedFuture(failure))
        .timeout(database.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .recover(failure -> Future.failedFuture(explain(database, failure)))
        .map(MigrationSession::new)
        .await();
  }

  /** A pooler between takes no settings unless it is told to. */
  private static boolean isUnsupported(Throwable failure) {
    return String.valueOf(failure.getMessage()).contains("unsupported startup parameter");
  }

  private static Throwable explain(Database database, Throwable failure) {
    return isUnsupported(failure)
        ? new SchemaException(
            "database "
                + database.label()
                + ": PgBouncer stands between and refuses the connection. Give migrations"
                + " PostgreSQL's own address",
            failure)
        : database.explain(failure);
  }

  /** The server process that answers just now, asked in the simplest way. */
  int backend() {
    return rows(connection.query("SELECT pg_backend_pid()").execute().await())
        .getFirst()
        .getInteger(0);
  }

  /**
   * Runs a statement that is prepared once and kept. A file may throw away what was prepared: then
   * the call fails as {@link RunnerFailure#isForgotten} knows, and from there on nothing is kept.
   */
  List<Row> prepared(String sql, @Nullable Object... values) {
    return rows(sendPrepared(sql, values).await());
  }

  /** The same without waiting for the answer. */
  Future<RowSet<Row>> sendPrepared(String sql, @Nullable Object... values) {
    return forgets
        ? later(sql, values)
        : prepare(sql).query().execute(Tuple.from(values)).onFailure(this::noteForgotten);
  }

  private void noteForgotten(Throwable failure) {
    if (failure instanceof PgException refused && RunnerFailure.isForgotten(refused)) {
      forgets = true;
    }
  }

  /** Prepares a statement, so that it can be sent without a wait in between. */
  PreparedStatement prepare(String sql) {
    return prepared.computeIfAbsent(sql, text -> connection.prepare(text).await());
  }

  /** Prepares a command under its name, once. */
  void name(RunnerCommand command) {
    if (!named.contains(command.name())) {
      run(command.preparing());
      named.add(command.name());
    }
  }

  /** Throws away what the team's statements have prepared, and nothing of Ripcord's own. */
  void forget() {
    String own = RunnerCommand.PREFIX;
    for (Row row :
        ask(
            "SELECT quote_ident(name) FROM pg_prepared_statements WHERE from_sql AND NOT"
                + " starts_with(name, $1)",
            own)) {
      run("DEALLOCATE " + row.getString(0));
    }
  }

  /** Whether a file has thrown away what was prepared. */
  boolean isForgetful() {
    return forgets;
  }

  /** Sends a text as it is, by the simple query protocol, and waits as long as it takes. */
  void run(String sql) {
    var _ = send(sql).await();
  }

  /** Sends a text without waiting; what is sent after it is run after it. */
  Future<RowSet<Row>> send(String sql) {
    return connection.query(sql).execute();
  }

  /**
   * Sends a text of several commands.
   *
   * @param ended is told after each that ended well, from the connection's event loop
   */
  Future<?> send(String sql, Runnable ended) {
    return connection
        .query(sql)
        .collecting(
            Collector.of(
                () -> ended,
                (each, row) -> {},
                (one, other) -> one,
                each -> {
                  each.run();
                  return each;
                }))
        .execute()
        .onFailure(this::noteForgotten);
  }

  /** Sends a text and lets a failure be: for what only tidies up. */
  void quietly(String sql) {
    try {
      run(sql);
    } catch (RuntimeException failure) {
      LOG.debug("{}: {}", sql, failure.getMessage());
    }
  }

  /** Sends a text and says whether the server did it. */
  boolean takes(String sql) {
    try {
      run(sql);
      return true;
    } catch (PgException refused) {
      LOG.debug("{}: {}", sql, refused.getMessage());
      return false;
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
    return !gone.future().isComplete();
  }

  /** Done when the connection is closed, by whichever end. */
  Future<Void> gone() {
    return gone.future();
  }

  /** Asks the server to break off what this session runs; whether it does is not waited for. */
  void cancel() {
    var _ =
        connection
            .cancelRequest()
            .onFailure(failure -> LOG.debug("cannot cancel: {}", failure.getMessage()));
  }

  /** Closes it without waiting. */
  void leave() {
    var _ = connection.close();
  }

  @Override
  public void close() {
    Future<Void> closing = connection.close();
    var _ = closing.otherwiseEmpty().timeout(5, TimeUnit.SECONDS).otherwiseEmpty().await();
  }
}
