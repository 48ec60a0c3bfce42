package dev.ripcord.probe;

import dev.ripcord.health.DatabaseState;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Probe;
import dev.ripcord.probe.http.ProbeClient;
import dev.ripcord.probe.http.ProbeExchange;
import dev.ripcord.probe.page.MetricsPage;
import dev.ripcord.probe.page.PageFigures;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures one service by its {@code url}, its {@code metrics} page and the state of its database,
 * all three at once.
 *
 * <p>With a page, the page gives the figures and the url says whether the service answers at all.
 * With only a url, ten probes spread over the poll give an error rate and latency. One object per
 * service, for one event loop; what it remembers between polls is a few kilobytes.
 */
public final class HealthProbe implements Probe {
  private static final Logger LOG = LoggerFactory.getLogger(HealthProbe.class);

  private final ProbeClient client;
  private final ProbeExchange caller;
  private final Duration timeout;
  private final Optional<UrlProbe> url;
  private final Optional<MetricsPage> page;
  private final Optional<Supplier<Future<DatabaseState>>> database;

  HealthProbe(
      ProbeExchange caller,
      Duration timeout,
      Optional<UrlProbe> url,
      Optional<MetricsPage> page,
      Optional<Supplier<Future<DatabaseState>>> database) {
    this.client = caller.client();
    this.caller = caller;
    this.timeout = timeout;
    this.url = url;
    this.page = page;
    this.database = database;
  }

  @Override
  public Future<Void> prime() {
    return Future.succeededFuture()
        .compose(ignored -> page.isPresent() ? page().<Void>mapEmpty() : warmUp())
        .recover(
            failure -> {
              LOG.error("The first reading failed, which is a bug in Ripcord", failure);
              return Future.succeededFuture();
            });
  }

  /** Probes that make the figures themselves would else measure this program's own start. */
  private Future<Void> warmUp() {
    return url.map(UrlProbe::warmUp).orElse(Future.succeededFuture());
  }

  @Override
  public Future<Sample> poll(String release, Duration spread) {
    List<Reason> bugs = new ArrayList<>();
    Future<ProbeSummary> asked =
        url(spread).otherwise(failure -> bug("url", failure, ProbeSummary.NONE, bugs));
    Future<Optional<PageFigures>> read =
        page().otherwise(failure -> bug("metrics page", failure, Optional.empty(), bugs));
    Future<Optional<DatabaseState>> state = database(bugs);
    return Future.join(asked, read, state)
        .map(
            ignored -> {
              List<Reason> reasons = new ArrayList<>(asked.result().reasons());
              read.result().ifPresent(figures -> reasons.addAll(figures.reasons()));
              reasons.addAll(bugs);
              return read.result()
                  .map(p -> counted(release, spread, asked.result(), p, state.result(), reasons))
                  .orElseGet(
                      () -> probed(release, spread, asked.result(), state.result(), reasons));
            });
  }

  @Override
  public void close() {
    caller.close();
  }

  private Future<ProbeSummary> url(Duration spread) {
    // Begun inside a future, so that a bug in it fails this future and not the caller.
    return Future.succeededFuture()
        .compose(
            ignored ->
                url.map(u -> page.isPresent() ? u.presence(spread) : u.rate(spread))
                    .orElse(Future.succeededFuture(ProbeSummary.NONE)));
  }

  private Future<Optional<PageFigures>> page() {
    return Future.succeededFuture()
        .compose(
            ignored ->
                page.map(p -> p.read().map(Optional::of))
                    .orElse(Future.succeededFuture(Optional.empty())));
  }

  private Future<Optional<DatabaseState>> database(List<Reason> reasons) {
    if (database.isEmpty()) {
      return Future.succeededFuture(Optional.empty());
    }
    return Future.succeededFuture()
        .compose(ignored -> database.get().get())
        .timeout(Math.max(1, timeout.toMillis()), TimeUnit.MILLISECONDS)
        .map(Optional::of)
        .otherwise(
            failure -> {
              // The failure's own text may hold the database's URL.
              LOG.debug("The database's state could not be asked", failure);
              reasons.add(
                  new Reason(Reason.Code.CONNECT, "database did not answer (source: database)"));
              return Optional.of(new DatabaseState(false, OptionalDouble.empty()));
            });
  }

  private static <T> T bug(String source, Throwable failure, T nothing, List<Reason> reasons) {
    LOG.error("The {} could not be asked, which is a bug in Ripcord", source, failure);
    String text = source + " was not asked: a bug in Ripcord, see its log";
    reasons.add(new Reason(Reason.Code.SOURCE_DOWN, text));
    return nothing;
  }

  private static Sample counted(
      String release,
      Duration spread,
      ProbeSummary asked,
      PageFigures read,
      Optional<DatabaseState> state,
      List<Reason> reasons) {
    return new Sample(
        release,
        read.at(),
        read.window().orElse(spread),
        asked.liveness(),
        asked.status(),
        read.counts(),
        false,
        read.latency(),
        read.cpu(),
        read.memory(),
        state,
        reasons);
  }

  private Sample probed(
      String release,
      Duration spread,
      ProbeSummary asked,
      Optional<DatabaseState> state,
      List<Reason> reasons) {
    return new Sample(
        release,
        client.now(),
        spread,
        asked.liveness(),
        asked.status(),
        asked.counts(),
        true,
        asked.latency(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        state,
        reasons);
  }
}
