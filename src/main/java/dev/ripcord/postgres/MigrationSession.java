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
import io.vertx.sqlclient.SqlResult;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.internal.SqlConnectionInternal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collector;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection for a run of migrations. Each call waits for its answer, so it is called from a
 * virtual thread, never from an event loop.
 */
public final class MigrationSession implements AutoCloseable {
  /** Gives a session back the rights and settings it began with. */
  public static final String RESET = "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL";

  /**
   * Takes away what a migration has left in its session beside settings: cursors, channels,
   * temporary objects, the last values of sequences. Not DISCARD ALL: the session's lock stays.
   */
  public static final String CLEAN = "CLOSE ALL; UNLISTEN *; DISCARD TEMP; DISCARD SEQUENCES";

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
  private final Promise<Void> error = Promise.promise();
  private final Set<Promise<?>> waiting = ConcurrentHashMap.newKeySet();
  private volatile boolean forgets;
  private final Map<String, PreparedStatement> prepared = new ConcurrentHashMap<>();
  private final Set<String> named = ConcurrentHashMap.newKeySet();

  private MigrationSession(PgConnection connection) {
    this.connection = connection;
    SocketConnectionBase socket =
        (SocketConnectionBase) ((SqlConnectionInternal) connection).unwrap();
    TextRows.before(socket.socket().channelHandlerContext().pipeline());
    // What is asked is answered on the context that connected, which the socket's need not be.
    Stream.of(Optional.ofNullable(Vertx.currentContext()), Optional.of(socket.context()))
        .flatMap(Optional::stream)
        .forEach(each -> each.exceptionHandler(this::uncaught));
    connection.closeHandler(closed -> gone.tryComplete());
    connection.exceptionHandler(failure -> LOG.debug("a session broke: {}", failure.getMessage()));
  }

  /**
   * What goes wrong in a callback would be written to the log, and whoever waits for what it was to
   * complete would wait for ever.
   */
  private void uncaught(Throwable failure) {
    if (failure instanceof Error own) {
      breakOff(own);
    } else {
      LOG.error("a callback failed", failure);
    }
  }

  /** Ends every wait for this session, now and later, with an error. May be called repeatedly. */
  public void breakOff(Throwable own) {
    if (error.tryFail(own)) {
      waiting.forEach(each -> each.tryFail(own));
    }
  }

  /** Fails with an error of the program in one of this session's callbacks. */
  public Future<Void> error() {
    return error.future();
  }

  /** Waits for an answer that comes over this session, or for an error that has lost it. */
  public <T extends @Nullable Object> T await(Future<T> answer) {
    Promise<T> first = Promise.promise();
    waiting.add(first);
    try {
      if (error.future().failed()) {
        first.tryFail(error.future().cause());
      }
      var _ = answer.onSuccess(first::tryComplete).onFailure(first::tryFail);
      return first.future().await();
    } finally {
      waiting.remove(first);
    }
  }

  /**
   * For what Ripcord asks of its own: PostgreSQL compiles a query by how expensive it looks, and
   * large questions to the catalog look expensive, so it spent seconds on compiling each anew.
   */
  private static final Map<String, String> OWN = Map.of("jit", "off");

