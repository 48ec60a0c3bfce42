package dev.ripcord.web.page;

import dev.ripcord.port.Control;
import dev.ripcord.port.Control.ServiceStatus;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.port.Journal.Span;
import dev.ripcord.port.Journal.StoredSample;
import dev.ripcord.port.Journal.Which;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Reads the past of a service for its page. What was read is shown again for a moment, to everybody
 * who asks, so that many open pages cost the journal no more than one. Thread-safe.
 */
final class HistoryReader {
  private static final int KEPT_MAX = 100;
  private static final int RELEASES_MAX = 10;

  /** The journal's times are whole microseconds. */
  private static final Duration ROUNDED = Duration.ofNanos(1_000);

  private static final Duration RELEASES_FRESH = Duration.ofSeconds(20);

  /** Before that nothing is kept, whatever the configuration says. */
  private static final Duration EVER = Duration.ofDays(3650);

  private final Control control;
  private final Map<Object, Kept> kept =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Kept> eldest) {
          return size() > KEPT_MAX;
        }
      };

  HistoryReader(Control control) {
    this.control = control;
  }

  private record Kept(Instant at, Future<?> answer) {}

  /** Which charts. */
  private record ChartsOf(ServiceName service, Window window) {}

  /** Which releases: a new one, or one that has ended, is another question. */
  private record ReleasesOf(ServiceName service, long running, long ended) {}

  /** When a service was polled first. */
  private record FirstOf(ServiceName service) {}

  private record Points(List<Point> points, boolean together) {}

  /**
   * Never fails: what cannot be read is missing, with the reason.
   *
   * @param chosen how much of the past; as much as there is, and not more than is usual, where
   *     nobody has chosen
   * @param interval from one poll to the next
   */
  Future<ServiceHistory> of(
      ServiceStatus status, Optional<Window> chosen, Duration interval, Instant now) {
    ServiceName service = status.service();
    Window window = chosen.orElseGet(() -> Window.usual(interval));
    Future<Points> points =
        remembered(
            new ChartsOf(service, window),
            window.freshness(),
            now,
            () -> read(new Span(service, now.minus(window.length()), now), window));
    Future<Optional<Instant>> first =
        remembered(new FirstOf(service), RELEASES_FRESH, now, () -> first(service, now));
    Future<List<WatchStatus>> releases =
        remembered(
            new ReleasesOf(service, id(status.watch()), id(status.last())),
            RELEASES_FRESH,
            now,
            () -> control.recent(Optional.of(service), RELEASES_MAX));
    return Future.join(points, releases, first)
        .transform(
            ignored -> {
              Optional<String> missing =
                  Stream.of(points, releases, first)
                      .flatMap(read -> Optional.ofNullable(read.cause()).stream())
                      .map(e -> String.valueOf(e.getMessage()))
                      .findFirst();
              Points read = points.succeeded() ? points.result() : new Points(List.of(), false);
              List<WatchStatus> watches = releases.succeeded() ? releases.result() : List.of();
              ServiceHistory.Polls polls =
                  polls(
                      withLast(read, status),
                      read.together(),
                      read.together() ? window.step() : interval,
                      first.succeeded() ? first.result() : Optional.empty());
              return Future.succeededFuture(
                  new ServiceHistory(
                      service,
                      missing.isPresent()
                          ? window
                          : chosen.orElseGet(() -> Window.fitting(interval, polls.first(), now)),
                      now,
                      polls,
                      watches,
                      missing));
            });
  }

  private static ServiceHistory.Polls polls(
      List<Point> points, boolean together, Duration apart, Optional<Instant> recorded) {
    Optional<Instant> first =
        Stream.concat(recorded.stream(), points.stream().limit(1).map(Point::at))
            .min(Comparator.naturalOrder());
    return new ServiceHistory.Polls(points, together, apart, first);
  }

  private Future<Optional<Instant>> first(ServiceName service, Instant now) {
    return control
        .polls(new Span(service, now.minus(EVER), now), Which.FIRST, 1)
        .map(polls -> polls.stream().map(each -> each.sample().at()).findFirst());
  }

  private static long id(Optional<WatchStatus> watch) {
    return watch.map(w -> w.row().id()).orElse(-1L);
  }

  private Future<Points> read(Span span, Window window) {
    return control
        .polls(span, Which.LAST, Window.POLLS_MAX + 1)
        .compose(
            polls ->
                polls.size() <= Window.POLLS_MAX
                    ? Future.succeededFuture(
                        new Points(polls.stream().map(Point::of).toList(), false))
                    : control
                        .pollSteps(span, window.step())
                        .map(steps -> new Points(steps.stream().map(Point::of).toList(), true)));
  }

  /** The last poll is known before the journal has it. */
  private static List<Point> withLast(Points read, ServiceStatus status) {
    List<Point> points = new ArrayList<>(read.points());
    if (!read.together() && status.reading().isPresent()) {
      status
          .sample()
          .filter(s -> points.isEmpty() || s.at().isAfter(points.getLast().at().plus(ROUNDED)))
          .ifPresent(
              s ->
                  points.add(
                      Point.of(
                          new StoredSample(status.service(), s, status.reading().get().kind()))));
    }
    return points;
  }

  @SuppressWarnings("unchecked") // A question has answers of one type.
  private <T> Future<T> remembered(
      Object question, Duration fresh, Instant now, Supplier<Future<T>> ask) {
    synchronized (kept) {
      Kept known = kept.get(question);
      if (known != null
          && !known.answer().failed()
          && Duration.between(known.at(), now).compareTo(fresh) < 0) {
        return (Future<T>) known.answer();
      }
      Future<T> asked = ask.get();
      kept.put(question, new Kept(now, asked));
      return asked;
    }
  }
}
