package dev.ripcord.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.console.LiveBlock;
import dev.ripcord.health.Baseline;
import dev.ripcord.health.Counts;
import dev.ripcord.health.DatabaseState;
import dev.ripcord.health.Escalation;
import dev.ripcord.health.Judge;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Limit;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Control.ServiceStatus;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import dev.ripcord.watch.WatchSpec;
import dev.ripcord.watch.WatchState.Phase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The block that a terminal shows of a watch, and how it is drawn in place. */
final class LiveFrameTest {
  private static final Instant START = Instant.parse("2026-01-02T12:00:00Z");
  private static final ServiceName SHOP = new ServiceName("shop");
  private final LiveFrame frame = new LiveFrame(new Ansi(false, false));

  private static WatchSpec charter(Rules rules) {
    Release release =
        new Release(
            SHOP,
            "v42",
            Optional.of(new ImageRef("acme/shop:42")),
            Optional.of(new ImageRef("acme/shop:41")));
    return new WatchSpec(
        release,
        rules,
        START,
        Duration.ZERO,
        Duration.ofMinutes(15),
        Duration.ofSeconds(30),
        Optional.empty(),
        Optional.of(Baseline.of(new Counts(1000, 4))));
  }

  private static Sample sample(long requests, long errors, Latency latency, OptionalDouble cpu) {
    return new Sample(
        "v42",
        START.plusSeconds(250),
        Duration.ofSeconds(30),
        Liveness.ANSWERS,
        OptionalInt.of(200),
        Optional.of(new Counts(requests, errors)),
        false,
        latency,
        cpu,
        cpu,
        cpu.isPresent()
            ? Optional.of(new DatabaseState(true, OptionalDouble.of(0.001)))
            : Optional.empty(),
        List.<Reason>of());
  }

  private List<String> lines(WatchSpec charter, Sample sample, String rollback, Phase state) {
    frame.polled(sample);
    ServiceStatus status =
        new ServiceStatus(
            SHOP,
            Optional.of(sample),
            Optional.of(new Judge(charter.rules()).judge(sample, Counts.NONE).reading()),
            1,
            charter.rules().breaches(),
            Optional.of(START.plusSeconds(271)),
            Optional.empty());
    WatchStatus watch =
        new WatchStatus(
            new WatchRow(7, charter, Optional.empty(), Optional.empty(), Optional.empty()),
            state,
            8,
            rollback.startsWith("can "),
            rollback);
    return lines(status, watch);
  }

  private List<String> lines(ServiceStatus status, WatchStatus watch) {
    return frame.lines(status, watch, START.plusSeconds(250));
  }

  @Test
  void everyFigure_standsBesideItsLimitAndItsLastValues() {
    Rules usual = Rules.DEFAULT;
    Rules rules =
        new Rules(
            usual.threshold(),
            usual.breaches(),
            usual.minimumRequests(),
            usual.normal(),
            usual.act(),
            Map.of(Measure.LATENCY_P99, new Limit(0.8, Escalation.ALERT)));
    Latency latency =
        new Latency(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.of(0.21));

    List<String> lines =
        lines(
            charter(rules),
            sample(1000, 4, latency, OptionalDouble.of(0.42)),
            "can be rolled back: 2 down migrations, previous image present",
            Phase.WATCHING);

    assertThat(lines)
        .containsExactly(
            "shop  release v42   acme/shop:42   (before: :41)   4 min 10 s of 15 min",
            "✔ can be rolled back: 2 down migrations, previous image present",
            "",
            "  error rate   ▁             0.4%   limit 5%      before the release 0.4%",
            "  latency p99  ▂             210 ms limit 800 ms",
            "  cpu 42%      memory 42%      database up",
            "  poll 8 ✔ healthy      1 of 3 breaches      next poll in 21 s");
  }

  @Test
  void whatWasNotMeasured_isNotShown_andWhyAPollIsUnknownIsSaid() {
    List<String> lines =
        lines(
            charter(Rules.DEFAULT),
            sample(7, 0, Latency.NONE, OptionalDouble.empty()),
            "could not be rolled back now: shop:41 is gone",
            Phase.PAUSED);

    assertThat(lines)
        .hasSize(5)
        .contains("▲ could not be rolled back now: shop:41 is gone")
        .last()
        .asString()
        .startsWith("  poll 8 ? unknown: ")
        .contains("7")
        .endsWith("1 of 3 breaches      paused");
  }

  @Test
  void bars_growWithTheValue_andAnUnknownOneIsAGap() {
    Sparkline line = new Sparkline();
    for (double value : List.of(0.0, 0.05, 0.1, 0.5)) {
      line.add(OptionalDouble.of(value));
    }
    line.add(OptionalDouble.empty());
    line.add(OptionalDouble.of(0));

    assertThat(line.bars(0.1)).isEqualTo("▁▅██ ▁      ");
  }

  @Test
  void block_isDrawnInPlace_linesComeAboveIt_andItsLastFrameStays() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    LiveBlock block = new LiveBlock(new PrintStream(bytes, true, StandardCharsets.UTF_8));

    block.print("before");
    block.draw(List.of("a", "b"));
    block.print("above");
    block.draw(List.of("c", "d"));
    block.end();
    block.draw(List.of("too late"));
    block.print("after");

    assertThat(Screen.of(bytes.toString(StandardCharsets.UTF_8)))
        .containsExactly("before", "above", "c", "d", "after");
  }
}
