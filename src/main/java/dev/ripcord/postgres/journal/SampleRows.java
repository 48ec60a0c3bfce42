package dev.ripcord.postgres.journal;

import dev.ripcord.health.Baseline;
import dev.ripcord.health.Counts;
import dev.ripcord.health.DatabaseState;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.PollStep;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Journal.Span;
import dev.ripcord.port.Journal.StoredSample;
import dev.ripcord.port.Journal.Which;
import dev.ripcord.postgres.journal.wire.JournalJson;
import dev.ripcord.postgres.journal.wire.Times;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The rows of the table sample: many inserted at once, old ones deleted in small chunks. */
final class SampleRows {
  /** The columns in their order, with their types. */
  private static final List<String> COLUMNS =
      List.of(
          "service text",
          "at timestamptz",
          "release text",
          "verdict text",
          "window_micros bigint",
          "liveness text",
          "status integer",
          "requests bigint",
          "errors bigint",
          "probed boolean",
          "p50 float8",
          "p95 float8",
          "p99 float8",
          "slow float8",
          "highest float8",
          "cpu float8",
          "memory float8",
          "database_up boolean",
          "database_latency float8",
          "database_connections integer",
          "database_connection_limit integer",
          "database_lock_wait float8",
          "database_transaction float8",
          "reasons text");

  private static final String INSERT = insert();

  // A bad release must not become the measure of the next one. A sample belongs to the watch of its
  // release that was the last to begin before it; a sample of no watch is taken as it is.
  private static final String BEFORE =
      """
      WITH watched AS (
        SELECT release, outcome,
          CASE WHEN lag(id) OVER again IS NULL THEN '-infinity' ELSE started_at END AS since,
          coalesce(lead(started_at) OVER again, 'infinity') AS until
        FROM ripcord_journal.watch WHERE service = $1
        WINDOW again AS (PARTITION BY release ORDER BY id))
      SELECT coalesce(sum(requests), 0)::bigint AS requests,
        coalesce(sum(errors), 0)::bigint AS errors, count(*) AS polls, %s
      FROM ripcord_journal.sample s WHERE service = $1 AND at >= $2 AND at < $3
        AND NOT EXISTS (
          SELECT FROM watched w WHERE w.release = s.release AND s.at >= w.since AND s.at < w.until
            AND (w.outcome IS NULL OR w.outcome IN
              ('condemned', 'rolled-back', 'rolled-back-unhealthy', 'failed')))
      """
          .formatted(
              Stream.of("p50", "p95", "p99", "cpu", "memory")
                  .map(SampleRows::middle)
                  .collect(Collectors.joining(", ")));

  // Jumps from service to service along the index instead of reading every sample.
  private static final String LAST =
      """
      WITH RECURSIVE known (service) AS (
        (SELECT service FROM ripcord_journal.sample
         WHERE $1::text IS NULL OR service = $1 ORDER BY service LIMIT 1)
        UNION ALL
        SELECT (SELECT s.service FROM ripcord_journal.sample s
                WHERE s.service > k.service ORDER BY s.service LIMIT 1)
        FROM known k WHERE k.service IS NOT NULL AND $1::text IS NULL)
      SELECT l.*, l.reasons::text AS reasons_json FROM known k CROSS JOIN LATERAL (
        SELECT * FROM ripcord_journal.sample s
        WHERE s.service = k.service ORDER BY s.at DESC LIMIT 1) l
      ORDER BY l.service
      """;
  private static final String SPAN =
      """
      SELECT *, reasons::text AS reasons_json FROM ripcord_journal.sample
      WHERE service = $1 AND at >= $2 AND at < $3 ORDER BY at
      """;

  // A share is that of the sums: the average of shares would count a poll of ten requests as much
  // as one of a thousand.
  private static final String STEPS =
      """
      SELECT date_bin(make_interval(secs => $4), at, 'epoch') AS step,
        count(*) FILTER (WHERE verdict = 'healthy') AS healthy,
        count(*) FILTER (WHERE verdict = 'warning') AS warning,
        count(*) FILTER (WHERE verdict = 'breach') AS breach,
        count(*) FILTER (WHERE verdict = 'unknown') AS unknown,
        (sum(requests) FILTER (WHERE errors IS NOT NULL))::bigint AS requests,
        (sum(errors) FILTER (WHERE requests IS NOT NULL))::bigint AS errors,
        max(p50) AS p50, max(p95) AS p95, max(p99) AS p99, avg(cpu) AS cpu, avg(memory) AS memory
      FROM ripcord_journal.sample
      WHERE service = $1 AND at >= $2 AND at < $3 GROUP BY step ORDER BY step
      """;

  private static final String SWEEP =
      """
      DELETE FROM ripcord_journal.sample WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM ripcord_journal.sample
        WHERE at < now() - make_interval(secs => $1) ORDER BY at LIMIT $2))
      """;

