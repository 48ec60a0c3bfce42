package dev.ripcord.postgres.journal;

import dev.ripcord.port.Entry;
import dev.ripcord.port.JournalException;
import dev.ripcord.port.Lease;
import dev.ripcord.port.Recorded;
import dev.ripcord.postgres.journal.wire.JournalJson;
import dev.ripcord.postgres.journal.wire.Times;
import dev.ripcord.watch.WatchSpec;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What happens inside one transaction of the {@link Appender}. */
final class AppendBatch {
  private static final String IN_ORDER =
      "SELECT pg_advisory_xact_lock(hashtextextended('ripcord journal order', 0))";
  private static final String LEASE =
      "SELECT token, holder, taken_at FROM ripcord_journal.lease WHERE service = $1 FOR SHARE";
  private static final String WATCHES =
      """
      SELECT w.id, w.service, w.release, w.outcome, l.token, l.holder, l.taken_at
      FROM ripcord_journal.watch w JOIN ripcord_journal.lease l ON l.service = w.service
      WHERE w.id = ANY ($1) FOR SHARE OF l
      """;
  private static final String FINISH =
      """
      UPDATE ripcord_journal.watch w SET ended_at = e.at, outcome = e.outcome, text = e.text
      FROM unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::text[]) AS e (id, at, outcome, text)
      WHERE w.id = e.id
      """;

  private static final String REVISE =
      "UPDATE ripcord_journal.watch SET charter = $2::text::jsonb WHERE id = $1";

  private final OutboxRows outbox;
  private final EventRows events;

  AppendBatch(OutboxRows outbox, EventRows events) {
    this.outbox = outbox;
    this.events = events;
  }

  /** How one job of the batch went; to be told once the transaction is committed. */
  record Answer(Appender.Job job, Optional<JournalException> refusal, List<Recorded> recorded) {
    void deliver() {
      refusal.ifPresentOrElse(job.done()::fail, () -> job.done().complete(recorded));
    }
  }

  /**
   * A watch as far as appending to it goes.
   *
   * @param outcome how it ended, if it has
   */
  private record Target(String service, String release, Optional<String> outcome, Holder holder) {}

  /** Who holds a service's lease now. */
  private record Holder(long token, String name, OffsetDateTime since) {
    static Holder of(Row row) {
      return new Holder(
          row.getLong("token"), row.getString("holder"), row.getOffsetDateTime("taken_at"));
    }

    Optional<JournalException> refusal(Lease lease) {
      return token == lease.token()
          ? Optional.empty()
          : Optional.of(
              JournalException.refused(
                  "the lease for "
                      + lease.service()
                      + " passed to "
                      + name
                      + " at "
                      + since.toInstant()
                      + " (token "
                      + token
                      + ", ours was "
                      + lease.token()
                      + "): nothing may be done for it here any more"));
    }
  }

  /** Waits until no other process writes events; held to the end of the transaction. */
  static Future<?> inOrder(SqlConnection connection) {
    return connection.preparedQuery(IN_ORDER).execute();
  }

  /** Fails unless the lease is ours; it stays so to the end of the transaction. */
  static Future<Void> checkLease(SqlConnection connection, Lease lease) {
    return connection
        .preparedQuery(LEASE)
        .execute(Tuple.of(lease.service().text()))
        .compose(
            rows -> {
              for (Row row : rows) {
                return Holder.of(row)
                    .refusal(lease)
                    .<Future<Void>>map(Future::failedFuture)
                    .orElseGet(Future::succeededFuture);
              }
              return Future.failedFuture(
                  JournalException.refused("no lease for " + lease.service()));
            });
  }

  /** Writes what may be written; the answers are in the order of the jobs. */
  Future<List<Answer>> write(SqlConnection connection, List<Appender.Job> jobs) {
    Long[] watches = jobs.stream().map(Appender.Job::watch).distinct().toArray(Long[]::new);
    return inOrder(connection)
        .compose(locked -> connection.preparedQuery(WATCHES).execute(Tuple.of(watches)))
        .compose(
            rows -> {
              Map<Long, Target> targets = new HashMap<>();
              rows.forEach(row -> targets.put(row.getLong("id"), target(row)));
              return write(connection, jobs, targets);
            });
  }

  private Future<List<Answer>> write(
      SqlConnection connection, List<Appender.Job> jobs, Map<Long, Target> targets) {
    Set<Long> ended = new HashSet<>();
    List<Optional<JournalException>> refusals = new ArrayList<>();
    List<Appender.Job> accepted = new ArrayList<>();
    for (Appender.Job job : jobs) {
      Optional<JournalException> refusal = refusal(job, targets.get(job.watch()), ended);
      refusals.add(refusal);
      if (refusal.isEmpty()) {
        accepted.add(job);
        if (job.append().entries().stream().anyMatch(Entry.Finished.class::isInstance)) {
          ended.add(job.watch());
        }
      }
    }
    return EventRows.insert(connection, rows(accepted))
        .compose(ids -> revise(connection, accepted).map(ids))
        .compose(ids -> finish(connection, accepted).map(ids))
        .compose(ids -> tell(connection, accepted, targets).map(ids))
        .map(ids -> answers(jobs, refusals, targets, ids))
        .compose(answers -> known(connection, answers));
  }

