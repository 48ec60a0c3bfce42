package dev.ripcord.postgres.journal;

import dev.ripcord.port.Alert;
import dev.ripcord.port.Outbox.Firing;
import dev.ripcord.port.Outbox.Keeps;
import dev.ripcord.port.Outbox.Route;
import dev.ripcord.postgres.journal.wire.JournalJson;
import dev.ripcord.release.ServiceName;
import dev.ripcord.watch.Outcome;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What fires at the channels that keep it: rows of the table outbox that are {@code fires}, until
 * they have {@code ended_at}. Written in the transaction of what makes it begin or end, so that no
 * restart and no other daemon forgets it.
 */
final class FiringRows {
  private static final String INSERT =
      """
      INSERT INTO ripcord_journal.outbox (key, channel, alert, due_at, fires)
      VALUES ($1, $2, $3::text::jsonb, '-infinity', $4) ON CONFLICT (key, channel) DO NOTHING
      """;

  /** Gives the releases of which nothing holds any more. */
  private static final String END =
      """
      WITH ended AS (
        UPDATE ripcord_journal.outbox SET ended_at = $4
        WHERE fires AND ended_at IS NULL AND channel = $1 AND alert->>'service' = $2
          AND upper(replace(alert->>'kind', '-', '_')) = ANY ($3) AND key <> $5
        RETURNING alert->>'release' AS release)
      SELECT DISTINCT release FROM ended e
      WHERE NOT EXISTS (
        SELECT FROM ripcord_journal.outbox o
        WHERE o.fires AND o.ended_at IS NULL AND o.channel = $1 AND o.alert->>'service' = $2
          AND o.alert->>'release' = e.release
          AND (upper(replace(o.alert->>'kind', '-', '_')) <> ALL ($3) OR o.key = $5))
      ORDER BY release
      """;

  private static final String FIRING =
      """
      SELECT alert::text AS alert, ended_at FROM ripcord_journal.outbox
      WHERE channel = $1 AND fires AND (ended_at IS NULL OR ended_at > $2) ORDER BY id
      """;

  /** A limit or a breach of a watch ends with it, and a release that is well says nothing. */
  private static final String TROUBLED =
      """
      SELECT upper(replace(alert->>'kind', '-', '_')) = ANY ($3) AS troubled
      FROM ripcord_journal.outbox
      WHERE alert->>'service' = $1 AND created_at > now() - interval '7 days'
        AND upper(replace(alert->>'kind', '-', '_')) = ANY ($2)
        AND (upper(replace(alert->>'kind', '-', '_')) <> 'LIMIT' OR alert->>'release' = '')
      ORDER BY id DESC LIMIT 1
      """;

  private static final Set<Alert.Kind> TROUBLE =
      EnumSet.of(Alert.Kind.LIMIT, Alert.Kind.CONDEMNED, Alert.Kind.UNHEALTHY, Alert.Kind.FAILED);
  private static final Set<Alert.Kind> WELL =
      EnumSet.of(Alert.Kind.RECOVERED, Alert.Kind.ROLLED_BACK);

  private final JournalPool pool;
  private final List<Route> keepers;

  /**
   * For the channels that keep what fires.
   *
   * @param keepers what each is given
   */
  FiringRows(JournalPool pool, List<Route> keepers) {
    this.pool = pool;
    this.keepers = List.copyOf(keepers);
  }

  /** That a watch has ended. */
  record End(long watch, ServiceName service, String release, Outcome outcome, Instant at) {}

  /** An alert: begins to hold, or ends what held until now. */
  Future<Void> said(SqlConnection connection, Alert alert) {
    Future<Void> done = Future.succeededFuture();
    for (Route route : keepers) {
      done = done.compose(x -> said(connection, route, alert));
    }
    return done;
  }

  private static Future<Void> said(SqlConnection connection, Route route, Alert alert) {
    boolean closes = route.keeps() == Keeps.CONDITIONS || !alert.kind().fires();
    Set<Alert.Kind> ends = closes ? alert.ends() : Set.of();
    return end(connection, route, new Ending(alert.service(), ends, alert.at(), alert.key()))
        .compose(releases -> written(connection, route, alert, releases));
  }