  private static String insert() {
    String names =
        COLUMNS.stream()
            .map(column -> column.substring(0, column.indexOf(' ')))
            .collect(Collectors.joining(", "));
    String arrays =
        IntStream.range(0, COLUMNS.size())
            .mapToObj(i -> "$" + (i + 1) + "::" + type(COLUMNS.get(i)) + "[]")
            .collect(Collectors.joining(", "));
    return "INSERT INTO ripcord_journal.sample (%1$s) SELECT %2$s FROM unnest(%3$s) AS s (%1$s)"
        .formatted(names, names.replace("reasons", "reasons::jsonb"), arrays);
  }

  private static String type(String column) {
    return column.substring(column.indexOf(' ') + 1);
  }

  private final JournalPool pool;

  SampleRows(JournalPool pool) {
    this.pool = pool;
  }

  /**
   * Inserts samples in one statement. The commit does not wait for the disk: a crash of the server
   * then loses the samples of its last half second and nothing else, while the daemon would
   * otherwise ask for a disk flush every second for figures that nobody acts on.
   */
  Future<Void> insert(List<StoredSample> samples) {
    return pool.transaction(
        "keep " + samples.size() + " samples",
        connection ->
            connection
                .query("SET LOCAL synchronous_commit = off")
                .execute()
                .compose(set -> insert(connection, samples)));
  }

  private static Future<Void> insert(SqlConnection connection, List<StoredSample> kept) {
    Columns rows = new Columns(kept);
    List<Object> columns = new ArrayList<>();
    columns.add(rows.of(String[]::new, k -> k.service().text()));
    columns.add(rows.of(OffsetDateTime[]::new, k -> Times.column(k.sample().at())));
    columns.add(rows.of(String[]::new, k -> JournalJson.storable(k.sample().release())));
    columns.add(rows.of(String[]::new, k -> k.verdict().text()));
    columns.add(
        rows.of(
            Long[]::new,
            k ->
                ChronoUnit.MICROS.between(Instant.EPOCH, Instant.EPOCH.plus(k.sample().window()))));
    columns.add(rows.of(String[]::new, k -> k.sample().liveness().name()));
    columns.add(rows.ofWhole(Sample::status));
    columns.add(rows.of(Long[]::new, k -> k.sample().counts().map(Counts::requests).orElse(null)));
    columns.add(rows.of(Long[]::new, k -> k.sample().counts().map(Counts::errors).orElse(null)));
    columns.add(rows.of(Boolean[]::new, k -> k.sample().probed()));
    columns.add(rows.ofDoubles(s -> s.latency().p50()));
    columns.add(rows.ofDoubles(s -> s.latency().p95()));
    columns.add(rows.ofDoubles(s -> s.latency().p99()));
    columns.add(rows.ofDoubles(s -> s.latency().slow()));
    columns.add(rows.ofDoubles(s -> s.latency().highest()));
    columns.add(rows.ofDoubles(Sample::cpu));
    columns.add(rows.ofDoubles(Sample::memory));
    columns.add(
        rows.of(Boolean[]::new, k -> k.sample().database().map(DatabaseState::up).orElse(null)));
    columns.add(rows.ofDatabase(DatabaseState::latency));
    columns.add(
        rows.ofWhole(
            s -> s.database().map(DatabaseState::connections).orElse(OptionalInt.empty())));
    columns.add(
        rows.ofWhole(
            s -> s.database().map(DatabaseState::connectionLimit).orElse(OptionalInt.empty())));
    columns.add(rows.ofDatabase(DatabaseState::lockWait));
    columns.add(rows.ofDatabase(DatabaseState::transaction));
    columns.add(
        rows.of(
            String[]::new,
            k -> k.sample().reasons().isEmpty() ? null : JournalJson.write(k.sample().reasons())));
    return connection.preparedQuery(INSERT).execute(Tuple.tuple(columns)).mapEmpty();
  }

  /** One array for each column; an element that was not measured is null. */
  private record Columns(List<StoredSample> rows) {
    <T> T[] of(IntFunction<T[]> array, Function<StoredSample, @Nullable T> column) {
      T[] all = array.apply(rows.size());
      for (int i = 0; i < all.length; i++) {
        setOrLeave(all, i, column.apply(rows.get(i)));
      }
      return all;
    }

    private static <T> void setOrLeave(T[] all, int place, @Nullable T value) {
      if (value != null) {
        all[place] = value;
      }
    }

    Integer[] ofWhole(Function<Sample, OptionalInt> column) {
      return of(
          Integer[]::new,
          k -> {
            OptionalInt value = column.apply(k.sample());
            return value.isPresent() ? value.getAsInt() : null;
          });
    }

    Double[] ofDatabase(Function<DatabaseState, OptionalDouble> column) {
      return ofDoubles(s -> s.database().map(column).orElse(OptionalDouble.empty()));
    }

    Double[] ofDoubles(Function<Sample, OptionalDouble> column) {
      return of(
          Double[]::new,
          k -> {
            OptionalDouble value = column.apply(k.sample());
            return value.isPresent() ? value.getAsDouble() : null;
          });
    }
  }

