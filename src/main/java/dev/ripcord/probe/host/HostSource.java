package dev.ripcord.probe.host;

import dev.ripcord.health.Latency;
import dev.ripcord.health.Reason;
import dev.ripcord.probe.http.ProbeClient;
import dev.ripcord.probe.source.Source;
import dev.ripcord.probe.source.SourceFigures;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * CPU and memory of this machine, or of the cgroup in which this program runs where that has
 * limits. For a service that runs beside Ripcord. Linux only; elsewhere it says so.
 */
public final class HostSource implements Source {
  private final ProbeClient client;
  private final Path root;
  private Optional<Taken> last = Optional.empty();
  private List<String> evidence = List.of();

  private record Taken(HostUsage usage, long nanos) {}

  /**
   * A machine that was not looked at yet.
   *
   * @param root where {@code proc} and {@code sys} are: {@code /}
   */
  public HostSource(ProbeClient client, Path root) {
    this.client = client;
    this.root = root;
  }

  @Override
  public Future<SourceFigures> read() {
    return client
        .vertx()
        .executeBlocking(() -> new Taken(HostUsage.read(root), client.nanos()), false)
        .map(this::figures)
        .recover(failure -> Future.succeededFuture(failed(failure)));
  }

  @Override
  public List<String> evidence() {
    return evidence;
  }

  private SourceFigures failed(Throwable failure) {
    String why = failure instanceof IOException ? "cannot be read" : "cannot be understood";
    return SourceFigures.failed(
        client.now(),
        new Reason(
            Reason.Code.SOURCE_DOWN,
            "the host's CPU and memory " + why + ": " + failure.getMessage() + " (source: host)"));
  }

  private SourceFigures figures(Taken now) {
    Optional<Taken> before = last;
    last = Optional.of(now);
    Optional<Duration> window = before.map(b -> Duration.ofNanos(now.nanos() - b.nanos()));
    OptionalDouble cpu =
        before
            .map(b -> now.usage().cpuSince(b.usage(), (now.nanos() - b.nanos()) / 1e9))
            .orElse(OptionalDouble.empty());
    evidence = List.of("host: " + now.usage().how());
    return new SourceFigures(
        client.now(), window, Optional.empty(), Latency.NONE, cpu, now.usage().memory(), List.of());
  }
}
