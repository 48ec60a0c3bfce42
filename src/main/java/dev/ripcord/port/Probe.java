package dev.ripcord.port;

import dev.ripcord.health.Sample;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/**
 * Measures one service from outside. One object per service, called from one event loop, one call
 * at a time; it remembers the last counters between polls.
 */
public interface Probe {
  /**
   * Reads the counters once, so that the next poll has something to compare with; where there are
   * none, asks once without judging, so that the poll does not measure this program's own start.
   * Never fails: what could not be read is simply not there to compare with.
   */
  Future<Void> prime();

  /**
   * One poll. Never fails: what could not be measured is missing from the sample, with a reason.
   *
   * @param release the release to put into the sample
   * @param spread the time over which own probes may be spread, shorter than the interval
   */
  Future<Sample> poll(String release, Duration spread);

  /** From the next poll on {@link #evidence} is kept. */
  default void explain() {}

  /** How the figures of the last poll came about, for people; empty unless it is kept. */
  default List<String> evidence() {
    return List.of();
  }

  /** Ends what is under way and gives its connections back. */
  void close();
}
