package dev.ripcord.probe;

import dev.ripcord.probe.Answer.Answered;
import dev.ripcord.probe.Answer.Broken;
import dev.ripcord.probe.Answer.Extent;
import dev.ripcord.watch.Reason;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads the {@code metrics} page of one service and compares it with the reading before. A page
 * that cannot be read says nothing about the service, so its failures are only reasons. For one
 * event loop.
 */
final class MetricsPage {
  private static final int PAGE_BYTES_MAX = 16 * 1024 * 1024;

  /** Larger pages are read on a worker, since they would hold the event loop for milliseconds. */
  private static final int LOOP_BYTES_MAX = 256 * 1024;

  private static final Exchange.Manner MANNER =
      new Exchange.Manner(
          true,
          "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4",
          true,
          PAGE_BYTES_MAX);

  private final Caller caller;
  private final Target target;
  private final Baseline baseline = new Baseline();

  MetricsPage(Caller caller, Target target) {
    this.caller = caller;
    this.target = target;
  }

  /** What was read from a page: why it could not be, or else what looks like a request counter. */
  private record Outcome(Optional<Reason> failure, String lookAlikes) {}

  /** One reading. */
  Future<PageFigures> read() {
    return caller
        .ask(target, MANNER)
        .compose(
            answer ->
                switch (answer) {
                  case Broken broken -> failed(broken.code(), broken.text());
                  case Answered answered -> answered(answered);
                });
  }

  private Future<PageFigures> answered(Answered answer) {
    Optional<Reason> refusal = refusal(answer);
    if (refusal.isPresent()) {
      client().giveBack(answer.body());
      return Future.succeededFuture(PageFigures.failed(client().now(), refusal.get()));
    }
    long readNanos = client().nanos();
    Instant at = client().now();
    PageDesk desk = client().takeDesk();
    boolean small = answer.encoding().isEmpty() && answer.body().length() <= LOOP_BYTES_MAX;
    boolean packedSmall = answer.body().length() <= LOOP_BYTES_MAX / 8;
    Future<Outcome> outcome =
        small || packedSmall
            ? Future.succeededFuture(parse(answer, desk))
            : client().vertx().executeBlocking(() -> parse(answer, desk), false);
    return outcome
        .map(o -> figures(o, desk, readNanos, at))
        .onSuccess(
            ignored -> {
              client().giveBack(answer.body());
              client().giveBack(desk);
            });
  }

  private Optional<Reason> refusal(Answered answer) {
    int status = answer.status();
    if (status == 401 || status == 403) {
      String text = "answered " + status + ": it wants credentials; set them under headers";
      return Optional.of(reason(Reason.Code.UNAUTHORIZED, text, target.shown()));
    }
    if (status == 429) {
      String text = "answered 429" + UrlResult.tooOften(answer);
      return Optional.of(reason(Reason.Code.STATUS, text, target.shown()));
    }
    if (status != 200) {
      return Optional.of(reason(Reason.Code.STATUS, "answered " + status, target.shown()));
    }
    if (answer.extent() == Extent.CAPPED) {
      return Optional.of(tooLarge());
    }
    if (answer.contentType().contains("protobuf")) {
      String text = "is " + answer.contentType() + ", which was not asked for; text is needed";
      return Optional.of(reason(Reason.Code.PARSE, text, target.shown()));
    }
    return Optional.empty();
  }

  private Reason tooLarge() {
    String text = "is larger than " + PAGE_BYTES_MAX / 1024 / 1024 + " MiB";
    return reason(Reason.Code.BODY, text, target.shown());
  }

  private Outcome parse(Answered answer, PageDesk desk) {
    return switch (answer.encoding().toLowerCase(Locale.ROOT)) {
      case "", "identity" ->
          parse(answer.body(), answer.contentType(), answer.extent() == Extent.WHOLE, desk);
      case "gzip", "x-gzip" -> unpack(answer, desk);
      default ->
          failure(
              reason(
                  Reason.Code.PARSE,
                  "is packed as " + answer.encoding() + ", which was not asked for",
                  target.shown()));
    };
  }

  private Outcome unpack(Answered answer, PageDesk desk) {
    Body plain = client().takeBody(PAGE_BYTES_MAX);
    Outcome outcome =
        switch (Gunzip.into(plain, answer.body())) {
          case WHOLE -> parse(plain, answer.contentType(), true, desk);
          case CUT ->
              failure(reason(Reason.Code.PARSE, "is gzip that was cut off", target.shown()));
          case BROKEN -> failure(reason(Reason.Code.PARSE, "is broken gzip", target.shown()));
          case TOO_LARGE -> failure(tooLarge());
        };
    client().giveBack(plain);
    return outcome;
  }

  private Outcome parse(Body body, String contentType, boolean whole, PageDesk desk) {
    boolean openMetrics =
        contentType.toLowerCase(Locale.ROOT).startsWith("application/openmetrics-text");
    Optional<String> fault = desk.parser().parse(body.bytes(), body.length(), openMetrics, whole);
    if (fault.isPresent()) {
      String text = "cannot be read: " + fault.get();
      return failure(reason(Reason.Code.PARSE, text, target.shown()));
    }
    boolean counts = desk.reading().family().isPresent();
    return new Outcome(Optional.empty(), counts ? "" : LookAlikes.of(body.bytes(), body.length()));
  }

  private static Outcome failure(Reason reason) {
    return new Outcome(Optional.of(reason), "");
  }

  private PageFigures figures(Outcome outcome, PageDesk desk, long readNanos, Instant at) {
    if (outcome.failure().isPresent()) {
      return PageFigures.failed(at, outcome.failure().get());
    }
    Optional<Duration> window = baseline.age(readNanos);
    Baseline.Step step = baseline.advance(desk.reading(), readNanos, desk.change());
    return new PageTelling(desk.reading(), desk.change(), step, target.shown())
        .figures(at, window, outcome.lookAlikes());
  }

  private Future<PageFigures> failed(Reason.Code code, String text) {
    Reason reason = reason(code, text, target.shown());
    return Future.succeededFuture(PageFigures.failed(client().now(), reason));
  }

  private ProbeClient client() {
    return caller.client();
  }

  /** A reason that names the page. */
  static Reason reason(Reason.Code code, String text, String shown) {
    return new Reason(code, "metrics page " + text + " (source: metrics, " + shown + ")");
  }
}
