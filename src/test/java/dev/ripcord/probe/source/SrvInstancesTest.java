package dev.ripcord.probe.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.health.Counts;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Reason;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class SrvInstancesTest {
  private final List<String> made = new ArrayList<>();
  private Future<List<String>> answer = Future.succeededFuture(List.of());
  private final SrvInstances instances =
      new SrvInstances(
          "_http._tcp.shop",
          () -> answer,
          place -> {
            made.add(place);
            return new Counting(place);
          },
          InstantSource.fixed(Instant.EPOCH));

  /** Has ten requests more at each reading but the first. */
  private static final class Counting implements Source {
    private final String place;
    private boolean primed;

    Counting(String place) {
      this.place = place;
    }

    @Override
    public Future<SourceFigures> read() {
      Optional<Counts> counts = primed ? Optional.of(new Counts(10, 1)) : Optional.empty();
      primed = true;
      return Future.succeededFuture(
          new SourceFigures(
              Instant.EPOCH,
              Optional.empty(),
              counts,
              Latency.NONE,
              OptionalDouble.empty(),
              OptionalDouble.empty(),
              List.of()));
    }

    @Override
    public List<String> evidence() {
      return List.of(place);
    }
  }

  private SourceFigures read(String... places) {
    answer = Future.succeededFuture(List.of(places));
    return instances.read().result();
  }

  @Test
  void instances_comeAndGo_andOnlyThoseThatStayCount() {
    assertThat(read("a:1", "b:1").counts()).isEmpty();
    assertThat(read("a:1", "b:1").counts()).contains(new Counts(20, 2));
    assertThat(read("b:1", "c:1").counts()).contains(new Counts(10, 1));
    assertThat(instances.evidence()).containsExactly("b:1", "c:1");
    assertThat(made).containsExactly("a:1", "b:1", "c:1");
    // One that comes back began anew as far as anybody knows.
    assertThat(read("a:1").counts()).isEmpty();
  }

  @Test
  void nameThatCannotBeAsked_leavesThoseOfBefore_andIsNamed() {
    answer = Future.failedFuture("no answer");
    assertThat(instances.read().result().reasons())
        .extracting(Reason::text)
        .first()
        .asString()
        .contains("_http._tcp.shop cannot be asked: no answer");
    var _ = read("a:1");
    answer = Future.failedFuture("no answer");
    SourceFigures figures = instances.read().result();
    assertThat(figures.counts()).contains(new Counts(10, 1));
    assertThat(figures.reasons()).extracting(Reason::code).containsExactly(Reason.Code.DNS);
    assertThat(read().reasons())
        .extracting(Reason::text)
        .first()
        .asString()
        .contains("lists no instance");
  }
}
