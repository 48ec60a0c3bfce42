package dev.ripcord.rollback;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** What can happen to a rollback run. */
public sealed interface RunEvent {
  /** The plan is to be executed. */
  record Begun() implements RunEvent {}

  /**
   * A step is about to be performed. Written before the deed.
   *
   * @param index of the step, from 0
   */
  record StepBegun(int index) implements RunEvent {}

  /**
   * A step is done.
   *
   * @param index of the step, from 0
   * @param text one line for people
   * @param took how long it took
   * @param kept what it destroyed and salvage has kept; none where it was written down before that
   *     was
   */
  record StepDone(int index, String text, Duration took, List<Salvaged> kept) implements RunEvent {
    public StepDone {
      kept = List.copyOf(Objects.requireNonNullElse(kept, List.of()));
    }

    /** One that kept nothing. */
    public StepDone(int index, String text, Duration took) {
      this(index, text, took, List.of());
    }
  }

  /**
   * A step failed; what it was to change is as before it.
   *
   * @param index of the step, from 0
   * @param why one line for people
   */
  record StepFailed(int index, String why) implements RunEvent {}

  /**
   * A step must not be performed: something else runs than what the plan was made for, or what it
   * needs is not there. Nothing was touched.
   *
   * @param index of the step, from 0
   * @param why one line for people
   */
  record StepRefused(int index, String why) implements RunEvent {}

  /**
   * A step did not end within its budget, and was broken off. What a transaction was to change is
   * as before it; what a program has begun may stand half-way.
   *
   * @param index of the step, from 0
   * @param why one line for people
   */
  record StepTimedOut(int index, String why) implements RunEvent {}

  /**
   * A step may be done, or done in part: what was asked gave no answer for as long as it was tried
   * again, or it broke off in the middle.
   *
   * @param index of the step, from 0
   * @param why one line for people
   */
  record StepUncertain(int index, String why) implements RunEvent {}

  /**
   * A step was broken off, or not tried again, since a person stops the run. Nothing of it was
   * done.
   *
   * @param index of the step, from 0
   */
  record StepStopped(int index) implements RunEvent {}

  /**
   * The downs would destroy something now, so a person is asked.
   *
   * @param index of the step that asks, from 0
   * @param losses what, in one line for people
   */
  record LossFound(int index, String losses) implements RunEvent {}

  /** A person says yes to what the downs would destroy. */
  record Approved(String by) implements RunEvent {}

  /**
   * The service was polled after the switch.
   *
   * @param health what the poll said
   * @param text its figures in one line
   */
  record Checked(Health health, String text) implements RunEvent {}

  /** Time has passed. */
  record Ticked() implements RunEvent {}

  /** A person stops the run: a step that may be broken off is, another one ends first. */
  record AbortAsked(String by) implements RunEvent {}

  /**
   * The process that ran it is gone and another goes on.
   *
   * @param by which process goes on
   */
  record Resumed(String by) implements RunEvent {}

  /**
   * The application that was stopped runs again on the image it had.
   *
   * @param text one line for people; says so if it could not be started
   */
  record Restored(String text) implements RunEvent {}

  /** What a poll after the switch can say. */
  enum Health {
    /** Measured, and below every limit. */
    HEALTHY,
    /** Still bad. */
    BREACH,
    /** Could not be told. */
    UNKNOWN
  }
}
