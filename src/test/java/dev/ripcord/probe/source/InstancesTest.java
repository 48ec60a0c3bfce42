package dev.ripcord.probe.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.health.Counts;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Reason;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class InstancesTest {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

  /** An instance that says the same each time. */
  private record Fixed(SourceFigures figures) implements Source {
    @Override
    public Future<SourceFigures> read() {
      return Future.succeededFuture(figures);
    }

    @Override
    public List<String> evidence() {
      return List.of("instance " + figures.counts());
    }
  }

  private static Source counting(long requests, long errors, double p99, double cpu) {
    return new Fixed(
        new SourceFigures(
            AT,
            Optional.of(Duration.ofSeconds(30)),
            Optional.of(new Counts(requests, errors)),
            new Latency(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.of(p99)),
            OptionalDouble.of(cpu),
            OptionalDouble.empty(),
            List.of()));
  }

  @Test
  void counts_areSummed_theRestIsOfTheWorst() {
    SourceFigures all =
        new Instances(List.of(counting(100, 0, 0.2, 0.9), counting(50, 25, 0.8, 0.1)))
            .read()
            .result();

    assertThat(all.counts()).contains(new Counts(150, 25));
    assertThat(all.latency().p99()).hasValue(0.8);
    assertThat(all.cpu()).hasValue(0.9);
    assertThat(all.memory()).isEmpty();
    assertThat(all.window()).contains(Duration.ofSeconds(30));
  }

  @Test
  void instanceThatDoesNotAnswer_isNamed_andTheOthersCount() {
    Source dead =
        new Fixed(SourceFigures.failed(AT, new Reason(Reason.Code.CONNECT, "http://10.0.0.2/m")));
    Instances instances = new Instances(List.of(counting(100, 1, 0.2, 0.9), dead));

    SourceFigures all = instances.read().result();

    assertThat(all.counts()).contains(new Counts(100, 1));
    assertThat(all.reasons()).extracting(Reason::text).containsExactly("http://10.0.0.2/m");
    assertThat(instances.evidence()).hasSize(2);
    assertThat(new Instances(List.of(dead)).read().result().counts()).isEmpty();
  }
}
