package dev.ripcord.web.page;

import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.release.ServiceName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a service's past.
 *
 * @param window how much of it
 * @param to the right edge of the charts
 * @param points polls, or steps of them, oldest first
 * @param together whether each point stands for the polls of a step
 * @param watches its last releases, newest first
 * @param missing why the journal's part is not there, where it could not be read
 */
record ServiceHistory(
    ServiceName service,
    Window window,
    Instant to,
    List<Point> points,
    boolean together,
    List<WatchStatus> watches,
    Optional<String> missing) {
  ServiceHistory {
    points = List.copyOf(points);
    watches = List.copyOf(watches);
  }

  /** The left edge of the charts. */
  Instant from() {
    return to.minus(window.length());
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
