package dev.ripcord.probe.page;

import dev.ripcord.config.SeriesSettings;
import dev.ripcord.health.Reason;
import dev.ripcord.probe.http.Answer.Answered;
import dev.ripcord.probe.http.Answer.Broken;
import dev.ripcord.probe.http.Answer.Extent;
import dev.ripcord.probe.http.Body;
import dev.ripcord.probe.http.Exchange;
import dev.ripcord.probe.http.Gunzip;
import dev.ripcord.probe.http.ProbeClient;
import dev.ripcord.probe.http.ProbeExchange;
import dev.ripcord.probe.http.Target;
import dev.ripcord.probe.http.UrlResult;
import dev.ripcord.probe.source.Source;
import dev.ripcord.probe.source.SourceFigures;
import dev.ripcord.probe.source.Wanted;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the {@code metrics} page of one service and compares it with the reading before. A page
 * that cannot be read says nothing about the service, so its failures are only reasons. For one
 * event loop.
 */
public final class MetricsPage implements Source {
  private static final int PAGE_BYTES_MAX = 16 * 1024 * 1024;

  /** Larger pages are read on a worker, since they would hold the event loop for milliseconds. */
  private static final int LOOP_BYTES_MAX = 256 * 1024;

  /** Several processes at one address show themselves in a few readings, if not in the first. */
  private static final int LOOKS_MAX = 3;

  private static final Exchange.Manner KEPT = manner(true);

  /** A connection of its own, since a kept one leads to the same process again. */
  private static final Exchange.Manner FRESH = manner(false);

  private final PagePool pool;
  private final ProbeExchange caller;
  private final Target target;
  private final PageName name;
  private final Wanted wanted;
  private final Optional<OwnSeries> own;
  private final CounterBaseline baseline = new CounterBaseline();
  private boolean explaining;
  private List<String> evidence = List.of();

  /**
   * A page of one service.
   *
   * @param own the service's own series, in place of the well-known ones
   */
  public MetricsPage(
      PagePool pool,
      ProbeExchange caller,
      Target target,
      Wanted wanted,
      Optional<SeriesSettings> own) {
    this(pool, caller, target, PageName.ofService(target.shown()), wanted, own);
  }

  private MetricsPage(
      PagePool pool,
      ProbeExchange caller,
      Target target,
      PageName name,
      Wanted wanted,
      Optional<SeriesSettings> own) {
    this.pool = pool;
    this.caller = caller;
    this.target = target;
    this.name = name;
    this.wanted = wanted;
    this.own = own.map(each -> new OwnSeries(each, wanted.slowerThan()));
  }

  /** What a Prometheus server gives of a service, as a page. */
  public static MetricsPage ofPrometheus(
      PagePool pool, ProbeExchange caller, Target target, Wanted wanted) {
    PageName name = PageName.ofPrometheus(target.shown());
    return new MetricsPage(pool, caller, target, name, wanted, Optional.empty());
  }

  /** The metric names that are looked for. */
  public static Set<String> knownNames() {
    return MetricNames.KNOWN;
  }

  private static Exchange.Manner manner(boolean kept) {
    return new Exchange.Manner(
        kept,
        "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4",
        true,
        PAGE_BYTES_MAX);
  }

  /** What was read from a page: why it could not be, or else what looks like a request counter. */
  private record Outcome(Optional<Reason> failure, String lookAlikes) {}

  /** A page that was read, and the buffers that are to be given back. */
  private record Scrape(Outcome outcome, PageBuffers buffers, ReadTime at) {
    boolean isUsable() {
      return outcome.failure().isEmpty();
    }
  }

  /** One reading, and where it leaves a doubt a few more of the same page at once. */
  @Override
  public Future<SourceFigures> read() {
    return scrape(KEPT)
        .compose(
            scrape ->
                look(scrape)
                    .map(look -> figures(scrape, look))
                    .onSuccess(ignored -> pool.giveBack(scrape.buffers())));
  }

