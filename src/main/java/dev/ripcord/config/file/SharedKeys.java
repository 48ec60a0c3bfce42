package dev.ripcord.config.file;

import dev.ripcord.config.file.Key.Group;
import dev.ripcord.config.file.Key.Value;
import dev.ripcord.health.Bound;
import dev.ripcord.health.Breaches;
import dev.ripcord.health.Escalation;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Ratio;
import dev.ripcord.rollback.DatabaseAway;
import dev.ripcord.rollback.Order;
import dev.ripcord.watch.WatchSpec.Otherwise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The keys that stand at the top for all services and may be said again in each. */
final class SharedKeys {
  static final Value<Duration> INTERVAL =
      new Value<>(
          "interval",
          Types.POSITIVE,
          "30s",
          "10s",
          "From the start of one poll to the start of the next.");
  static final Value<Duration> AFTER_BREACH =
      new Value<>(
          "interval-after-breach",
          Types.POSITIVE,
          "",
          "10s",
          "The interval while breaches of the error rate are under way, so that a bad release is"
              + " condemned sooner; each poll still has a time of its own. Shorter than interval;"
              + " without it they are polled as usual.");
  static final Value<Duration> TIMEOUT =
      new Value<>(
          "timeout",
          Types.POSITIVE,
          "5s",
          "2s",
          "The deadline of one request to the service. Shorter than the interval; where none is set"
              + " and the interval is short, four fifths of it.");
  static final Value<Ratio> THRESHOLD =
      new Value<>(
          "threshold",
          Types.POSITIVE_RATIO,
          "5%",
          "0.05",
          "The error rate that breaches, itself included.");
  static final Value<Breaches> BREACHES =
      new Value<>(
          "breaches",
          Types.BREACHES,
          "3",
          "3 of 5",
          "How many breaches condemn a release: in a row, or of the last few polls.");
  static final Value<Integer> MINIMUM_REQUESTS =
      new Value<>(
          "minimum-requests",
          Types.AT_LEAST_ONE,
          "20",
          "50",
          "How many requests a judgement needs. Fewer are carried into the next poll.");
  static final Value<Ratio> NORMAL =
      new Value<>(
          "normal",
          Types.RATIO,
          "1%",
          "0.2%",
          "The error rate of the service when well, so that chance is not taken for a bad release."
              + " What was measured before the release counts where that is more. 0% judges by the"
              + " threshold alone.");
  static final Value<Integer> CLEAR =
      new Value<>(
          "clear", Types.AT_LEAST_ONE, "2", "3", "How many healthy polls in a row end an alert.");
  static final Value<Ratio> OBJECTIVE =
      new Value<>(
          "objective",
          Types.OBJECTIVE,
          "",
          "99.9%",
          "The share of requests that shall not fail. An alert tells when the errors that it allows"
              + " in 30 days are spent too fast: 14.4 times over an hour, or 6 times over six"
              + " hours. Nothing is rolled back for it.");
  static final Value<Duration> WARM_UP =
      new Value<>(
          "warm-up",
          Types.DURATION,
          "0s",
          "1m",
          "From the start of a watch to the first judged poll. Shorter than bake.");
  static final Value<Duration> BAKE =
      new Value<>(
          "bake",
          Types.POSITIVE,
          "15m",
          "1h",
          "How long a release is watched until it counts as healthy.");
  static final Value<Order> ORDER =
      new Value<>(
          "order",
          Types.choice(Order.values(), Order::text),
          "auto",
          "image-first",
          "Which goes back first, the image or the schema. auto decides from the migrations of the"
              + " release.");
  static final Value<Boolean> STOP_FIRST =
      new Value<>(
          "stop-first",
          Types.FLAG,
          "false",
          "true",
          "Whether a rollback stops the application before anything else.");
  static final Value<Duration> VERIFY =
      new Value<>(
          "verify",
          Types.POSITIVE,
          "5m",
          "10m",
          "How long the previous image may take, after a rollback, to be seen healthy.");
  static final Value<Duration> STEP =
      new Value<>(
          "step-deadline",
          Types.POSITIVE,
          "1h",
          "3h",
          "How long a rollback's backup, and each of its down migrations, may take before it is"
              + " broken off.");

  static final Value<DatabaseAway> DATABASE_AWAY =
      new Value<>(
          "database-away",
          Types.choice(DatabaseAway.values(), DatabaseAway::text),
          "wait",
          "image-only",
          "What a rollback does where the service's database has not answered for a minute. wait:"
              + " it waits on, and is refused in the end. image-only: the image goes back alone,"
              + " where the previous one runs on the release's schema; the downs are left to you.");
  static final Value<Duration> APPROVAL_WITHIN =
      new Value<>(
          "within",
          Types.POSITIVE,
          "",
          "30m",
          "How long a rule that asks waits for ripcord approve. Without it, as long as bake.");
  static final Value<Otherwise> APPROVAL_OTHERWISE =
      new Value<>(
          "otherwise",
          Types.choice(Otherwise.values(), Otherwise::text),
          "nothing",
          "rollback",
          "What follows when nobody has said anything by then: nothing, and the watch ends"
              + " condemned; or the rollback.");
  static final Group APPROVAL =
      new Group(
          "approval",
          List.of(APPROVAL_WITHIN, APPROVAL_OTHERWISE),
          "How a rollback that a rule asks for waits for a person.");

