package dev.ripcord.web.page;

import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.release.ServiceName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a service's past.
 *
 * @param window how much of it
 * @param to the right edge of the charts
 * @param polls those within it
 * @param watches its last releases, newest first
 * @param missing why the journal's part is not there, where it could not be read
 */
record ServiceHistory(
    ServiceName service,
    Window window,
    Instant to,
    Polls polls,
    List<WatchStatus> watches,
    Optional<String> missing) {
  ServiceHistory {
    watches = List.copyOf(watches);
  }

  /**
   * Polls, or steps of them.
   *
   * @param points oldest first
   * @param together whether each point stands for the polls of a step
   * @param apart how far apart they are where none is missing
   * @param first when the oldest poll of all was made that is recorded; empty where none is
   */
  record Polls(List<Point> points, boolean together, Duration apart, Optional<Instant> first) {
    Polls {
      points = List.copyOf(points);
    }
  }

  List<Point> points() {
    return polls.points();
  }

  /** The left edge of the charts. */
  Instant from() {
    return to.minus(window.length());
  }

  /** The oldest poll, where the charts begin before it. */
  Optional<Instant> begins() {
    return polls.first().filter(at -> at.isAfter(from()));
  }

  Chart chart() {
    return new Chart(from(), to, polls);
  }

  /** The releases that began within the window, oldest first. */
  List<Chart.Release> releases() {
    return watches.reversed().stream()
        .map(
            w ->
                new Chart.Release(
                    w.row().charter().startedAt(), w.row().charter().release().name()))
        .filter(r -> r.at().isAfter(from()) && !r.at().isAfter(to))
        .toList();
  }
}