  private Future<Scrape> scrape(Exchange.Manner manner) {
    return caller
        .ask(target, manner)
        .compose(
            answer ->
                switch (answer) {
                  case Broken broken -> failed(broken.code(), broken.text());
                  case Answered answered -> answered(answered, manner.equals(KEPT));
                });
  }

  private Future<Scrape> answered(Answered answer, boolean first) {
    Optional<Reason> refusal = refusal(answer);
    if (refusal.isPresent()) {
      client().giveBack(answer.body());
      return Future.succeededFuture(unread(refusal.get()));
    }
    ReadTime at = new ReadTime(client().now(), client().nanos());
    PageBuffers buffers = pool.take();
    boolean small = answer.encoding().isEmpty() && answer.body().length() <= LOOP_BYTES_MAX;
    boolean packedSmall = answer.body().length() <= LOOP_BYTES_MAX / 8;
    Future<Outcome> outcome =
        small || packedSmall
            ? Future.succeededFuture(parse(answer, buffers, first))
            : client().vertx().executeBlocking(() -> parse(answer, buffers, first), false);
    return outcome
        .map(o -> new Scrape(o, buffers, at))
        .onSuccess(ignored -> client().giveBack(answer.body()));
  }

  private Future<SecondLook> look(Scrape scrape) {
    CounterBaseline.Doubt doubt =
        scrape.isUsable()
            ? baseline.compare(scrape.buffers(), scrape.at().nanos())
            : CounterBaseline.Doubt.NONE;
    return switch (doubt) {
      case NONE -> Future.succeededFuture(SecondLook.NOT_TAKEN);
      case UNPROVEN ->
          look(scrape, LOOKS_MAX)
              .map(look -> look == SecondLook.FAILED ? SecondLook.NOT_TAKEN : look);
      case SUSPECTED -> look(scrape, LOOKS_MAX);
    };
  }

  /** Reads the page again, until it contradicts itself or has been read often enough. */
  private Future<SecondLook> look(Scrape before, int times) {
    return scrape(FRESH)
        .compose(
            again -> {
              SecondLook look =
                  again.isUsable()
                      ? before.buffers().seenAgain(again.buffers())
                      : SecondLook.FAILED;
              Duration spent = Duration.ofNanos(again.at().nanos() - before.at().nanos());
              boolean late = spent.multipliedBy(LOOKS_MAX).compareTo(caller.timeout()) > 0;
              boolean settled = look == SecondLook.FAILED || look == SecondLook.CONTRADICTED;
              return (settled || late || times == 1
                      ? Future.succeededFuture(look)
                      : look(again, times - 1).map(next -> both(look, next)))
                  .onSuccess(ignored -> pool.giveBack(again.buffers()));
            });
  }

  /** One that failed takes nothing from one that was seen before it. */
  private static SecondLook both(SecondLook look, SecondLook next) {
    boolean seen = next != SecondLook.FAILED;
    boolean more = next == SecondLook.CONTRADICTED || look == SecondLook.STEADY;
    return seen && more ? next : look;
  }

  private Optional<Reason> refusal(Answered answer) {
    int status = answer.status();
    if (status == 401 || status == 403) {
      String text = "answered " + status + ": it wants credentials; set them under headers";
      return Optional.of(name.reason(Reason.Code.UNAUTHORIZED, text));
    }
    if (status == 429) {
      String text = "answered 429" + UrlResult.tooOften(answer);
      return Optional.of(name.reason(Reason.Code.STATUS, text));
    }
    if (status != 200) {
      return Optional.of(name.reason(Reason.Code.STATUS, "answered " + status));
    }
    if (answer.extent() == Extent.CAPPED) {
      return Optional.of(tooLarge());
    }
    if (answer.contentType().contains("protobuf")) {
      String text = "is " + answer.contentType() + ", which was not asked for; text is needed";
      return Optional.of(name.reason(Reason.Code.PARSE, text));
    }
    return Optional.empty();
  }

