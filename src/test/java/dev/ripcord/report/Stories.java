package dev.ripcord.report;

import dev.ripcord.health.Counts;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Sample;
import dev.ripcord.json.Examples;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.port.Recorded;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.rollback.Salvaged;
import dev.ripcord.rollback.Step;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Watches for tests, told entry by entry: a poll each 30 seconds. */
public final class Stories {
  private final List<Recorded> entries = new ArrayList<>();
  private final WatchSpec spec;
  private Instant at = Examples.AT;

  private Stories(WatchSpec spec) {
    this.spec = spec;
    add(new Entry.Opened(spec));
  }

  public static Stories of(WatchSpec spec) {
    return new Stories(spec);
  }

  /** A rollback that asks before its downs; they would destroy something. */
  public static Stories asking() {
    Plan usual = Examples.plan();
    List<Step> steps = new ArrayList<>(usual.steps());
    steps.set(1, new Step.Approval(Duration.ofSeconds(40), false, Duration.ofMinutes(1)));
    Plan plan =
        new Plan(
            usual.release(),
            usual.order(),
            steps,
            usual.why(),
            usual.warnings(),
            usual.kept(),
            usual.keptWhy());
    return begun()
        .poll(1000, 71)
        .poll(1000, 71)
        .poll(1000, 71)
        .add(new Entry.Planned(plan))
        .ran(new RunEvent.Begun())
        .ran(new RunEvent.StepBegun(0))
        .ran(new RunEvent.StepDone(0, "41 serves", Duration.ofSeconds(1)))
        .ran(new RunEvent.StepBegun(1))
        .ran(new RunEvent.LossFound(1, "would delete 12 rows of orders"));
  }

  public static Stories begun() {
    return of(Examples.charter("v42"));
  }

  public Stories add(Entry entry) {
    long id = entries.size() + 1L;
    entries.add(new Recorded(id, 17, Examples.SHOP, "v42", at, entry));
    return this;
  }

  public Stories ran(RunEvent event) {
    at = at.plusSeconds(1);
    return add(new Entry.Ran(event));
  }

  public Stories poll(Sample sample) {
    at = at.plusSeconds(30);
    return add(new Entry.Watched(new WatchEvent.Sampled(sample)));
  }

  public Stories poll(long requests, long errors) {
    return poll(
        measured(Optional.of(new Counts(requests, errors)), OptionalDouble.empty(), List.of()));
  }

  /** A poll that could not measure. */
  public Stories blind(Reason.Code code, String text) {
    return poll(
        measured(Optional.empty(), OptionalDouble.empty(), List.of(new Reason(code, text))));
  }

  public Stories pollCpu(long requests, long errors, double cpu) {
    return poll(
        measured(Optional.of(new Counts(requests, errors)), OptionalDouble.of(cpu), List.of()));
  }

  private Sample measured(Optional<Counts> counts, OptionalDouble cpu, List<Reason> reasons) {
    return new Sample(
        "v42",
        at.plusSeconds(30),
        Duration.ofSeconds(30),
        counts.isPresent() ? Liveness.ANSWERS : Liveness.UNKNOWN,
        OptionalInt.empty(),
        counts,
        false,
        Latency.NONE,
        cpu,
        OptionalDouble.empty(),
        Optional.empty(),
        reasons);
  }

  /** The rollback of {@link Examples#plan}, which helped and kept 12 rows. */
  public Stories rolledBack() {
    add(new Entry.Planned(Examples.plan()));
    ran(new RunEvent.Begun());
    ran(new RunEvent.StepBegun(0));
    ran(new RunEvent.StepDone(0, "acme/shop:41 runs", Duration.ofMillis(3800)));
    ran(new RunEvent.StepBegun(1));
    ran(new RunEvent.StepDone(1, "no session of before", Duration.ofMillis(20)));
    ran(new RunEvent.StepBegun(2));
    ran(
        new RunEvent.StepDone(
            2,
            "01 reverted",
            Duration.ofMillis(41),
            List.of(new Salvaged(7, "orders", false, 12))));
    for (int i = 0; i < 3; i++) {
      ran(new RunEvent.Checked(RunEvent.Health.HEALTHY, "0.3% (4 of 1190)"));
    }
    return this;
  }

  public List<Recorded> entries() {
    return List.copyOf(entries);
  }

  public WatchReport underWay() {
    return WatchReport.underWay(entries).orElseThrow();
  }

  public WatchReport ended(Outcome outcome, String text) {
    at = at.plusSeconds(1);
    add(new Entry.Finished(outcome, text));
    return WatchReport.of(
        new WatchRow(17, spec, Optional.of(at), Optional.of(outcome), Optional.of(text)), entries);
  }

  /** Condemned by three breaches, and rolled back. */
  public static WatchReport bad() {
    return begun()
        .poll(1240, 5)
        .poll(1000, 71)
        .poll(1020, 90)
        .poll(1031, 93)
        .rolledBack()
        .ended(Outcome.ROLLED_BACK, "rolled back, healthy again; schema as before the release.");
  }

  /** Proved healthy. */
  public static WatchReport good() {
    return begun()
        .poll(1240, 5)
        .poll(1000, 4)
        .poll(1020, 3)
        .ended(Outcome.HEALTHY, "3 of 3 polls healthy");
  }
}
