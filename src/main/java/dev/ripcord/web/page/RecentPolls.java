package dev.ripcord.web.page;

import dev.ripcord.health.Counts;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Journal.StoredSample;
import dev.ripcord.port.Observer;
import dev.ripcord.port.Recorded;
import dev.ripcord.release.ServiceName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The last polls of each service, for the small pictures of the overview: at most {@link #MAX}
 * each, some kilobytes. Kept from the start of the server, and filled up from the journal.
 * Thread-safe.
 */
public final class RecentPolls implements Observer {
  /** So many are kept of a service. */
  public static final int MAX = 60;

  private final Map<ServiceName, Deque<Poll>> polls = new ConcurrentHashMap<>();

  /** Knows of none yet. */
  public RecentPolls() {}

  /**
   * What is kept of a poll.
   *
   * @param kind what it meant
   * @param counts requests and errors, where they were measured
   */
  record Poll(Instant at, HealthReading.Kind kind, Optional<Counts> counts) {
    static Poll of(Sample sample, HealthReading.Kind kind) {
      return new Poll(sample.at(), kind, sample.counts().filter(c -> c.requests() > 0));
    }
  }

  @Override
  public void polled(
      ServiceName service, Sample sample, HealthReading reading, int streak, Duration took) {
    Deque<Poll> kept = polls.computeIfAbsent(service, _ -> new ArrayDeque<>(MAX));
    synchronized (kept) {
      kept.addLast(Poll.of(sample, reading.kind()));
      if (kept.size() > MAX) {
        kept.removeFirst();
      }
    }
  }

  /** Puts polls that were recorded before those that are known already. */
  public void fill(ServiceName service, List<StoredSample> recorded) {
    Deque<Poll> kept = polls.computeIfAbsent(service, _ -> new ArrayDeque<>(MAX));
    synchronized (kept) {
      Instant before = kept.isEmpty() ? Instant.MAX : kept.getFirst().at();
      for (StoredSample old : recorded.reversed()) {
        if (kept.size() < MAX && old.sample().at().isBefore(before)) {
          kept.addFirst(Poll.of(old.sample(), old.verdict()));
        }
      }
    }
  }

  /** Oldest first. */
  List<Poll> of(ServiceName service) {
    Deque<Poll> kept = polls.get(service);
    if (kept == null) {
      return List.of();
    }
    synchronized (kept) {
      return List.copyOf(kept);
    }
  }

  @Override
  public void recorded(Recorded recorded) {
    // Polls are told of by themselves.
  }

  /** What is measured elsewhere is not known here. */
  @Override
  public void left(ServiceName service) {
    polls.remove(service);
  }
}
