package dev.ripcord.cli.demo;

import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.Format;
import dev.ripcord.health.Counts;
import dev.ripcord.health.FigureText;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Ratio;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Clocks;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Observer;
import dev.ripcord.port.Recorded;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.RollbackMachine;
import dev.ripcord.rollback.RunEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells the demo's story: numbered steps, and under them what happens as it happens. */
final class DemoTeller implements Observer {
  private static final int WIDTH = 70;

  /** The default of the threshold, which the demo's configuration leaves as it is. */
  private static final Ratio LIMIT = Ratio.parse("5%");

  private final Console console;
  private final Clocks clocks;
  private final Ansi paint;
  private int step;
  private long stepNanos;
  private volatile Counts last = Counts.NONE;
  private volatile CountDownLatch wanted = new CountDownLatch(0);
  private volatile boolean watching;
  private volatile long condemnedNanos;
  private volatile Duration healed = Duration.ZERO;
  private volatile Optional<Plan> plan = Optional.empty();
  private int polls;

  DemoTeller(Console console, Clocks clocks, Ansi paint) {
    this.console = console;
    this.clocks = clocks;
    this.paint = paint;
    this.stepNanos = clocks.nanos().getAsLong();
  }

  void title(String text) {
    console.out().println(paint.bold(text));
    console.out().println();
  }

  /** A step is done; how long it took is said beside it. */
  void step(String text) {
    long now = clocks.nanos().getAsLong();
    step(text, Format.duration(Duration.ofNanos(now - stepNanos)));
  }

  void step(String text, String figure) {
    stepNanos = clocks.nanos().getAsLong();
    console
        .out()
        .println(String.format("%d  %-" + WIDTH + "s %s", ++step, text, figure).stripTrailing());
  }

  void failed(String text) {
    console.out().println(paint.cross() + " " + text);
  }

  void watching() {
    step("Ripcord watches, a poll every 2 s", "");
    watching = true;
  }

  /** Waits for so many polls more. */
  void polls(int count) {
    CountDownLatch latch = new CountDownLatch(count);
    wanted = latch;
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the shop was not polled within 30 s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  String lastRate() {
    return FigureText.rate(last, LIMIT) + " errors";
  }

  Duration sinceCondemned() {
    return healed;
  }

  @Override
  public void polled(
      ServiceName service, Sample sample, HealthReading reading, int streak, Duration took) {
    sample.counts().filter(c -> c.requests() > 0).ifPresent(c -> last = c);
    if (watching && plan.isEmpty() && sample.release().equals("v2")) {
      polls++;
      String row = streak == 0 ? "" : "   " + streak + " of 3";
      String figures =
          sample
              .counts()
              .filter(c -> c.requests() > 0)
              .map(c -> FigureText.rateOf(c, LIMIT))
              .orElseGet(reading::why);
      line("poll " + polls + "  " + paint.reading(reading.kind()) + "  " + figures + row);
    }
    wanted.countDown();
  }

  @Override
  public void recorded(Recorded recorded) {
    switch (recorded.entry()) {
      case Entry.Planned planned -> {
        condemnedNanos = clocks.nanos().getAsLong();
        plan = Optional.of(planned.plan());
        line(paint.cross() + " " + paint.bad("condemned") + ". " + planned.plan().why());
      }
      case Entry.Ran ran -> ran(ran.event());
      case Entry.Finished finished ->
          healed = Duration.ofNanos(clocks.nanos().getAsLong() - condemnedNanos);
      case Entry.Refused refused ->
          refused.refusals().forEach(r -> line(paint.cross() + " " + r.text()));
      case Entry.Opened opened -> {}
      case Entry.Revised revised -> {}
      case Entry.Watched watched -> {}
      case Entry.ClockJumped clock -> {}
    }
  }

  private void ran(RunEvent event) {
    switch (event) {
      case RunEvent.StepDone done ->
          line(
              paint.back()
                  + " "
                  + plan.map(p -> RollbackMachine.name(p.steps().get(done.index()))).orElse("")
                  + ": done in "
                  + Format.duration(done.took()));
      case RunEvent.StepFailed failed -> line(paint.cross() + " failed: " + failed.why());
      case RunEvent.StepRefused refused -> line(paint.cross() + " not begun: " + refused.why());
      case RunEvent.StepTimedOut late -> line(paint.cross() + " timed out: " + late.why());
      case RunEvent.StepUncertain uncertain ->
          line(paint.cross() + " not known to be done: " + uncertain.why());
      case RunEvent.StepStopped broken -> {}
      case RunEvent.LossFound found -> {}
      case RunEvent.Approved approved -> {}
      case RunEvent.Checked checked ->
          line(
              (checked.health() == RunEvent.Health.HEALTHY
                      ? paint.reading(HealthReading.Kind.HEALTHY)
                      : "not healthy yet")
                  + "  "
                  + checked.text());
      case RunEvent.Restored restored -> line(restored.text());
      case RunEvent.Begun begun -> {}
      case RunEvent.StepBegun begun -> {}
      case RunEvent.Ticked ticked -> {}
      case RunEvent.AbortAsked ask -> {}
      case RunEvent.Resumed resumed -> {}
    }
  }

  private void line(String text) {
    console.out().println("     " + text);
  }

  /**
   * How long it took, and what it cost: each count beside the time in which it was counted.
   *
   * @param sinceBreach from the third breach until the service was healthy again
   * @param sinceRelease from the release of v2 until then
   * @param failed how many of {@code sent} requests failed since the release
   */
  static List<String> cost(Duration sinceBreach, Duration sinceRelease, long failed, long sent) {
    return List.of(
        "From the third breach to healthy again: " + Format.duration(sinceBreach) + ".",
        "From the release of v2 to healthy again: "
            + Format.duration(sinceRelease)
            + ". Requests that failed in that time: "
            + failed
            + " of "
            + sent
            + ", those during the restart included.");
  }

  void summary(List<String> lines, boolean good) {
    console.out().println();
    lines.forEach(console.out()::println);
    console
        .out()
        .println(
            good
                ? paint.ok() + " All of this was checked and is true."
                : paint.cross() + " Not all of this came true.");
    console.out().println("Next: ripcord config init · docs/guide.md · ripcord demo --keep");
  }
}