  /** Alerts, and the ends of watches, which end what was said while they were under way. */
  private Future<Void> tell(
      SqlConnection connection, List<Appender.Job> jobs, Map<Long, Target> targets) {
    Future<Void> done =
        outbox.insert(
            connection, jobs.stream().flatMap(j -> j.append().alerts().stream()).toList());
    for (Appender.Job job : jobs) {
      Target target = targets.get(job.watch());
      for (Entry entry : job.append().entries()) {
        if (target != null && entry instanceof Entry.Finished finished) {
          FiringRows.End end =
              new FiringRows.End(
                  job.watch(),
                  job.lease().service(),
                  target.release(),
                  finished.outcome(),
                  job.append().at());
          done = done.compose(x -> outbox.finished(connection, end));
        }
      }
    }
    return done;
  }

  /** An append that ended its watch and is sent again is no append to a watch that has ended. */
  private Future<List<Answer>> known(SqlConnection connection, List<Answer> answers) {
    Future<List<Answer>> all = Future.succeededFuture(new ArrayList<>());
    for (Answer answer : answers) {
      all = all.compose(before -> known(connection, answer).map(now -> with(before, now)));
    }
    return all;
  }

  private static List<Answer> with(List<Answer> answers, Answer answer) {
    answers.add(answer);
    return answers;
  }

  private Future<Answer> known(SqlConnection connection, Answer answer) {
    if (answer.refusal().filter(JournalException::isEnded).isEmpty()) {
      return Future.succeededFuture(answer);
    }
    return events
        .ofAppend(connection, answer.job().append().id())
        .map(
            written ->
                written.isEmpty() || written.getFirst().watch() != answer.job().watch()
                    ? answer
                    : new Answer(answer.job(), Optional.empty(), written));
  }

  private static Optional<JournalException> refusal(
      Appender.Job job, @Nullable Target target, Set<Long> ended) {
    String watch = "watch " + job.watch();
    if (target == null || !target.service().equals(job.lease().service().text())) {
      return Optional.of(
          JournalException.refused(
              watch + " of " + job.lease().service() + " is not in the journal"));
    }
    Optional<JournalException> passed = target.holder().refusal(job.lease());
    if (passed.isPresent()) {
      return passed;
    }
    if (target.outcome().isPresent() || ended.contains(job.watch())) {
      return Optional.of(
          JournalException.ended(
              watch
                  + " has ended ("
                  + target.outcome().orElse("just now")
                  + "): nothing is added to it"));
    }
    return Optional.empty();
  }

  private static List<EventRows.Row> rows(List<Appender.Job> jobs) {
    return jobs.stream()
        .flatMap(
            job ->
                IntStream.range(0, job.rows().size())
                    .mapToObj(
                        i ->
                            new EventRows.Row(
                                job.watch(),
                                job.append().at(),
                                job.rows().get(i),
                                job.append().id(),
                                i)))
        .toList();
  }

  /** The row of a watch says what it does now. */
  private static Future<Void> revise(SqlConnection connection, List<Appender.Job> jobs) {
    Future<Void> done = Future.succeededFuture();
    for (Appender.Job job : jobs) {
      for (Entry entry : job.append().entries()) {
        if (entry instanceof Entry.Revised(WatchSpec charter)) {
          Tuple arguments = Tuple.of(job.watch(), JournalJson.write(charter));
          done = done.compose(x -> connection.preparedQuery(REVISE).execute(arguments).mapEmpty());
        }
      }
    }
    return done;
  }

  private static Future<Void> finish(SqlConnection connection, List<Appender.Job> jobs) {
    List<Long> ids = new ArrayList<>();
    List<OffsetDateTime> ats = new ArrayList<>();
    List<String> outcomes = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (Appender.Job job : jobs) {
      for (Entry entry : job.append().entries()) {
        if (entry instanceof Entry.Finished finished) {
          ids.add(job.watch());
          ats.add(Times.column(job.append().at()));
          outcomes.add(finished.outcome().text());
          texts.add(JournalJson.storable(finished.text()));
        }
      }
    }
    if (ids.isEmpty()) {
      return Future.succeededFuture();
    }
    return connection
        .preparedQuery(FINISH)
        .execute(
            Tuple.of(
                ids.toArray(Long[]::new),
                ats.toArray(OffsetDateTime[]::new),
                outcomes.toArray(String[]::new),
                texts.toArray(String[]::new)))
        .mapEmpty();
  }

  private static List<Answer> answers(
      List<Appender.Job> jobs,
      List<Optional<JournalException>> refusals,
      Map<Long, Target> targets,
      List<Long> ids) {
    List<Answer> answers = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < jobs.size(); i++) {
      Appender.Job job = jobs.get(i);
      Target target = targets.get(job.watch());
      List<Recorded> recorded = new ArrayList<>();
      if (refusals.get(i).isEmpty() && target != null) {
        Instant at = Times.stored(job.append().at());
        for (Entry entry : job.append().entries()) {
          recorded.add(
              new Recorded(
                  ids.get(next++),
                  job.watch(),
                  job.lease().service(),
                  target.release(),
                  at,
                  entry));
        }
      }
      answers.add(new Answer(job, refusals.get(i), List.copyOf(recorded)));
    }
    return answers;
  }

  private static Target target(Row row) {
    return new Target(
        row.getString("service"),
        row.getString("release"),
        Optional.ofNullable(row.getString("outcome")),
        Holder.of(row));
  }
}