  /** Connects, or throws a {@link SchemaException} that names the database. */
  public static MigrationSession open(Vertx vertx, Database database) {
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
  public static MigrationSession open(
      Vertx vertx, Database database, String name, Map<String, String> settings) {
    return opening(vertx, database, name, settings).await();
  }

  /** The same without waiting. */
  public static Future<MigrationSession> opening(
      Vertx vertx, Database database, String name, Map<String, String> settings) {
    Map<String, String> own = new HashMap<>(OWN);
    own.putAll(settings);
    return opening(vertx, database, database.options(), name, own);
  }

  /**
   * A session for what the team has written: what database, role and URL say of settings holds in
   * it, and the client adds none that changes what a statement means.
   *
   * @param name its {@code application_name}
   * @param settings as for {@link #open(Vertx, Database, String, Map)}
   */
  public static MigrationSession forStatements(
      Vertx vertx, Database database, String name, Map<String, String> settings) {
    return openingForStatements(vertx, database, name, settings).await();
  }

  /** The same without waiting. */
  public static Future<MigrationSession> openingForStatements(
      Vertx vertx, Database database, String name, Map<String, String> settings) {
    return opening(vertx, database, database.plainOptions(), name, settings);
  }

  private static Future<MigrationSession> opening(
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
        .map(MigrationSession::new);
  }

  /** A pooler between takes no settings unless it is configured to. */
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
  public int backend() {
    return rows(await(connection.query("SELECT pg_backend_pid()").execute()))
        .getFirst()
        .getInteger(0);
  }

  /**
   * Runs a statement that is prepared once and kept. A file may throw away what was prepared: then
   * the call fails as {@link StatementFailure#isForgotten} knows, and from there on nothing is
   * kept.
   */
  List<Row> prepared(String sql, @Nullable Object... values) {
    return rows(await(sendPrepared(sql, values)));
  }

  /** The same without waiting for the answer. */
  public Future<RowSet<Row>> sendPrepared(String sql, @Nullable Object... values) {
    return forgets
        ? later(sql, values)
        : prepare(sql).query().execute(Tuple.from(values)).onFailure(this::noteForgotten);
  }

  private void noteForgotten(Throwable failure) {
    if (failure instanceof PgException refused && StatementFailure.isForgotten(refused)) {
      forgets = true;
    }
  }

  /** Prepares a statement, so that it can be sent without a wait in between. */
  public PreparedStatement prepare(String sql) {
    return prepared.computeIfAbsent(sql, text -> await(connection.prepare(text)));
  }

  /** Prepares a command under its name, once. */
  public void name(PreparedCommand command) {
    if (!named.contains(command.name())) {
      run(command.preparing());
      named.add(command.name());
    }
  }

  /** Throws away what the team's statements have prepared, and nothing of Ripcord's own. */
  public void forget() {
    String own = PreparedCommand.PREFIX;
    for (Row row :
        ask(
            "SELECT quote_ident(name) FROM pg_prepared_statements WHERE from_sql AND NOT"
                + " starts_with(name, $1)",
            own)) {
      run("DEALLOCATE " + row.getString(0));
    }
  }

  /** Keeps nothing prepared from now on, as one whose file has thrown it away. */
  public void keepNothingPrepared() {
    forgets = true;
  }

  /** Whether a file has thrown away what was prepared. */
  public boolean isForgetful() {
    return forgets;
  }

  /** Sends a text as it is, by the simple query protocol, and waits as long as it takes. */
  public void run(String sql) {
    var _ = await(send(sql));
  }

  /** The same for one statement; gives the number of rows that it changed. */
  public int changed(String sql) {
    return await(send(sql)).rowCount();
  }

  /**
   * Sends a text without waiting; what is sent after it is run after it. Rows that come back are
   * thrown away unread.
   */
  public Future<SqlResult<String>> send(String sql) {
    return connection
        .query(sql)
        .collecting(Collector.of(() -> sql, (each, row) -> {}, (one, other) -> one))
        .execute();
  }

  /**
   * Sends a text of several commands.
   *
   * @param ended is called after each that ended well, from the connection's event loop
   */
  public Future<?> send(String sql, Runnable ended) {
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

  /**
   * Sends a question and keeps of its rows the first that is wanted. Values are text, but for truth
   * values and whole numbers.
   */
  public SqlResult<List<Row>> first(String sql, Predicate<Row> wanted) {
    return await(
        connection
            .query(sql)
            .collecting(
                Collector.<Row, List<Row>>of(
                    ArrayList::new,
                    (kept, row) -> {
                      if (kept.isEmpty() && wanted.test(row)) {
                        kept.add(row);
                      }
                    },
                    (one, other) -> one))
            .execute());
  }

  /** Sends a text and lets a failure be: for what only tidies up. */
  public void runIgnoringErrors(String sql) {
    try {
      run(sql);
    } catch (RuntimeException failure) {
      LOG.debug("{}: {}", sql, failure.getMessage());
    }
  }

  /** Sends a text and says whether the server did it. */
  public boolean tryRun(String sql) {
    try {
      run(sql);
      return true;
    } catch (PgException refused) {
      LOG.debug("{}: {}", sql, refused.getMessage());
      return false;
    }
  }

  /**
   * Fails with a {@link SchemaException} where the database or the role has set that a backslash
   * escapes in every text: files are cut into statements by the standard's rule.
   */
  public void refuseOtherQuotes(Database database) {
    if (ask("SELECT current_setting('standard_conforming_strings')")
        .getFirst()
        .getString(0)
        .equals("off")) {
      throw new SchemaException(
          "database "
              + database.label()
              + ": standard_conforming_strings is off there, for the database or the role, so a"
              + " backslash in '…' escapes; migrations are read with it on. Nothing was changed."
              + " Set it on (ALTER DATABASE … RESET standard_conforming_strings, or ALTER ROLE …),"
              + " and write E'…' where a backslash escapes");
    }
  }

  /** The connection as a client of the other readers. */
  public SqlClient client() {
    return connection;
  }

  /** Asks with values. */
  public List<Row> ask(String sql, @Nullable Object... values) {
    return rows(await(later(sql, values)));
  }

  /** Asks with values and gives the number of rows that were changed. */
  public int change(String sql, @Nullable Object... values) {
    return await(later(sql, values)).rowCount();
  }

  /** Asks without waiting. May be called from any thread. */
  public Future<RowSet<Row>> later(String sql, @Nullable Object... values) {
    return connection.preparedQuery(sql).execute(Tuple.from(values));
  }

  private static List<Row> rows(RowSet<Row> set) {
    return set.stream().toList();
  }

  /** The server's number of this session. */
  public int pid() {
    return connection.processId();
  }

  /** Whether the connection still stands, as far as this end knows. */
  public boolean isOpen() {
    return !gone.future().isComplete();
  }

  /** Done when the connection is closed, by whichever end. */
  public Future<Void> gone() {
    return gone.future();
  }

  /** Asks the server to break off what this session runs; whether it does is not waited for. */
  public void cancel() {
    var _ =
        connection
            .cancelRequest()
            .onFailure(failure -> LOG.debug("cannot cancel: {}", failure.getMessage()));
  }

  /** Closes it without waiting. */
  public void leave() {
    var _ = connection.close();
  }

  @Override
  public void close() {
    var _ = closing().await();
  }

  /** Closes it; done when it is closed, or after some seconds. Never fails. */
  public Future<Void> closing() {
    return connection.close().otherwiseEmpty().timeout(5, TimeUnit.SECONDS).otherwiseEmpty();
  }
}