  /** The middle of a figure, where at least three polls have it: one alone may be any. */
  private static String middle(String column) {
    return ("CASE WHEN count(%1$s) >= 3 THEN percentile_cont(0.5) WITHIN GROUP (ORDER BY %1$s) END"
            + " AS %1$s")
        .formatted(column);
  }

  /** What a service measured in a span of time, as far as it was not a bad release. */
  Future<Optional<Baseline>> before(ServiceName service, Instant instant, Duration span) {
    return pool.run(
            "read what " + service + " measured before " + instant,
            BEFORE,
            Tuple.of(service.text(), Times.column(instant.minus(span)), Times.column(instant)))
        .map(
            rows -> {
              Row row = rows.iterator().next();
              return row.getLong("polls") == 0
                  ? Optional.empty()
                  : Optional.of(
                      new Baseline(
                          row.getLong("requests"),
                          row.getLong("errors"),
                          number(row, "p50"),
                          number(row, "p95"),
                          number(row, "p99"),
                          number(row, "cpu"),
                          number(row, "memory")));
            });
  }

  /** The newest sample of each service, or of one. */
  Future<List<StoredSample>> last(Optional<ServiceName> service) {
    return pool.run(
            "read the last samples",
            LAST,
            Tuple.tuple().addString(service.map(ServiceName::text).orElse(null)))
        .map(
            rows -> {
              List<StoredSample> all = new ArrayList<>();
              rows.forEach(row -> all.add(kept(row)));
              return List.copyOf(all);
            });
  }

  /** The polls of a span, oldest first. */
  Future<List<StoredSample>> polls(Span span, Which which, int max) {
    boolean first = which == Which.FIRST;
    Tuple of =
        Tuple.of(
            span.service().text(), Times.column(span.from()), Times.column(span.to()), (long) max);
    return pool.run(
            "read polls of " + span.service(), SPAN + (first ? "" : "DESC ") + "LIMIT $4", of)
        .map(
            rows -> {
              List<StoredSample> all = new ArrayList<>();
              rows.forEach(row -> all.add(kept(row)));
              return List.copyOf(first ? all : all.reversed());
            });
  }

  /** The polls of a span, taken together in steps, oldest first. */
  Future<List<PollStep>> steps(Span span, Duration step) {
    Tuple of =
        Tuple.of(
            span.service().text(),
            Times.column(span.from()),
            Times.column(span.to()),
            step.toMillis() / 1000.0);
    return pool.run("read steps of polls of " + span.service(), STEPS, of)
        .map(
            rows -> {
              List<PollStep> all = new ArrayList<>();
              rows.forEach(row -> all.add(together(row, step)));
              return List.copyOf(all);
            });
  }

  private static PollStep together(Row row, Duration step) {
    return new PollStep(
        row.getOffsetDateTime("step").toInstant(),
        step,
        Arrays.stream(HealthReading.Kind.values())
            .collect(Collectors.toMap(Function.identity(), kind -> row.getInteger(kind.text()))),
        counts(row),
        new Latency(number(row, "p50"), number(row, "p95"), number(row, "p99")),
        number(row, "cpu"),
        number(row, "memory"));
  }

  private static Optional<Counts> counts(Row row) {
    Long requests = row.getLong("requests");
    Long errors = row.getLong("errors");
    return requests == null || errors == null
        ? Optional.empty()
        : Optional.of(new Counts(requests, errors));
  }

  /** Deletes at most {@code max} samples that are older than the retention; gives how many. */
  Future<Integer> sweep(Duration retention, int max) {
    return pool.run("delete old samples", SWEEP, Tuple.of((double) retention.toSeconds(), max))
        .map(rows -> rows.rowCount());
  }

  private static StoredSample kept(Row row) {
    Boolean up = row.getBoolean("database_up");
    String reasons = row.getString("reasons_json");
    Sample sample =
        new Sample(
            row.getString("release"),
            row.getOffsetDateTime("at").toInstant(),
            Duration.of(row.getLong("window_micros"), ChronoUnit.MICROS),
            Liveness.valueOf(row.getString("liveness")),
            whole(row, "status"),
            counts(row),
            row.getBoolean("probed"),
            new Latency(
                number(row, "p50"),
                number(row, "p95"),
                number(row, "p99"),
                number(row, "slow"),
                number(row, "highest")),
            number(row, "cpu"),
            number(row, "memory"),
            up == null
                ? Optional.empty()
                : Optional.of(
                    new DatabaseState(
                        up,
                        number(row, "database_latency"),
                        whole(row, "database_connections"),
                        whole(row, "database_connection_limit"),
                        number(row, "database_lock_wait"),
                        number(row, "database_transaction"))),
            reasons == null ? List.of() : JournalJson.readList(reasons, Reason[].class));
    return new StoredSample(
        new ServiceName(row.getString("service")),
        sample,
        HealthReading.Kind.valueOf(row.getString("verdict").toUpperCase(Locale.ROOT)));
  }

  private static OptionalInt whole(Row row, String column) {
    Integer value = row.getInteger(column);
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  private static OptionalDouble number(Row row, String column) {
    Double value = row.getDouble(column);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
