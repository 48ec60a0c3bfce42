package dev.ripcord.postgres.journal;

import dev.ripcord.port.Recorded;
import dev.ripcord.postgres.journal.wire.EntryCodec;
import dev.ripcord.postgres.journal.wire.Times;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** The rows of the table event: written many at a time, read in the order of their numbers. */
final class EventRows {
  private static final String INSERT =
      """
      INSERT INTO ripcord_journal.event (watch, at, type, payload, append, place)
      SELECT watch, at, type, payload::jsonb, append, place
      FROM unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::int[])
        WITH ORDINALITY AS e (watch, at, type, payload, append, place, row)
      ORDER BY row RETURNING id
      """;
  private static final String SELECT =
      """
      SELECT e.id, e.watch, w.service, w.release, e.at, e.type, e.payload::text AS payload
      FROM ripcord_journal.event e JOIN ripcord_journal.watch w ON w.id = e.watch
      """;

  private final JournalPool pool;
  private final EntryCodec codec;

  EventRows(JournalPool pool, EntryCodec codec) {
    this.pool = pool;
    this.codec = codec;
  }

  /**
   * An event to insert.
   *
   * @param append which append it belongs to
   * @param place its place in that append
   */
  record Row(long watch, Instant at, EntryCodec.Encoded entry, String append, int place) {}

  /** Inserts rows and gives their numbers, in their order. */
  static Future<List<Long>> insert(SqlConnection connection, List<Row> rows) {
    if (rows.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    Tuple columns =
        Tuple.of(
            rows.stream().map(Row::watch).toArray(Long[]::new),
            rows.stream().map(row -> Times.column(row.at())).toArray(OffsetDateTime[]::new),
            rows.stream().map(row -> row.entry().type()).toArray(String[]::new),
            rows.stream().map(row -> row.entry().json()).toArray(String[]::new),
            rows.stream().map(Row::append).toArray(String[]::new),
            rows.stream().map(Row::place).toArray(Integer[]::new));
    return connection
        .preparedQuery(INSERT)
        .execute(columns)
        .map(
            inserted -> {
              List<Long> ids = new ArrayList<>();
              inserted.forEach(row -> ids.add(row.getLong("id")));
              // They were drawn in the order of the rows; what RETURNING gives has no promised one.
              return ids.stream().sorted().toList();
            });
  }

  /** All entries of a watch. */
  Future<List<Recorded>> ofWatch(long watch) {
    return pool.run(
            "read the entries of watch " + watch,
            SELECT + "WHERE e.watch = $1 ORDER BY e.id",
            Tuple.of(watch))
        .map(this::recorded);
  }

  /** What an append has written; empty when it was not written. */
  Future<List<Recorded>> ofAppend(SqlConnection connection, String append) {
    return connection
        .preparedQuery(SELECT + "WHERE e.append = $1 ORDER BY e.place")
        .execute(Tuple.of(append))
        .map(this::recorded);
  }

  /** Entries after a number, and not older than {@code back} before the newest one. */
  Future<List<Recorded>> after(long id, int max, Duration back) {
    return pool.run(
            "read the entries after " + id,
            SELECT
                + """
                WHERE e.id > $1 AND e.at >= $3 * interval '-1 second'
                  + (SELECT at FROM ripcord_journal.event ORDER BY id DESC LIMIT 1)
                ORDER BY e.id LIMIT $2
                """,
            Tuple.of(id, max, (double) back.toSeconds()))
        .map(this::recorded);
  }

  private List<Recorded> recorded(RowSet<io.vertx.sqlclient.Row> rows) {
    List<Recorded> all = new ArrayList<>();
    for (io.vertx.sqlclient.Row row : rows) {
      all.add(
          new Recorded(
              row.getLong("id"),
              row.getLong("watch"),
              new ServiceName(row.getString("service")),
              row.getString("release"),
              row.getOffsetDateTime("at").toInstant(),
              codec.decode(row.getString("type"), row.getString("payload"))));
    }
    return List.copyOf(all);
  }
}
