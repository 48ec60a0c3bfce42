package dev.ripcord.rollback;

import dev.ripcord.rollback.RunEvent.Checked;
import dev.ripcord.rollback.RunEvent.Health;
import dev.ripcord.rollback.RunEvent.StepDone;
import dev.ripcord.rollback.RunEvent.StepFailed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A rollback run that is played through, event by event. */
final class Drive {
  private RunState state;
  private List<RunEffect> effects = List.of();
  private Instant now = World.NOW;

  private Drive(Plan plan) {
    this.state = RollbackMachine.start(plan);
  }

  static Drive of(Plan plan) {
    return new Drive(plan);
  }

  /** Image, then down 02, then down 01, then verification. */
  static Drive imageFirst() {
    return of(new World().adds("v42", "01_add_a").adds("v42", "02_add_b").plan(World.USUAL));
  }

  /** Stop, backup, down 02, down 01, image, then verification. */
  static Drive migrationsFirst() {
    return of(new World().adds("v42", "01_add_a").changes("v42", "02_split_b").plan(World.USUAL));
  }

  /** As the other two, where losses are asked about for 15 min: before the stop, or the downs. */
  static Drive asking(Order order) {
    return asking(order, false);
  }

  /**
   * The same.
   *
   * @param otherwiseRuns whether the downs run where nobody answers
   */
  static Drive asking(Order order, boolean otherwiseRuns) {
    Policy policy =
        new Policy(
            World.USUAL.order(),
            World.USUAL.stopFirst(),
            World.USUAL.backup(),
            World.USUAL.scope(),
            World.USUAL.verify(),
            World.USUAL.verifyPolls(),
            World.USUAL.step(),
            Policy.Losses.ASK,
            Policy.BackupOf.DATABASE,
            new Policy.Answer(Duration.ofMinutes(15), otherwiseRuns));
    World world = new World().adds("v42", "01_add_a");
    return of(
        (order == Order.IMAGE_FIRST
                ? world.adds("v42", "02_add_b")
                : world.changes("v42", "02_split_b"))
            .plan(policy));
  }

  /** The step under way, which asks, has found that something would be lost. */
  Drive finds(String losses) {
    return on(new RunEvent.LossFound(index(), losses));
  }

  Drive on(RunEvent event) {
    RollbackMachine.Move move = RollbackMachine.on(state, event, now);
    state = move.next();
    effects = move.effects();
    return this;
  }

  Drive begin() {
    return on(new RunEvent.Begun());
  }

  /** The next so many steps are done. */
  Drive done(int steps) {
    for (int i = 0; i < steps; i++) {
      int index = index();
      on(new RunEvent.StepBegun(index));
      on(new StepDone(index, "step " + (index + 1) + " done", Duration.ofSeconds(1)));
    }
    return this;
  }

  /** The step under way fails. */
  Drive fails(String why) {
    return on(new StepFailed(index(), why));
  }

  /** Polls after the switch. */
  Drive polls(Health... healths) {
    for (Health health : healths) {
      now = now.plusSeconds(10);
      on(new Checked(health, "0.3% (4 of 1190)"));
    }
    return this;
  }

  Drive after(Duration duration) {
    now = now.plus(duration);
    return this;
  }

  /** The step under way, from 0. */
  int index() {
    if (state instanceof RunState.Stepping stepping) {
      return stepping.index();
    }
    throw new AssertionError("no step is under way: " + state);
  }

  RunState state() {
    return state;
  }

  Instant now() {
    return now;
  }

  List<RunEffect> effects() {
    return effects;
  }

  /** What the last event wants performed, in words. */
  String performs() {
    if (effects.size() == 1 && effects.getFirst() instanceof RunEffect.Perform perform) {
      return RollbackMachine.name(perform.step());
    }
    throw new AssertionError("not one step to perform: " + effects);
  }

  /** How the run ended; the last event must have concluded it. */
  RunResult result() {
    if (state instanceof RunState.Ended ended
        && effects.equals(List.of(new RunEffect.Conclude(ended.result())))) {
      return ended.result();
    }
    throw new AssertionError("the run was not concluded: " + state + " " + effects);
  }
}