  // Rules.
  private static final Type<Escalation> ACTS = Types.choice(Escalation.values(), Escalation::text);
  static final Value<Escalation> ERROR_ACT =
      new Value<>(
          "act",
          ACTS,
          "rollback",
          "alert",
          "What a lasting breach of the error rate may do; each word includes the ones before.");
  static final Value<Escalation> LIMIT_ACT =
      new Value<>(
          "act",
          ACTS,
          "alert",
          "rollback",
          "What a lasting breach of this limit may do; each word includes the ones before.");
  static final Value<Bound> ERROR_LIMIT =
      new Value<>(
          "limit",
          Types.ERROR_LIMIT,
          "",
          "baseline + 3%",
          "The threshold, said here; also relative to what was measured before the release: 2x"
              + " baseline, baseline + 3%. Where nothing was, threshold holds.");
  static final Group ERROR_RATE =
      new Group(
          "error-rate",
          List.of(ERROR_LIMIT, ERROR_ACT),
          "The error rate; its limit is the threshold.");
  static final Value<Escalation> WHOLE_ACT =
      new Value<>(
          "act",
          ACTS,
          "alert",
          "ask",
          "What it may do; each word includes the ones before. One watch in a thousand of a healthy"
              + " service comes so far.");
  static final Group WHOLE_WATCH =
      new Group(
          "whole-watch",
          List.of(WHOLE_ACT),
          "The error rate of all polls of a watch together, for a service whose single polls are"
              + " too small to tell.");
  static final Value<Duration> LONGER_THAN =
      new Value<>(
          "longer-than",
          Types.POSITIVE,
          "",
          "500ms",
          "Beyond which time a request is slow. Exact where it is a bound of the histogram."
              + " Required with the rule.");
  static final List<Limited> LIMITS =
      List.of(
          latency(Measure.LATENCY_P50, "200ms", "Median latency."),
          latency(Measure.LATENCY_P95, "500ms", "95th percentile of latency."),
          latency(Measure.LATENCY_P99, "800ms", "99th percentile of latency."),
          limited(Measure.CPU, Types.CPU_LIMIT, "90%", "Share of a CPU; two CPUs are 200%."),
          limited(Measure.MEMORY, Types.SHARE_LIMIT, "90%", "Share of the memory."),
          slow(),
          limited(
              Measure.DATABASE_CONNECTIONS,
              Types.OWN_SHARE_LIMIT,
              "80%",
              "Share of the connections that the service's PostgreSQL may have."),
          limited(
              Measure.DATABASE_LOCK_WAIT,
              Types.OWN_TIME_LIMIT,
              "30s",
              "The longest time that one of its sessions waits for a lock now."),
          limited(
              Measure.DATABASE_TRANSACTION,
              Types.OWN_TIME_LIMIT,
              "5m",
              "How long its oldest transaction is open."));
  static final Group RULES =
      new Group(
          "rules",
          rules(),
          "Limits beside the error rate, and what a lasting breach of each may do: observe, alert,"
              + " ask or rollback, each of which includes the ones before.");

  /** All of them, in the order of the reference. */
  static final List<Key> ALL =
      List.of(
          INTERVAL,
          AFTER_BREACH,
          TIMEOUT,
          THRESHOLD,
          BREACHES,
          MINIMUM_REQUESTS,
          NORMAL,
          CLEAR,
          OBJECTIVE,
          WARM_UP,
          BAKE,
          APPROVAL,
          ORDER,
          STOP_FIRST,
          VERIFY,
          STEP,
          DATABASE_AWAY,
          RULES);

  private SharedKeys() {}

  /** The key of a measure's rule. */
  static Group group(Measure measure) {
    return LIMITS.stream()
        .filter(limited -> limited.measure() == measure)
        .findFirst()
        .orElseThrow()
        .group();
  }

  /** A measure with a limit of its own. */
  record Limited(Measure measure, Value<Bound> limit, Group group) {}

  private static Limited latency(Measure measure, String example, String text) {
    return limited(measure, Types.LATENCY_LIMIT, example, text);
  }

  private static Limited limited(Measure measure, Type<Bound> type, String example, String text) {
    Value<Bound> limit = limit(type, example);
    return new Limited(measure, limit, new Group(measure.text(), List.of(limit, LIMIT_ACT), text));
  }

  private static Limited slow() {
    Value<Bound> limit = limit(Types.OWN_SHARE_LIMIT, "5%");
    return new Limited(
        Measure.SLOW_REQUESTS,
        limit,
        new Group(
            Measure.SLOW_REQUESTS.text(),
            List.of(LONGER_THAN, limit, LIMIT_ACT),
            "Share of the requests that took longer than a time; of one source only those that it"
                + " timed."));
  }

  private static Value<Bound> limit(Type<Bound> type, String example) {
    return new Value<>(
        "limit", type, "", example, "Reaching it is a breach. Required with the rule.");
  }

  private static List<Key> rules() {
    List<Key> rules = new ArrayList<>(List.of(ERROR_RATE, WHOLE_WATCH));
    LIMITS.forEach(limited -> rules.add(limited.group()));
    return rules;
  }
}
