package dev.ripcord.postgres.journal;

import dev.ripcord.port.Alert;
import dev.ripcord.postgres.journal.wire.JournalJson;
import dev.ripcord.postgres.journal.wire.Times;
import dev.ripcord.silence.Silence;
import dev.ripcord.silence.SilenceBook;
import dev.ripcord.silence.SilenceScope;
import dev.ripcord.silence.Silences;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rows of the table silence. An alert's silence is chosen in the transaction that writes the
 * alert down, and chosen anew for all that waits when a silence begins or is ended by hand; that
 * one is over by its time needs no deed: the queries of the outbox compare it with the time.
 */
final class SilenceRows implements SilenceBook {
  /** When the silence of an outbox row is over; for queries that join it as {@code s}. */
  static final String END = "coalesce(s.ended_at, s.until_at)";

  private static final String COLUMNS =
      """
      s.id, s.services, s.kind, s.asked_by, s.reason, s.asked_at, s.until_at, s.ended_at, s.ended_by
      """;
  private static final String HELD =
      """
      , (SELECT count(DISTINCT o.key) FROM ripcord_journal.outbox o
          WHERE o.silenced_by = s.id AND o.fires)::int AS held
      """;
  private static final String HOLDING =
      "SELECT "
          + COLUMNS
          + ", 0 AS held FROM ripcord_journal.silence s"
          + " WHERE s.ended_at IS NULL AND s.until_at > $1 ORDER BY s.id";
  private static final String SHOWN =
      "SELECT "
          + COLUMNS
          + HELD
          + " FROM ripcord_journal.silence s"
          + " WHERE s.ended_at IS NULL AND s.until_at > $1 ORDER BY s.id";
  private static final String ONE =
      "SELECT " + COLUMNS + HELD + " FROM ripcord_journal.silence s WHERE s.id = $1";
  private static final String INSERT =
      """
      INSERT INTO ripcord_journal.silence (services, kind, asked_by, reason, asked_at, until_at)
      VALUES ($1, $2, $3, $4, $5, $6) RETURNING id
      """;
  private static final String ENDED =
      """
      UPDATE ripcord_journal.silence SET ended_at = $2, ended_by = $3
      WHERE id = $1 AND ended_at IS NULL AND until_at > $2
      """;
  private static final String WAITING =
      """
      SELECT id, alert::text AS alert, silenced_by FROM ripcord_journal.outbox
      WHERE fires AND delivered_at IS NULL AND gave_up_at IS NULL AND ended_at IS NULL
      """;
  private static final String SILENCED =
      """
      UPDATE ripcord_journal.outbox o SET silenced_by = n.silence
      FROM unnest($1::bigint[], $2::bigint[]) AS n (id, silence)
      WHERE o.id = n.id AND o.delivered_at IS NULL AND o.gave_up_at IS NULL
      """;

  private final JournalPool pool;

  SilenceRows(JournalPool pool) {
    this.pool = pool;
  }

  @Override
  public Future<Silence> begin(Silence.Wanted wanted, Instant now) {
    Tuple row =
        Tuple.of(
            wanted.scope().text(),
            wanted.kind().map(Alert.Kind::text).orElse(null),
            JournalJson.storable(wanted.by()),
            JournalJson.storable(wanted.reason()),
            Times.column(now),
            Times.column(wanted.until()));
    return pool.transaction(
        "write down a silence of " + wanted.scope(),
        connection ->
            AppendBatch.inOrder(connection)
                .compose(x -> connection.preparedQuery(INSERT).execute(row))
                .map(rows -> rows.iterator().next().getLong("id"))
                .compose(id -> chooseAnew(connection, now).map(id))
                .compose(id -> one(connection, id))
                .map(Optional::orElseThrow));
  }

  @Override
  public Future<Optional<Silence>> end(long id, String by, Instant now) {
    return pool.transaction(
        "end silence " + id,
        connection ->
            AppendBatch.inOrder(connection)
                .compose(
                    x ->
                        connection
                            .preparedQuery(ENDED)
                            .execute(Tuple.of(id, Times.column(now), JournalJson.storable(by))))
                .compose(x -> chooseAnew(connection, now))
                .compose(x -> one(connection, id)));
  }

  @Override
  public Future<Silences> holding(Instant now) {
    return pool.run("read the silences", SHOWN, Tuple.of(Times.column(now)))
        .map(SilenceRows::silences);
  }

  /** Those that hold, inside a transaction. */
  static Future<Silences> holding(SqlConnection connection, Instant now) {
    return connection
        .preparedQuery(HOLDING)
        .execute(Tuple.of(Times.column(now)))
        .map(SilenceRows::silences);
  }

  private static Future<Optional<Silence>> one(SqlConnection connection, long id) {
    return connection
        .preparedQuery(ONE)
        .execute(Tuple.of(id))
        .map(rows -> silences(rows).all().stream().findFirst());
  }

  /** What waits is held back by the silence that matches it now; what none matches is left. */
  private static Future<Void> chooseAnew(SqlConnection connection, Instant now) {
    return holding(connection, now)
        .compose(
            silences ->
                silences.all().isEmpty()
                    ? Future.succeededFuture()
                    : connection
                        .preparedQuery(WAITING)
                        .execute()
                        .compose(rows -> chooseAnew(connection, rows, silences, now)));
  }

  private static Future<Void> chooseAnew(
      SqlConnection connection, RowSet<Row> waiting, Silences silences, Instant now) {
    List<Long> ids = new ArrayList<>();
    List<Long> chosen = new ArrayList<>();
    for (Row row : waiting) {
      Alert alert = JournalJson.read(row.getString("alert"), Alert.class);
      Optional<Long> by = silences.matching(alert, now).map(Silence::id);
      if (by.isPresent() && !by.get().equals(row.getLong("silenced_by"))) {
        ids.add(row.getLong("id"));
        chosen.add(by.get());
      }
    }
    return ids.isEmpty()
        ? Future.succeededFuture()
        : connection
            .preparedQuery(SILENCED)
            .execute(Tuple.from(List.of(ids.toArray(Long[]::new), chosen.toArray(Long[]::new))))
            .mapEmpty();
  }

  private static Silences silences(RowSet<Row> rows) {
    List<Silence> silences = new ArrayList<>();
    rows.forEach(row -> silence(row).ifPresent(silences::add));
    return new Silences(silences);
  }

  /** Empty for what a later version has written and this one cannot read: it silences nothing. */
  private static Optional<Silence> silence(Row row) {
    try {
      return Optional.of(
          new Silence(
              row.getLong("id"),
              new SilenceScope(row.getString("services")),
              Optional.ofNullable(row.getString("kind")).map(Silence::kind),
              row.getString("asked_by"),
              row.getString("reason"),
              row.getOffsetDateTime("asked_at").toInstant(),
              row.getOffsetDateTime("until_at").toInstant(),
              Optional.ofNullable(row.getOffsetDateTime("ended_at"))
                  .map(OffsetDateTime::toInstant)
                  .map(at -> new Silence.Ended(at, row.getString("ended_by"))),
              row.getInteger("held")));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
