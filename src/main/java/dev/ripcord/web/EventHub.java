package dev.ripcord.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Sample;
import dev.ripcord.json.EventJson;
import dev.ripcord.port.Control;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Observer;
import dev.ripcord.port.Recorded;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.port.WatchProjections;
import dev.ripcord.release.ServiceName;
import dev.ripcord.vertx.AsyncLoop;
import dev.ripcord.web.ConnectionSlots.Place;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what happens to every client that listens. It observes from the start of the server, so
 * that a client's backlog and what happens while it is read leave no gap between them. How many
 * clients listen, and how many of them read the journal, is bounded: anybody may read.
 */
final class EventHub implements Observer {
  private static final Logger LOG = LoggerFactory.getLogger(EventHub.class);
  private static final int PAGE = 200;
  private static final int STREAMS_MAX = 150;

  /** So many of them of one address, which may be that of a proxy. */
  private static final int STREAMS_OF_ONE = 100;

  /** Streams that read the journal: the rest wait for what happens, which costs next to nothing. */
  private static final int PAST_MAX = 8;

  private static final long PAUSE_MILLIS = 25;
  private static final long PAST_MILLIS_MAX = 120_000;
  private static final String RETRY_SECONDS = "5";

  private final Vertx vertx;
  private final Control control;
  private final Duration heartbeat;
  private final ConnectionSlots places = new ConnectionSlots(STREAMS_MAX);
  private final ConnectionSlots pastPlaces = new ConnectionSlots(PAST_MAX);
  private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();
  private final WatchProjections watches = new WatchProjections();

  private Future<Void> turn = Future.succeededFuture();

  EventHub(Vertx vertx, Control control, Duration heartbeat) {
    this.vertx = vertx;
    this.control = control;
    this.heartbeat = heartbeat;
  }

  @Override
  public void polled(
      ServiceName service, Sample sample, HealthReading reading, int streak, Duration took) {
    if (streams.stream().noneMatch(EventStream::wantsPolls)) {
      return;
    }
    String frame = data(EventJson.poll(service, sample, reading, streak));
    streams.stream().filter(EventStream::wantsPolls).forEach(stream -> stream.poll(frame));
  }

  @Override
  public void recorded(Recorded recorded) {
    Optional<WatchProjection> watch = watches.follow(recorded);
    if (!streams.isEmpty()) {
      String frame = frame(recorded, watch);
      streams.forEach(stream -> stream.live(recorded.id(), frame));
    }
  }

  @Override
  public void known(Recorded recorded) {
    watches.follow(recorded);
  }

  private static String frame(Recorded recorded, Optional<WatchProjection> watch) {
    return "id: " + recorded.id() + "\n" + data(EventJson.of(recorded, watch));
  }

  private static String data(ObjectNode json) {
    return "data: " + json + "\n\n";
  }

  /** Answers a request for the stream. */
  void listen(RoutingContext request) {
    Optional<Long> after = after(request);
    String address = request.request().remoteAddress().hostAddress();
    if (streams.stream().filter(stream -> stream.isOf(address)).count() >= STREAMS_OF_ONE) {
      throw full(request, 429, STREAMS_OF_ONE + " clients of your address listen");
    }
    Place place = take(request, places, STREAMS_MAX + " clients listen");
    Optional<Place> past = Optional.empty();
    if (after.isPresent()) {
      try {
        past = Optional.of(take(request, pastPlaces, PAST_MAX + " clients read past events"));
      } catch (ProblemResponse full) {
        place.free();
        throw full;
      }
    }
    open(request, after, place, past);
  }

  private static Place take(RoutingContext request, ConnectionSlots places, String found) {
    return places.take().orElseThrow(() -> full(request, 503, found));
  }

  private static ProblemResponse full(RoutingContext request, int status, String found) {
    request.response().putHeader("Retry-After", RETRY_SECONDS);
    return ProblemResponse.of(
        status, "Too many streams", found + " already; try again in " + RETRY_SECONDS + " s");
  }