  private Reason tooLarge() {
    String text = "is larger than " + PAGE_BYTES_MAX / 1024 / 1024 + " MiB";
    return name.reason(Reason.Code.BODY, text);
  }

  private Outcome parse(Answered answer, PageBuffers buffers, boolean first) {
    return switch (answer.encoding().toLowerCase(Locale.ROOT)) {
      case "", "identity" ->
          parse(
              answer.body(), answer.contentType(), answer.extent() == Extent.WHOLE, buffers, first);
      case "gzip", "x-gzip" -> unpack(answer, buffers, first);
      default ->
          failure(
              name.reason(
                  Reason.Code.PARSE,
                  "is packed as " + answer.encoding() + ", which was not asked for"));
    };
  }

  private Outcome unpack(Answered answer, PageBuffers buffers, boolean first) {
    Body plain = client().takeBody(PAGE_BYTES_MAX);
    Outcome outcome =
        switch (Gunzip.into(plain, answer.body())) {
          case WHOLE -> parse(plain, answer.contentType(), true, buffers, first);
          case CUT -> failure(name.reason(Reason.Code.PARSE, "is gzip that was cut off"));
          case BROKEN -> failure(name.reason(Reason.Code.PARSE, "is broken gzip"));
          case TOO_LARGE -> failure(tooLarge());
        };
    client().giveBack(plain);
    return outcome;
  }

  private Outcome parse(
      Body body, String contentType, boolean whole, PageBuffers buffers, boolean first) {
    boolean openMetrics =
        contentType.toLowerCase(Locale.ROOT).startsWith("application/openmetrics-text");
    byte[] page = body.bytes();
    int length = body.length();
    Optional<String> fault = buffers.parser().parse(page, length, openMetrics, whole);
    if (fault.isPresent()) {
      byte[] older = OpenMetrics2.asOpenMetrics1(page, length, PAGE_BYTES_MAX).orElse(page);
      if (older != page) {
        page = older;
        length = older.length;
        fault = buffers.parser().parse(page, length, openMetrics, whole);
      }
    }
    if (fault.isPresent()) {
      String text = "cannot be read: " + fault.get();
      return failure(name.reason(Reason.Code.PARSE, text));
    }
    if (first && own.isPresent()) {
      own.get().take(page, length, openMetrics, client().nanos());
    }
    boolean counts = own.isPresent() || buffers.reading().family().isPresent();
    return new Outcome(Optional.empty(), counts ? "" : LookAlikes.of(page, length));
  }

  private static Outcome failure(Reason reason) {
    return new Outcome(Optional.of(reason), "");
  }

  private SourceFigures figures(Scrape scrape, SecondLook look) {
    if (!scrape.isUsable()) {
      return SourceFigures.failed(scrape.at().wall(), scrape.outcome().failure().orElseThrow());
    }
    Optional<Duration> window = baseline.age(scrape.at().nanos());
    CounterBaseline.Compared compared = baseline.advance(scrape.buffers(), scrape.at(), look);
    PageMetrics metrics = new PageMetrics(scrape.buffers(), compared, wanted, name);
    SourceFigures figures =
        own.isPresent()
            ? metrics.with(own.get(), scrape.at().wall(), window)
            : metrics.figures(scrape.at().wall(), window, scrape.outcome().lookAlikes());
    if (explaining) {
      String counter = own.map(OwnSeries::evidence).orElseGet(metrics::evidence);
      evidence = List.of(name.source() + " " + name.shown() + ": " + counter);
    }
    return figures;
  }

  @Override
  public void explain() {
    explaining = true;
  }

  @Override
  public List<String> evidence() {
    return evidence;
  }

  private Future<Scrape> failed(Reason.Code code, String text) {
    return Future.succeededFuture(unread(name.reason(code, text)));
  }

  private Scrape unread(Reason reason) {
    ReadTime at = new ReadTime(client().now(), client().nanos());
    return new Scrape(failure(reason), pool.take(), at);
  }

  private ProbeClient client() {
    return caller.client();
  }
}
