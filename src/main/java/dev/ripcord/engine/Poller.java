package dev.ripcord.engine;

import dev.ripcord.engine.context.Timers;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Clocks;
import dev.ripcord.port.Probe;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls one service again and again, on a fixed grid: a poll begins a whole number of intervals
 * after the first one, never before the last one has ended, and a place on the grid that a slow
 * poll has missed is skipped. Runs on the event loop that started it.
 */
final class Poller {
  /** What is done with a poll; the next one waits for it. */
  interface Listener {
    Future<Void> take(Sample sample, Duration took);
  }

  /**
   * After so long a poll is given up. A probe keeps deadlines of its own that are far shorter; this
   * is for one that never answers, which would end the polling without a word.
   */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Logger LOG = LoggerFactory.getLogger(Poller.class);

  /** Probes end this long before the next poll begins. */
  private static final double SPREAD = 0.8;

  private final Timers timers;
  private final Clocks clocks;
  private final Probe probe;
  private final Supplier<String> release;
  private final Listener taker;
  private Duration interval;
  private long gridNanos;
  private long timer = -1;

  /** The poll that is waited for, or was last, and since when by the monotonic clock. */
  private Promise<Sample> awaited = Promise.promise();

  private long awaitedFrom;

  /** The timer that looks after it. */
  private long patience = -1;

  private boolean stopped;
  private boolean running;

  /** Which start the polls belong to: what an earlier one has left is not armed again. */
  private int turn;

  private Future<?> flying = Future.succeededFuture();
  private Optional<Instant> next = Optional.empty();

  Poller(Timers timers, Clocks clocks, Probe probe, Supplier<String> release, Listener taker) {
    this.timers = timers;
    this.clocks = clocks;
    this.probe = probe;
    this.release = release;
    this.taker = taker;
    this.interval = Duration.ofSeconds(30);
  }

  /**
   * Reads the counters once, so that the first poll has something to compare with, and then polls;
   * after a {@link #pause} when the poll that was under way has ended.
   *
   * @param prime until the counters are read
   * @param delay until the first poll; later when the counters take longer to be read
   */
  void start(Duration prime, Duration delay, Duration every) {
    running = true;
    interval = every;
    int mine = ++turn;
    flying.onComplete(
        x -> {
          if (mine == turn && !stopped) {
            gridNanos = clocks.nanos().getAsLong() + delay.toNanos();
            timer = timers.setTimer(Math.max(1, prime.toMillis()), id -> prime(mine));
          }
        });
  }

  private void prime(int mine) {
    Future<?> primed = Future.succeededFuture().compose(x -> probe.prime());
    flying = primed;
    primed.onComplete(done -> arm(mine));
  }

  /** Polls no more until it is started again; a poll that is under way is not waited for. */
  void pause() {
    running = false;
    turn++;
    timers.cancelTimer(timer);
    next = Optional.empty();
  }

  /** Whether it was started, and not paused since. */
  boolean isRunning() {
    return running;
  }

  /** Changes the interval; the grid begins anew, one interval from now. */
  void every(Duration changed) {
    if (changed.equals(interval) || stopped || !running) {
      return;
    }
    interval = changed;
    if (timer >= 0 && timers.cancelTimer(timer)) {
      gridNanos = clocks.nanos().getAsLong() + interval.toNanos();
      arm(turn);
    }
  }

  /** When the next poll begins. */
  Optional<Instant> next() {
    return next;
  }

  /** How long until the next poll begins; an interval where that is not known. */
  Duration untilNext() {
    return next.map(at -> Duration.between(clocks.wall().instant(), at))
        .filter(left -> !left.isNegative() && left.compareTo(interval) < 0)
        .orElse(interval);
  }

  void stop() {
    stopped = true;
    timers.cancelTimer(timer);
    timers.cancelTimer(patience);
    probe.close();
  }

  private void arm(int mine) {
    if (stopped || mine != turn) {
      return;
    }
    long now = clocks.nanos().getAsLong();
    long every = interval.toNanos();
    if (gridNanos < now) {
      gridNanos += Math.ceilDiv(now - gridNanos, every) * every;
    }
    long millis = Math.max(1, (gridNanos - now) / 1_000_000);
    next = Optional.of(clocks.wall().instant().plusMillis(millis));
    timer = timers.setTimer(millis, id -> poll(mine));
  }

  /**
   * The same poll, or a failure when it is not answered within an interval and the patience. One
   * timer serves poll after poll: to set and to stop one for each costs more than all that a poll
   * decides.
   */
  private Future<Sample> patiently(Future<Sample> poll) {
    if (poll.isComplete()) {
      return poll;
    }
    Promise<Sample> promise = Promise.promise();
    awaited = promise;
    awaitedFrom = clocks.nanos().getAsLong();
    poll.onComplete(promise::tryComplete, promise::tryFail);
    if (patience < 0) {
      lookAfter(interval.plus(PATIENCE).toNanos());
    }
    return promise.future();
  }

  private void lookAfter(long nanos) {
    long millis = Math.max(1, Math.ceilDiv(nanos, 1_000_000));
    patience = timers.setTimer(millis, id -> giveUpOrWait());
  }

  private void giveUpOrWait() {
    patience = -1;
    Duration limit = interval.plus(PATIENCE);
    long left = limit.toNanos() - (clocks.nanos().getAsLong() - awaitedFrom);
    if (awaited.future().isComplete()) {
      return;
    }
    if (left > 0) {
      lookAfter(left);
    } else {
      awaited.tryFail(new TimeoutException("no answer within " + limit.toSeconds() + " s"));
    }
  }

  private void poll(int mine) {
    next = Optional.of(clocks.wall().instant().plus(interval));
    long began = clocks.nanos().getAsLong();
    Duration spread = Duration.ofNanos((long) (interval.toNanos() * SPREAD));
    Future<Sample> polled =
        patiently(Future.succeededFuture().compose(x -> probe.poll(release.get(), spread)));
    flying = polled;
    polled
        .onFailure(e -> LOG.error("a poll of {} gave nothing", release.get(), e))
        .compose(
            s ->
                mine == turn
                    ? taker.take(s, Duration.ofNanos(clocks.nanos().getAsLong() - began))
                    : Future.succeededFuture())
        .onComplete(
            done -> {
              if (mine == turn) {
                gridNanos += interval.toNanos();
                arm(mine);
              }
            });
  }
}