  private void open(
      RoutingContext request, Optional<Long> after, Place place, Optional<Place> past) {
    boolean polls = request.queryParam("polls").contains("true");
    EventStream stream = new EventStream(request.request(), vertx.getOrCreateContext(), polls);
    streams.add(stream);
    long beat = vertx.setPeriodic(heartbeat.toMillis(), _ -> stream.heartbeat());
    long limit = vertx.setTimer(PAST_MILLIS_MAX, _ -> stream.endCatchingUp());
    Runnable caughtUp =
        () -> {
          vertx.cancelTimer(limit);
          past.ifPresent(Place::free);
        };
    Handler<Void> gone =
        _ -> {
          vertx.cancelTimer(beat);
          streams.remove(stream);
          stream.close();
          caughtUp.run();
          place.free();
        };
    request.response().closeHandler(gone).endHandler(gone);
    stream.begin();
    after
        .map(id -> catchUp(stream, id, new WatchProjections()))
        .orElse(Future.succeededFuture())
        .compose(_ -> stream.caughtUp())
        .onComplete(_ -> caughtUp.run())
        .onFailure(
            failure -> {
              if (!stream.isOver()) {
                LOG.warn("a stream of events ends: {}", failure.getMessage());
              }
              stream.end();
            });
  }

  /** Page by page, each one only when the client has taken most of the one before. */
  private Future<Void> catchUp(EventStream stream, long after, WatchProjections backlog) {
    AtomicLong at = new AtomicLong(after);
    return AsyncLoop.until(
            () ->
                stream
                    .room()
                    .compose(_ -> inTurn(() -> stream.here(control.eventsAfter(at.get(), PAGE))))
                    .compose(
                        page ->
                            known(stream, page, backlog)
                                .compose(_ -> send(stream, page, 0, backlog))
                                .map(_ -> isLast(page, at))))
        .mapEmpty();
  }

  /** Empty where another page follows. */
  private static Optional<Boolean> isLast(List<Recorded> page, AtomicLong at) {
    if (page.size() < PAGE) {
      return Optional.of(true);
    }
    at.set(page.getLast().id());
    return Optional.empty();
  }

  /** What came before the page, of watches that it begins in the middle of. */
  private Future<Void> known(EventStream stream, List<Recorded> page, WatchProjections backlog) {
    Future<Void> read = Future.succeededFuture();
    Set<Long> met = new HashSet<>();
    for (Recorded first : page) {
      if (met.add(first.watch())
          && !backlog.knows(first.watch())
          && !(first.entry() instanceof Entry.Opened)) {
        read =
            read.compose(_ -> inTurn(() -> stream.here(control.entries(first.watch()))))
                .onSuccess(
                    entries ->
                        entries.stream().filter(e -> e.id() < first.id()).forEach(backlog::follow))
                .mapEmpty();
      }
    }
    return read;
  }

  /**
   * One page is read at a time, whoever waits for it, with a pause after it: reading a long past
   * takes no more than a part of one processor from those who act.
   */
  private synchronized <T> Future<T> inTurn(Supplier<Future<T>> read) {
    Future<T> page = turn.transform(_ -> read.get());
    turn = page.transform(_ -> vertx.timer(PAUSE_MILLIS, TimeUnit.MILLISECONDS)).mapEmpty();
    return page;
  }

  /** As much of a page as there is room for, and the rest when there is room again. */
  private Future<Void> send(
      EventStream stream, List<Recorded> page, int from, WatchProjections backlog) {
    for (int at = from; at < page.size(); at++) {
      if (!stream.hasRoom()) {
        int next = at;
        return stream.room().compose(_ -> send(stream, page, next, backlog));
      }
      Recorded recorded = page.get(at);
      stream.entry(recorded.id(), frame(recorded, backlog.follow(recorded)));
    }
    return Future.succeededFuture();
  }

  /** The header is what a browser sends when it comes back; it knows better than the address. */
  private static Optional<Long> after(RoutingContext request) {
    String header = request.request().getHeader("Last-Event-ID");
    String given =
        header == null ? request.queryParam("after").stream().findFirst().orElse("") : header;
    if (given.isBlank()) {
      return Optional.empty();
    }
    if (!given.strip().matches("[0-9]{1,18}")) {
      throw ProblemResponse.of(
          400, "Bad value", "\"" + given + "\" is not the number of an event, such as 120");
    }
    return Optional.of(Long.parseLong(given.strip()));
  }

  /** Ends all streams. */
  void close() {
    streams.forEach(EventStream::end);
  }
}
