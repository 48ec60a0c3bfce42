package dev.ripcord.report;

import dev.ripcord.rollback.RollbackMachine;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.rollback.Step;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * A step of a rollback and what became of it.
 *
 * @param number from 1, as people count
 * @param step what it does
 * @param state what became of it
 * @param took how long it took; empty until it is done
 * @param text what came of it, or why it was not done; empty before
 */
public record StepRun(int number, Step step, State state, Optional<Duration> took, String text) {
  /** What became of a step. */
  public enum State {
    PLANNED,
    UNDER_WAY,
    DONE,
    FAILED,
    NOT_BEGUN,
    TIMED_OUT,
    UNCERTAIN,
    BROKEN_OFF;

    /** As JSON spells it: {@code under-way}. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** As people read it: {@code under way}. */
    public String words() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  static StepRun planned(int index, Step step) {
    return new StepRun(index + 1, step, State.PLANNED, Optional.empty(), "");
  }

  /** What it does, for people: {@code image :42 → :41}. */
  public String name() {
    return RollbackMachine.name(step);
  }

  /** The same after an event; itself where that is of another step, or of none. */
  StepRun after(RunEvent event) {
    return switch (event) {
      case RunEvent.StepBegun(var index) when isAt(index) -> as(State.UNDER_WAY, "");
      case RunEvent.StepDone(var index, var done, var time, var _) when isAt(index) ->
          new StepRun(number, step, State.DONE, Optional.of(time), done);
      case RunEvent.StepFailed(var index, var why) when isAt(index) -> as(State.FAILED, why);
      case RunEvent.StepRefused(var index, var why) when isAt(index) -> as(State.NOT_BEGUN, why);
      case RunEvent.StepTimedOut(var index, var why) when isAt(index) -> as(State.TIMED_OUT, why);
      case RunEvent.StepUncertain(var index, var why) when isAt(index) -> as(State.UNCERTAIN, why);
      case RunEvent.StepStopped(var index) when isAt(index) -> as(State.BROKEN_OFF, "");
      case RunEvent.Approved(var by) when isAsking() -> as(State.DONE, by + " approved");
      case RunEvent.AbortAsked(var by) when isAsking() ->
          as(State.DONE, by + " left the downs out");
      case RunEvent.Checked(var _, var seen) when step instanceof Step.Verify ->
          as(State.UNDER_WAY, seen);
      default -> this;
    };
  }

  /** The same once a person is asked no longer: a question that nobody answered has timed out. */
  StepRun asked() {
    return isAsking() ? as(State.TIMED_OUT, ((Step.Approval) step).unanswered()) : this;
  }

  private boolean isAsking() {
    return step instanceof Step.Approval && state == State.UNDER_WAY;
  }

  private boolean isAt(int index) {
    return index == number - 1;
  }

  private StepRun as(State now, String why) {
    return new StepRun(number, step, now, Optional.empty(), why);
  }
}
