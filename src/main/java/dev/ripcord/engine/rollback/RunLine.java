package dev.ripcord.engine.rollback;

import dev.ripcord.rollback.RollbackMachine;
import dev.ripcord.rollback.RunState;
import dev.ripcord.rollback.Step;

/** What a run does, in one line for people. Pure. */
final class RunLine {
  private RunLine() {}

  static String of(RunState state) {
    return switch (state) {
      case RunState.Ready _ -> "being rolled back";
      case RunState.Stepping stepping -> stepping(stepping);
      case RunState.Asking asking ->
          "the rollback waits for a person: its downs would lose now: " + asking.losses();
      case RunState.Verifying verifying ->
          "being rolled back: " + RollbackMachine.name(verifying.plan().steps().getLast());
      case RunState.Restoring _ ->
          "the rollback stopped before anything was reverted; starting the application again";
      case RunState.Ended _ -> "the rollback is over";
    };
  }

  private static String stepping(RunState.Stepping stepping) {
    Step step = stepping.plan().steps().get(stepping.index());
    return stepping
        .stopBy()
        .map(by -> "stopping, as " + by + " asked: " + ending(step))
        .orElse("being rolled back: " + RollbackMachine.name(step));
  }

  private static String ending(Step step) {
    return step.isBreakable()
        ? RollbackMachine.name(step) + " is broken off"
        : "first \"" + RollbackMachine.name(step) + "\" comes to its end";
  }
}