  private static Future<Void> written(
      SqlConnection connection, Route route, Alert alert, List<String> releases) {
    if (!route.kinds().contains(alert.kind())) {
      return Future.succeededFuture();
    }
    return switch (alert.kind()) {
      case RELEASED, TEST -> insert(connection, route, alert);
      default ->
          alert.kind().fires()
              ? insert(connection, route, alert)
              : insertAll(connection, route, alert, releases);
    };
  }

  /** A watch has ended: what held for as long as it was under way no longer does. */
  Future<Void> finished(SqlConnection connection, End end) {
    boolean well = end.outcome() == Outcome.HEALTHY;
    Future<Void> done = Future.succeededFuture();
    for (Route route : keepers) {
      if (well || route.keeps() == Keeps.CONDITIONS) {
        Alert proved = Alert.proved(end.watch(), end.service(), end.release(), end.at());
        Ending ending =
            new Ending(end.service(), Alert.endedBy(end.outcome()), end.at(), proved.key());
        done =
            done.compose(x -> end(connection, route, ending))
                .compose(
                    releases ->
                        well
                            ? insertAll(connection, route, proved, releases)
                            : Future.succeededFuture());
      }
    }
    return done;
  }

  /**
   * What ends something.
   *
   * @param kinds of which kinds
   * @param except the key of what is being said, which may be there already
   */
  private record Ending(ServiceName service, Set<Alert.Kind> kinds, Instant at, String except) {}

  private static Future<List<String>> end(SqlConnection connection, Route route, Ending ending) {
    if (ending.kinds().isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    return connection
        .preparedQuery(END)
        .execute(
            Tuple.of(
                route.channel(),
                ending.service().text(),
                names(ending.kinds()),
                Times.column(ending.at()),
                ending.except()))
        .map(
            rows -> {
              List<String> releases = new ArrayList<>();
              rows.forEach(row -> releases.add(row.getString("release")));
              return releases;
            });
  }

  private static Future<Void> insertAll(
      SqlConnection connection, Route route, Alert alert, List<String> releases) {
    Future<Void> done = Future.succeededFuture();
    for (String release : releases) {
      done = done.compose(x -> insert(connection, route, alert.of(release)));
    }
    return done;
  }

  private static Future<Void> insert(SqlConnection connection, Route route, Alert alert) {
    return connection
        .preparedQuery(INSERT)
        .execute(
            Tuple.of(alert.key(), route.channel(), JournalJson.write(alert), alert.kind().fires()))
        .mapEmpty();
  }

  /** What fires at a channel, and what ended after an instant. */
  Future<List<Firing>> of(String channel, Instant ended) {
    return pool.run("read what fires at " + channel, FIRING, Tuple.of(channel, Times.column(ended)))
        .map(
            rows -> {
              List<Firing> firing = new ArrayList<>();
              rows.forEach(row -> firing.add(firing(row)));
              return List.copyOf(firing);
            });
  }

  private static Firing firing(Row row) {
    return new Firing(
        JournalJson.read(row.getString("alert"), Alert.class),
        Optional.ofNullable(row.getOffsetDateTime("ended_at")).map(OffsetDateTime::toInstant));
  }

  /** Whether the last word on a service, of whatever channel, is that it is not well. */
  Future<Boolean> isTroubled(ServiceName service) {
    Set<Alert.Kind> telling = EnumSet.copyOf(TROUBLE);
    telling.addAll(WELL);
    return pool.run(
            "read what was said last of " + service,
            TROUBLED,
            Tuple.of(service.text(), names(telling), names(TROUBLE)))
        .map(
            rows -> {
              for (Row row : rows) {
                return row.getBoolean("troubled");
              }
              return false;
            });
  }

  private static String[] names(Set<Alert.Kind> kinds) {
    return kinds.stream().map(Alert.Kind::name).toArray(String[]::new);
  }
}
