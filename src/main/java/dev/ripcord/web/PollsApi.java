package dev.ripcord.web;

import dev.ripcord.health.PollStep;
import dev.ripcord.json.PollJson;
import dev.ripcord.port.Control;
import dev.ripcord.port.Journal.Span;
import dev.ripcord.port.Journal.StoredSample;
import dev.ripcord.port.Journal.Which;
import dev.ripcord.release.Printable;
import dev.ripcord.release.ServiceName;
import dev.ripcord.vertx.AsyncLoop;
import dev.ripcord.web.ConnectionSlots.Place;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * Answers {@code /api/v1/services/:name/polls}: what was recorded of a service, a line of JSON for
 * each poll or each step. Polls are read and sent in pages, each one when the client has taken the
 * one before, so that a long span takes no more memory than a short one.
 */
final class PollsApi {
  private static final int PAGE = 500;
  private static final int STEPS_MAX = 2_000;
  private static final Duration SPAN_MAX = Duration.ofDays(31);
  private static final Duration SPAN = Duration.ofHours(1);
  private static final Duration STEP_MIN = Duration.ofSeconds(1);

  /** So many read at once: the journal has few connections for those who only look. */
  private static final int READERS_MAX = 4;

  private static final int SHOWN_MAX = 40;
  private static final Duration NEXT = Duration.ofNanos(1_000);

  private final Control control;
  private final InstantSource clock;
  private final ConnectionSlots readers = new ConnectionSlots(READERS_MAX);

  PollsApi(Control control, InstantSource clock) {
    this.control = control;
    this.clock = clock;
  }

  void answer(RoutingContext context) {
    Span span = span(context);
    Optional<Duration> step = value(context, "step").map(text -> step(text, span));
    HttpServerResponse response =
        context.response().putHeader("Content-Type", "application/x-ndjson");
    if (HttpMethod.HEAD.equals(context.request().method())) {
      response.end();
      return;
    }
    Place place =
        readers
            .take()
            .orElseThrow(
                () -> {
                  response.putHeader("Retry-After", "2");
                  return ProblemResponse.of(
                      503,
                      "Too many readers",
                      READERS_MAX + " clients read polls already; try again in 2 s");
                });
    step.map(length -> steps(response, span, length))
        .orElseGet(() -> polls(response, span))
        .onComplete(_ -> place.free())
        .onFailure(context::fail);
  }

  private Future<Void> steps(HttpServerResponse response, Span span, Duration step) {
    return control
        .pollSteps(span, step)
        .compose(
            steps -> {
              StringBuilder lines = new StringBuilder();
              for (PollStep each : steps) {
                lines.append(PollJson.of(span.service(), each)).append('\n');
              }
              return response.end(lines.toString());
            });
  }

  private Future<Void> polls(HttpServerResponse response, Span span) {
    Left left = new Left(span);
    return AsyncLoop.until(
            () ->
                control
                    .polls(left.span, Which.FIRST, PAGE)
                    .compose(
                        page ->
                            page.size() == PAGE && !response.closed()
                                ? page(response, left, page)
                                : end(response, page)))
        .mapEmpty();
  }

  /** What of a span was not read yet. Used by one turn after the other. */
  private static final class Left {
    private volatile Span span;

    Left(Span span) {
      this.span = span;
    }

    void after(Instant read) {
      span = new Span(span.service(), read.plus(NEXT), span.to());
    }
  }

  private static Future<Optional<Boolean>> end(
      HttpServerResponse response, List<StoredSample> page) {
    return response.closed()
        ? Future.failedFuture("the client is gone")
        : response.end(lines(page)).map(Optional.of(true));
  }

  private static Future<Optional<Boolean>> page(
      HttpServerResponse response, Left left, List<StoredSample> page) {
    left.after(page.getLast().sample().at());
    if (!response.headWritten()) {
      response.setChunked(true);
    }
    response.write(lines(page));
    if (!response.writeQueueFull()) {
      return Future.succeededFuture(Optional.empty());
    }
    Promise<Optional<Boolean>> room = Promise.promise();
    response.drainHandler(_ -> room.tryComplete(Optional.empty()));
    response.closeHandler(_ -> room.tryFail("the client is gone"));
    return room.future();
  }

  private static String lines(List<StoredSample> polls) {
    StringBuilder lines = new StringBuilder();
    polls.forEach(poll -> lines.append(PollJson.of(poll)).append('\n'));
    return lines.toString();
  }

  private Span span(RoutingContext context) {
    String name = context.pathParam("name");
    ServiceName service =
        control.services().stream()
            .map(Control.ServiceStatus::service)
            .filter(known -> known.text().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    ProblemResponse.of(
                        404, "Not found", "no service \"" + name + "\" is configured"));
    Instant to =
        value(context, "to")
            .map(text -> time("to", text))
            .orElseGet(() -> clock.instant().truncatedTo(ChronoUnit.MILLIS));
    Instant from =
        value(context, "from").map(text -> time("from", text)).orElseGet(() -> to.minus(SPAN));
    if (!from.isBefore(to)) {
      throw bad("\"from\" is " + from + ", which is not before \"to\", " + to);
    }
    if (Duration.between(from, to).compareTo(SPAN_MAX) > 0) {
      throw bad("from " + from + " to " + to + " is longer than 31 days; ask for less at a time");
    }
    return new Span(service, from, to);
  }

  private static Instant time(String name, String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException _) {
      throw bad(
          "\"%s\" is \"%s\", which is no time; write 2026-01-02T03:04:05Z"
              .formatted(name, Printable.start(text, SHOWN_MAX)));
    }
  }

  private static Duration step(String text, Span span) {
    Duration step;
    try {
      step = RequestBody.span(text);
    } catch (IllegalArgumentException e) {
      throw bad("\"step\": " + e.getMessage());
    }
    Duration least = Duration.between(span.from(), span.to()).dividedBy(STEPS_MAX);
    if (step.compareTo(STEP_MIN) < 0 || step.compareTo(least) < 0) {
      throw bad(
          "\"step\" is \"%s\"; it must be 1s or more and give at most %d steps, here %ds or more"
              .formatted(text, STEPS_MAX, Math.max(1, least.plusMillis(999).toSeconds())));
    }
    return step;
  }

  private static ProblemResponse bad(String detail) {
    return ProblemResponse.of(400, "Bad value", detail);
  }

  private static Optional<String> value(RoutingContext context, String name) {
    return context.queryParam(name).stream().findFirst();
  }
}
