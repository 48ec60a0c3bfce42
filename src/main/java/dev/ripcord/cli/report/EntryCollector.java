package dev.ripcord.cli.report;

import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Observer;
import dev.ripcord.port.Recorded;
import dev.ripcord.release.ServiceName;
import java.time.Duration;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Keeps the entries of a release's watch as they are told, for a report of one that is broken off
 * when the journal may not be asked any more, and passes them on; entries of another release's
 * watch, which this process may have to finish first, are left out. Any thread may call it.
 */
public final class EntryCollector implements Observer {
  private final String release;
  private final Observer next;
  private final NavigableMap<Long, Recorded> entries = new ConcurrentSkipListMap<>();

  /**
   * Knows what there is already.
   *
   * @param release of which release
   * @param before entries that will not be told again
   */
  public EntryCollector(String release, List<Recorded> before, Observer next) {
    this.release = release;
    this.next = next;
    before.forEach(this::keep);
  }

  /** All of them, in order. */
  public List<Recorded> entries() {
    return List.copyOf(entries.values());
  }

  private void keep(Recorded recorded) {
    entries.put(recorded.id(), recorded);
  }

  @Override
  public void polled(
      ServiceName service, Sample sample, HealthReading reading, int streak, Duration took) {
    next.polled(service, sample, reading, streak, took);
  }

  @Override
  public void recorded(Recorded recorded) {
    if (isOwn(recorded)) {
      keep(recorded);
      next.recorded(recorded);
    }
  }

  @Override
  public void known(Recorded recorded) {
    if (isOwn(recorded)) {
      keep(recorded);
      next.known(recorded);
    }
  }

  private boolean isOwn(Recorded recorded) {
    return recorded.release().equals(release);
  }

  @Override
  public void left(ServiceName service) {
    next.left(service);
  }

  @Override
  public void underWay(ServiceName service, String text) {
    next.underWay(service, text);
  }

  @Override
  public void unrecorded(Alert alert) {
    next.unrecorded(alert);
  }
}
