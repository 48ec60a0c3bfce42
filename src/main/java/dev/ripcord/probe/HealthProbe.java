package dev.ripcord.probe;

import dev.ripcord.health.DatabaseState;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Probe;
import dev.ripcord.probe.http.ProbeClient;
import dev.ripcord.probe.http.ProbeExchange;
import dev.ripcord.probe.source.Source;
import dev.ripcord.probe.source.SourceFigures;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures one service by its {@code url}, by the source that counts its requests and by those that
 * give only CPU and memory, and asks for the state of its database, all at once.
 *
 * <p>With a source that counts, the url says whether the service answers at all. With only a url,
 * ten probes spread over the poll give an error rate and latency. One object per service, for one
 * event loop; what it remembers between polls is a few kilobytes.
 */
public final class HealthProbe implements Probe {
  private static final Logger LOG = LoggerFactory.getLogger(HealthProbe.class);
  private static final Future<Optional<SourceFigures>> NOTHING =
      Future.succeededFuture(Optional.empty());

  private final ProbeClient client;
  private final ProbeExchange caller;
  private final Duration timeout;
  private final Optional<UrlProbe> url;
  private final Sources sources;
  private final Optional<Supplier<Future<DatabaseState>>> database;

  /**
   * Where figures come from beside the url.
   *
   * @param counting gives requests, errors and latency, and CPU and memory where it has them
   * @param host gives CPU and memory in place of any other
   * @param container gives them where no other does, of a container or of pods
   */
  record Sources(Optional<Source> counting, Optional<Source> host, Optional<Source> container) {
    private Stream<Source> all() {
      return Stream.of(counting, host, container).flatMap(Optional::stream);
    }
  }

  HealthProbe(
      ProbeExchange caller,
      Duration timeout,
      Optional<UrlProbe> url,
      Sources sources,
      Optional<Supplier<Future<DatabaseState>>> database) {
    this.client = caller.client();
    this.caller = caller;
    this.timeout = timeout;
    this.url = url;
    this.sources = sources;
    this.database = database;
  }

  @Override
  public Future<Void> prime() {
    List<Future<?>> first = new ArrayList<>();
    sources.all().forEach(source -> first.add(read(Optional.of(source))));
    if (sources.counting().isEmpty()) {
      first.add(Future.succeededFuture().compose(ignored -> warmUp()));
    }
    return Future.join(first)
        .<Void>mapEmpty()
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
  public void explain() {
    sources.all().forEach(Source::explain);
  }

  @Override
  public List<String> evidence() {
    return sources.all().flatMap(source -> source.evidence().stream()).toList();
  }

  @Override
  public Future<Sample> poll(String release, Duration spread) {
    List<Reason> bugs = new ArrayList<>();
    Future<ProbeSummary> asked =
        url(spread).otherwise(failure -> bug("url", failure, ProbeSummary.NONE, bugs));
    Future<Optional<SourceFigures>> counted = read("source", sources.counting(), bugs);
    Future<Optional<DatabaseState>> state = database(bugs);
    // Own probes take a while; what is used is read when they have ended, over all of that time.
    Future<Optional<SourceFigures>> host =
        sources.host().isEmpty()
            ? NOTHING
            : asked.compose(ignored -> read("host", sources.host(), bugs));
    Future<Optional<SourceFigures>> container =
        sources.container().isEmpty()
            ? NOTHING
            : asked.compose(ignored -> read("container", sources.container(), bugs));
    return Future.join(asked, counted, state, host, container)
        .map(
            ignored ->
                sample(
                    release,
                    spread,
                    asked.result(),
                    new Read(counted.result(), host.result(), container.result()),
                    state.result(),
                    bugs));
  }

  @Override
  public void close() {
    caller.close();
    sources.all().forEach(Source::close);
  }

  private Future<ProbeSummary> url(Duration spread) {
    // Begun inside a future, so that a bug in it fails this future and not the caller.
    return Future.succeededFuture()
        .compose(
            ignored ->
                url.map(u -> sources.counting().isPresent() ? u.presence(spread) : u.rate(spread))
                    .orElse(Future.succeededFuture(ProbeSummary.NONE)));
  }

  private static Future<Optional<SourceFigures>> read(Optional<Source> source) {
    return Future.succeededFuture()
        .compose(
            ignored ->
                source
                    .map(each -> each.read().map(Optional::of))
                    .orElse(Future.succeededFuture(Optional.empty())));
  }

  private static Future<Optional<SourceFigures>> read(
      String name, Optional<Source> source, List<Reason> bugs) {
    return read(source).otherwise(failure -> bug(name, failure, Optional.empty(), bugs));
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

  /** What was read of each source, where there is one. */
  private record Read(
      Optional<SourceFigures> counting,
      Optional<SourceFigures> host,
      Optional<SourceFigures> container) {
    /** The host is asked for by name; the container only fills in. */
    OptionalDouble first(Function<SourceFigures, OptionalDouble> figure) {
      OptionalDouble named = of(host, figure);
      OptionalDouble counted = named.isPresent() ? named : of(counting, figure);
      return counted.isPresent() ? counted : of(container, figure);
    }

    private static OptionalDouble of(
        Optional<SourceFigures> figures, Function<SourceFigures, OptionalDouble> figure) {
      return figures.isPresent() ? figure.apply(figures.get()) : OptionalDouble.empty();
    }

    /** What runs the service says that it is down. */
    Optional<Reason> down() {
      return container.flatMap(SourceFigures::down);
    }

    void reasons(List<Reason> to) {
      counting.ifPresent(each -> to.addAll(each.reasons()));
      host.ifPresent(each -> to.addAll(each.reasons()));
      container.ifPresent(each -> to.addAll(each.reasons()));
    }
  }

  private Sample sample(
      String release,
      Duration spread,
      ProbeSummary asked,
      Read read,
      Optional<DatabaseState> state,
      List<Reason> bugs) {
    // One that answered is up, whatever was restarted in between.
    Optional<Reason> down = asked.liveness() == Liveness.UNKNOWN ? read.down() : Optional.empty();
    List<Reason> reasons = new ArrayList<>();
    down.ifPresent(reasons::add);
    reasons.addAll(asked.reasons());
    read.reasons(reasons);
    reasons.addAll(bugs);
    Optional<SourceFigures> counting = read.counting();
    boolean probed = sources.counting().isEmpty();
    return new Sample(
        release,
        counting.map(SourceFigures::at).orElseGet(client::now),
        counting.flatMap(SourceFigures::window).orElse(spread),
        down.isPresent() ? Liveness.SILENT : asked.liveness(),
        asked.status(),
        probed ? asked.counts() : counting.flatMap(SourceFigures::counts),
        probed,
        probed ? asked.latency() : counting.map(SourceFigures::latency).orElse(Latency.NONE),
        read.first(SourceFigures::cpu),
        read.first(SourceFigures::memory),
        state,
        reasons);
  }
}
