package dev.ripcord.probe.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ripcord.health.Reason;
import dev.ripcord.port.ContainerUsage;
import dev.ripcord.probe.http.ProbeClient;
import dev.ripcord.probe.source.SourceFigures;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ContainerSourceTest {
  private final Vertx vertx = Vertx.vertx();
  private final AtomicLong nanos = new AtomicLong();
  private Future<Optional<ContainerUsage>> answer = Future.succeededFuture(Optional.empty());
  private final ContainerSource source =
      new ContainerSource(
          new ProbeClient(vertx, InstantSource.system(), nanos::get),
          () -> answer,
          Duration.ofSeconds(5));

  private boolean running = true;
  private boolean unhealthy;

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private SourceFigures read(String id, double cpuSeconds, int restarts, boolean outOfMemory) {
    nanos.addAndGet(Duration.ofSeconds(30).toNanos());
    answer =
        Future.succeededFuture(
            Optional.of(
                new ContainerUsage(
                    id,
                    (long) (cpuSeconds * 1e9),
                    0.5,
                    60,
                    OptionalLong.of(100),
                    restarts,
                    outOfMemory,
                    unhealthy,
                    running)));
    return source.read().await();
  }

  /** A table: restarts so far at each poll, then at which polls it is evidence. */
  @ParameterizedTest
  @CsvSource({
    "'0 0 0 0 0 0', ''",
    "'0 1 1 1 1 1', ''",
    "'0 1 2 3 3 3', '2 3'",
    "'0 2 2 2 2 2', '1'",
    "'0 1 1 1 1 2', '5'",
    "'0 1 1 1 1 1 2', ''",
    "'4 4 5 5 6 6', '4'"
  })
  void restartsAgainAndAgain_areEvidence(String restarts, String polls) {
    List<String> evidence = new ArrayList<>();
    String[] each = restarts.split(" ", -1);
    for (int i = 0; i < each.length; i++) {
      if (read("a", i, Integer.parseInt(each[i]), false).down().isPresent()) {
        evidence.add(String.valueOf(i));
      }
    }
    assertThat(String.join(" ", evidence)).isEqualTo(polls);
  }

  @Test
  void containerThatIsUnhealthyByItsOwnCheck_isEvidence() {
    assertThat(read("a", 0, 0, false).down()).isEmpty();
    unhealthy = true;
    assertThat(read("a", 1, 0, false).down().map(Reason::text))
        .contains("the container's health check says that it is unhealthy (source: platform)");
  }

  @Test
  void containerThatDoesNotRun_isEvidence_anotherOneBeginsAnew() {
    running = false;
    assertThat(read("a", 0, 3, true).down().map(Reason::text))
        .contains("the container does not run, killed for want of memory (source: platform)");
    running = true;
    assertThat(read("b", 1, 9, false).down()).isEmpty();
    assertThat(read("b", 1, 10, false).down()).isEmpty();
  }

  @Test
  void cpu_isOfTwoReadings_againstItsLimit() {
    assertThat(read("a", 100, 0, false).cpu()).isEmpty();
    SourceFigures second = read("a", 112, 0, false);
    assertThat(second.cpu().orElseThrow()).isCloseTo(0.8, within(1e-9));
    assertThat(second.memory()).hasValue(0.6);
    assertThat(second.counts()).isEmpty();
    assertThat(second.reasons()).isEmpty();
  }

  @Test
  void otherContainer_orOneThatBeganAnew_hasNothingToCompareWith() {
    var _ = read("a", 100, 0, false);
    assertThat(read("b", 200, 0, false).cpu()).isEmpty();
    assertThat(read("b", 5, 1, false).cpu()).isEmpty();
    assertThat(read("b", 8, 1, false).cpu().orElseThrow()).isCloseTo(0.2, within(1e-9));
  }

  @Test
  void restart_isNamed_withItsCause() {
    var _ = read("a", 100, 2, false);
    assertThat(read("a", 5, 4, true).reasons())
        .extracting(Reason::text)
        .first()
        .asString()
        .contains("restarted 2 times", "killed for want of memory");
  }

  @Test
  void platformThatFails_isAReason_andNoContainerIsNone() {
    answer = Future.failedFuture("the Docker Engine is away");
    assertThat(source.read().await().reasons())
        .extracting(Reason::code)
        .containsExactly(Reason.Code.SOURCE_DOWN);
    answer = Future.succeededFuture(Optional.empty());
    assertThat(source.read().await().reasons()).isEmpty();
  }
}
