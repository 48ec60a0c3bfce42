package dev.ripcord.postgres.journal;

import dev.ripcord.port.Control.Wish;
import dev.ripcord.port.WatchRequest;
import dev.ripcord.postgres.journal.wire.JournalJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rows of the table ask. */
final class WatchRequestRows {
  private static final String INSERT =
      """
      INSERT INTO ripcord_journal.ask (key, watch, wish, asked_by, pause_micros)
      VALUES ($1, $2, $3, $4, $5) ON CONFLICT (key) DO NOTHING
      """;
  private static final String OPEN =
      """
      SELECT a.key, a.watch, a.wish, a.asked_by, a.pause_micros,
        (extract(epoch FROM clock_timestamp() - a.asked_at) * 1000000)::bigint AS age_micros,
        EXISTS (SELECT FROM ripcord_journal.event e WHERE e.append = 'ask/' || a.key) AS done
      FROM ripcord_journal.ask a WHERE a.answered_at IS NULL ORDER BY a.id
      """;
  private static final String ANSWER =
      """
      UPDATE ripcord_journal.ask
      SET answered_at = clock_timestamp(), accepted = $2, answer = $3
      WHERE key = $1 AND answered_at IS NULL
      """;
  private static final String ANSWERED =
      """
      SELECT accepted, answer FROM ripcord_journal.ask WHERE key = $1 AND answered_at IS NOT NULL
      """;

  private final JournalPool pool;

  WatchRequestRows(JournalPool pool) {
    this.pool = pool;
  }

  Future<Void> ask(WatchRequest ask) {
    Tuple row =
        Tuple.of(
            ask.id(),
            ask.watch(),
            JournalJson.names().constant(ask.wish()),
            JournalJson.storable(ask.by()),
            ask.pause().toNanos() / 1000);
    return pool.run("write down what is asked of watch " + ask.watch(), INSERT, row).mapEmpty();
  }

  Future<List<WatchRequest.Open>> open() {
    return pool.run("read what is asked of the watches", OPEN, Tuple.tuple())
        .map(
            rows -> {
              List<WatchRequest.Open> open = new ArrayList<>();
              rows.forEach(row -> open(row).ifPresent(open::add));
              return List.copyOf(open);
            });
  }

  /** Empty for a wish of a later version, which a process of that version answers. */
  private static Optional<WatchRequest.Open> open(Row row) {
    return JournalJson.names()
        .constant(Wish.class, row.getString("wish"))
        .map(wish -> open(row, wish));
  }

  private static WatchRequest.Open open(Row row, Wish wish) {
    WatchRequest ask =
        new WatchRequest(
            row.getString("key"),
            row.getLong("watch"),
            wish,
            row.getString("asked_by"),
            micros(row, "pause_micros"));
    return new WatchRequest.Open(ask, micros(row, "age_micros"), row.getBoolean("done"));
  }

  private static Duration micros(Row row, String column) {
    return Duration.of(row.getLong(column), ChronoUnit.MICROS);
  }

  Future<Void> answer(String id, WatchRequest.Answer answer) {
    Tuple given = Tuple.of(id, answer.accepted(), JournalJson.storable(answer.text()));
    return pool.run("answer what was asked", ANSWER, given).mapEmpty();
  }

  Future<Optional<WatchRequest.Answer>> answered(String id) {
    return pool.run("read the answer to what was asked", ANSWERED, Tuple.of(id))
        .map(
            rows -> {
              Optional<WatchRequest.Answer> answer = Optional.empty();
              for (Row row : rows) {
                answer =
                    Optional.of(
                        new WatchRequest.Answer(
                            row.getBoolean("accepted"), row.getString("answer")));
              }
              return answer;
            });
  }
}
