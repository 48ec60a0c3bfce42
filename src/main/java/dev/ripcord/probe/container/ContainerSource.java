package dev.ripcord.probe.container;

import dev.ripcord.health.Latency;
import dev.ripcord.health.Reason;
import dev.ripcord.port.ContainerUsage;
import dev.ripcord.probe.http.ProbeClient;
import dev.ripcord.probe.source.Restarts;
import dev.ripcord.probe.source.Source;
import dev.ripcord.probe.source.SourceFigures;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * CPU and memory of the service's container against its own limits, from two of our own readings of
 * its counters. A container that was restarted in between is named; one that does not run, is
 * unhealthy by its own check, or is restarted again and again, is evidence that the service is
 * down.
 */
public final class ContainerSource implements Source {
  private final ProbeClient client;
  private final Supplier<Future<Optional<ContainerUsage>>> platform;
  private final Duration timeout;
  private final Restarts lately = new Restarts();
  private Optional<Taken> last = Optional.empty();
  private List<String> evidence = List.of();

  private record Taken(ContainerUsage usage, long nanos) {}

  /**
   * A container that was not looked at yet.
   *
   * @param platform asks for it; empty where the platform has no containers
   */
  public ContainerSource(
      ProbeClient client, Supplier<Future<Optional<ContainerUsage>>> platform, Duration timeout) {
    this.client = client;
    this.platform = platform;
    this.timeout = timeout;
  }

  @Override
  public Future<SourceFigures> read() {
    return Future.succeededFuture()
        .compose(ignored -> platform.get())
        .timeout(Math.max(1, timeout.toMillis()), TimeUnit.MILLISECONDS)
        .map(found -> found.map(this::figures).orElseGet(this::nothing))
        .recover(failure -> Future.succeededFuture(failed(failure)));
  }

  @Override
  public List<String> evidence() {
    return evidence;
  }

  private SourceFigures nothing() {
    lately.clear();
    return new SourceFigures(
        client.now(),
        Optional.empty(),
        Optional.empty(),
        Latency.NONE,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        List.of());
  }

  private SourceFigures failed(Throwable failure) {
    return SourceFigures.failed(
        client.now(),
        new Reason(
            Reason.Code.SOURCE_DOWN,
            "the container's figures could not be read: "
                + failure.getMessage()
                + " (source: platform)"));
  }

  private SourceFigures figures(ContainerUsage now) {
    long nanos = client.nanos();
    Optional<Taken> before = last.filter(each -> each.usage().id().equals(now.id()));
    last = Optional.of(new Taken(now, nanos));
    OptionalDouble cpu =
        now.running()
            ? before.map(b -> cpu(b, now, nanos)).orElse(OptionalDouble.empty())
            : OptionalDouble.empty();
    OptionalDouble memory =
        now.memoryLimit().isPresent() && now.memoryLimit().getAsLong() > 0
            ? OptionalDouble.of(now.memory() / (double) now.memoryLimit().getAsLong())
            : OptionalDouble.empty();
    List<Reason> reasons = new ArrayList<>();
    int restarts = before.map(b -> Math.max(0, now.restarts() - b.usage().restarts())).orElse(0);
    remember(restarts, before.isPresent());
    String cause = now.outOfMemory() ? ", killed for want of memory" : "";
    if (restarts > 0) {
      reasons.add(
          new Reason(
              Reason.Code.COUNTER_RESET,
              "the container was restarted "
                  + Restarts.times(restarts)
                  + " since the poll before"
                  + cause
                  + " (source: platform)"));
    }
    String limit = now.memoryLimit().isPresent() ? "" + now.memoryLimit().getAsLong() : "no limit";
    evidence =
        List.of(
            String.format(
                Locale.ROOT,
                "platform: container %.12s, CPU time / (time passed × %.2f cores), memory %d of %s"
                    + " bytes, %d restarts",
                now.id(),
                now.cores(),
                now.memory(),
                limit,
                now.restarts()));
    return new SourceFigures(
        client.now(),
        before.map(b -> Duration.ofNanos(nanos - b.nanos())),
        Optional.empty(),
        Latency.NONE,
        cpu,
        memory,
        reasons,
        down(now, cause));
  }

  private void remember(int restarts, boolean same) {
    if (!same) {
      lately.clear();
    }
    lately.add(restarts);
  }

  /**
   * One restart may have any cause; a container that does not run, or is restarted again and again,
   * says something about what is in it.
   */
  private Optional<Reason> down(ContainerUsage now, String cause) {
    if (!now.running()) {
      return Optional.of(
          new Reason(
              Reason.Code.CONNECT, "the container does not run" + cause + " (source: platform)"));
    }
    if (now.unhealthy()) {
      return Optional.of(
          new Reason(
              Reason.Code.STATUS,
              "the container's health check says that it is unhealthy (source: platform)"));
    }
    return lately.isAgainAndAgain()
        ? Optional.of(
            new Reason(
                Reason.Code.CONNECT,
                "the container was restarted " + lately.text() + cause + " (source: platform)"))
        : Optional.empty();
  }

  /** A counter that fell is one of a process that began anew. */
  private static OptionalDouble cpu(Taken before, ContainerUsage now, long nanos) {
    double passed = (nanos - before.nanos()) * now.cores();
    long used = now.cpuNanos() - before.usage().cpuNanos();
    return passed > 0 && used >= 0 ? OptionalDouble.of(used / passed) : OptionalDouble.empty();
  }
}
