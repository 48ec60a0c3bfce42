package dev.ripcord.postgres.journal;

import dev.ripcord.port.JournalException;
import dev.ripcord.postgres.NetworkFailure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * The connections to the journal's database. Every call ends within {@link #DEADLINE_SECONDS}, and
 * fails with a {@link JournalException} that says what was to be done and where.
 */
final class JournalPool {
  /** A call's whole time, the wait for a connection included. */
  static final int DEADLINE_SECONDS = 10;

  private static final int CONNECTIONS = 8;

  /** Whoever may read the journal must not hold up who acts: see {@link #forReaders}. */
  private static final int READERS = 2;

  private static final String DISK_FULL = "53100";

  private final Pool pool;
  private final String where;

  /**
   * Opens no connection yet.
   *
   * @param options where, and as whom
   */
  JournalPool(Vertx vertx, PgConnectOptions options) {
    this(vertx, options, CONNECTIONS, "ripcord journal");
  }

  /** Connections of their own for those who only look: the page, the API, streams of events. */
  static JournalPool forReaders(Vertx vertx, PgConnectOptions options) {
    return new JournalPool(vertx, options, READERS, "ripcord journal, readers");
  }

  private JournalPool(Vertx vertx, PgConnectOptions options, int connections, String name) {
    this.where = where(options);
    this.pool =
        PgBuilder.pool()
            .connectingTo(
                // A process that stands still in the middle of a transaction, or lost its network,
                // must not hold rows that its successor needs.
                withSettings(
                    options,
                    Map.of(
                        "statement_timeout", DEADLINE_SECONDS + "s",
                        "idle_in_transaction_session_timeout", DEADLINE_SECONDS + "s",
                        "application_name", name)))
            .with(
                new PoolOptions()
                    .setMaxSize(connections)
                    .setConnectionTimeout(DEADLINE_SECONDS)
                    .setConnectionTimeoutUnit(TimeUnit.SECONDS))
            .using(vertx)
            .build();
  }

  /** The same place, with prepared statements kept and settings of the session. */
  static PgConnectOptions withSettings(PgConnectOptions options, Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(options.getProperties());
    all.putAll(settings);
    return new PgConnectOptions(options).setCachePreparedStatements(true).setProperties(all);
  }

  /** The place as people read it; never the password. */
  static String where(PgConnectOptions options) {
    return options.getHost() + ":" + options.getPort() + "/" + options.getDatabase();
  }

  /**
   * Runs one statement.
   *
   * @param doing what it is for, to complete "could not …"
   */
  Future<RowSet<Row>> run(String doing, String sql, Tuple arguments) {
    return guarded(doing, pool.preparedQuery(sql).execute(arguments));
  }

  /** Runs a transaction: all of it or, when the body fails, nothing. */
  <T> Future<T> transaction(String doing, Function<SqlConnection, Future<T>> body) {
    return guarded(doing, pool.withTransaction(body));
  }

  /** Ends all connections. */
  Future<Void> close() {
    return pool.close();
  }

  private <T> Future<T> guarded(String doing, Future<T> work) {
    return work.timeout(DEADLINE_SECONDS, TimeUnit.SECONDS)
        .recover(e -> Future.failedFuture(failure(doing, where, e)));
  }

  /** What went wrong, for people. The server's own DETAIL is left out: it may quote a row. */
  static JournalException failure(String doing, String where, Throwable cause) {
    if (cause instanceof JournalException journalFailure) {
      return journalFailure;
    }
    return new JournalException(
        "could not " + doing + ": the journal at " + where + ": " + message(cause) + next(cause),
        cause);
  }

  /** What the server answered, or why there was no answer. The DETAIL of an answer is left out. */
  static String message(Throwable cause) {
    return switch (cause) {
      case PgException e -> e.getErrorMessage() + " (SQLSTATE " + e.getSqlState() + ")";
      case JournalException known -> String.valueOf(known.getMessage());
      case TimeoutException _ -> "no answer within " + DEADLINE_SECONDS + " s";
      default -> NetworkFailure.words(cause);
    };
  }

  /** What to do about a trouble of the server that does not end by itself; empty for others. */
  private static String next(Throwable cause) {
    if (!(cause instanceof PgException refused)) {
      return "";
    }
    String state = refused.getSqlState();
    boolean full =
        state.equals(DISK_FULL)
            || String.valueOf(refused.getErrorMessage()).contains("No space left on device");
    String what =
        full
            ? "the disk of that PostgreSQL is full: make room on it"
            : switch (state) {
              case "25006" -> "that PostgreSQL only reads: name the primary in `database`";
              case "42501" -> "grant the user of `database` what it needs";
              case "53200" -> "that PostgreSQL is out of memory: give it more";
              case "53300" -> "all its connections are taken: raise its max_connections";
              default -> "";
            };
    return what.isEmpty()
        ? ""
        : ". Next: " + what + ". Until then nothing is written down, and nothing rolled back";
  }
}
