package dev.ripcord.health;

import dev.ripcord.health.Reason.Code;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Builds samples for tests: an answering service with nothing measured, until told otherwise. */
public final class Poll {
  private String release = "v42";
  private Liveness liveness = Liveness.ANSWERS;
  private Optional<Counts> counts = Optional.empty();
  private boolean probed;
  private OptionalDouble p99 = OptionalDouble.empty();
  private OptionalDouble slow = OptionalDouble.empty();
  private OptionalDouble highest = OptionalDouble.empty();
  private Optional<DatabaseState> database = Optional.empty();
  private OptionalDouble cpu = OptionalDouble.empty();
  private OptionalDouble memory = OptionalDouble.empty();
  private final List<Reason> reasons = new ArrayList<>();

  /** So many of the requests failed. */
  public static Poll counting(long errors, long requests) {
    Poll poll = new Poll();
    poll.counts = Optional.of(new Counts(requests, errors));
    return poll;
  }

  /** Half of a hundred requests failed: a breach by any rule. */
  public static Poll bad() {
    return counting(50, 100);
  }

  /** None of a hundred requests failed. */
  public static Poll good() {
    return counting(0, 100);
  }

  /** The service refuses connections. */
  public static Poll silent() {
    Poll poll = new Poll();
    poll.liveness = Liveness.SILENT;
    return poll.because(Code.CONNECT, "connection refused by 127.0.0.1:8080");
  }

  /** The source of the figures does not answer. */
  public static Poll unmeasured() {
    return new Poll().because(Code.SOURCE_DOWN, "Prometheus does not answer");
  }

  Poll probed() {
    probed = true;
    return this;
  }

  public Poll of(String name) {
    release = name;
    return this;
  }

  public Poll p99(double seconds) {
    p99 = OptionalDouble.of(seconds);
    return this;
  }

  /** As a histogram whose last finite bound is this tells it. */
  Poll ofBucketsUpTo(double seconds) {
    highest = OptionalDouble.of(seconds);
    return this;
  }

  Poll slow(double share) {
    slow = OptionalDouble.of(share);
    return this;
  }

  Poll database(DatabaseState state) {
    database = Optional.of(state);
    return this;
  }

  public Poll cpu(double share) {
    cpu = OptionalDouble.of(share);
    return this;
  }

  public Poll memory(double share) {
    memory = OptionalDouble.of(share);
    return this;
  }

  Poll because(Code code, String text) {
    reasons.add(new Reason(code, text));
    return this;
  }

  /** The sample, as read at an instant. */
  public Sample at(Instant instant) {
    return new Sample(
        release,
        instant,
        Duration.ofSeconds(30),
        liveness,
        OptionalInt.empty(),
        counts,
        probed,
        new Latency(OptionalDouble.empty(), OptionalDouble.empty(), p99, slow, highest),
        cpu,
        memory,
        database,
        reasons);
  }
}
