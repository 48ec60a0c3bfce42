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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The last polls of each service, for the small pictures of the overview: at most {@link #MAX}
 * each, in less than a kilobyte a service. Kept from the start of the server, and filled up from
 * the journal. Thread-safe.
 */
public final class RecentPolls implements Observer {
  /** So many are kept of a service. */
  public static final int MAX = 60;

  private final Map<ServiceName, Ring> rings = new ConcurrentHashMap<>();

  /** Knows of none yet. */
  public RecentPolls() {}

  /**
   * What is kept of a poll.
   *
   * @param kind what it meant
   * @param errorRate the share of requests that failed; no number where it was not measured
   */
  record Poll(HealthReading.Kind kind, double errorRate) {}

  /**
   * The last polls of a service.
   *
   * @param polls oldest first, {@link #MAX} at most
   * @param last requests and errors of the last one, where they were measured
   */
  record Recent(List<Poll> polls, Optional<Counts> last) {
    static final Recent NONE = new Recent(List.of(), Optional.empty());

    Recent {
      polls = List.copyOf(polls);
    }
  }

  /** In arrays: of ten thousand services there are 600,000 polls. */
  private static final class Ring {
    private final float[] rates = new float[MAX];
    private final HealthReading.Kind[] kinds = new HealthReading.Kind[MAX];
    private int begin;
    private int size;
    private Instant first = Instant.MAX;
    private Optional<Counts> last = Optional.empty();

    synchronized void add(Sample sample, HealthReading.Kind kind) {
      if (size == MAX) {
        begin = (begin + 1) % MAX;
        size--;
      }
      first = first.isBefore(sample.at()) ? first : sample.at();
      last = counts(sample);
      size++;
      set(size - 1, sample, kind);
    }

    synchronized void fill(List<StoredSample> recorded) {
      Instant before = first;
      for (StoredSample old : recorded.reversed()) {
        if (size < MAX && old.sample().at().isBefore(before)) {
          begin = (begin + MAX - 1) % MAX;
          last = size == 0 ? counts(old.sample()) : last;
          size++;
          set(0, old.sample(), old.verdict());
        }
      }
    }

    private void set(int place, Sample sample, HealthReading.Kind kind) {
      int at = (begin + place) % MAX;
      rates[at] = counts(sample).map(c -> (float) c.errorRate()).orElse(Float.NaN);
      kinds[at] = kind;
    }

    private static Optional<Counts> counts(Sample sample) {
      return sample.counts().filter(c -> c.requests() > 0);
    }

    synchronized Recent recent() {
      List<Poll> polls = new ArrayList<>(size);
      for (int i = 0; i < size; i++) {
        int at = (begin + i) % MAX;
        polls.add(new Poll(kinds[at], rates[at]));
      }
      return new Recent(polls, last);
    }
  }

  @Override
  public void polled(
      ServiceName service, Sample sample, HealthReading reading, int streak, Duration took) {
    rings.computeIfAbsent(service, _ -> new Ring()).add(sample, reading.kind());
  }

  /** Puts polls that were recorded before those that are known already. */
  public void fill(ServiceName service, List<StoredSample> recorded) {
    rings.computeIfAbsent(service, _ -> new Ring()).fill(recorded);
  }

  /** The last polls of a service; none where it is not known. */
  Recent of(ServiceName service) {
    Ring ring = rings.get(service);
    return ring == null ? Recent.NONE : ring.recent();
  }

  @Override
  public void recorded(Recorded recorded) {
    // Polls are told of by themselves.
  }

  /** What is measured elsewhere is not known here. */
  @Override
  public void left(ServiceName service) {
    rings.remove(service);
  }
}
