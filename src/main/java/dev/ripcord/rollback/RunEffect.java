package dev.ripcord.rollback;

import java.time.Instant;

/** What a transition of a run wants done, after it is written down. */
public sealed interface RunEffect {
  /**
   * A step is performed. It may have been performed before a crash.
   *
   * @param index of the step, from 0
   * @param step the step; never {@link Step.Verify}
   */
  record Perform(int index, Step step) implements RunEffect {}

  /**
   * A person stops the run: the step under way is broken off where that leaves everything as it
   * was, and is not tried again where it only waits for an answer.
   *
   * @param index of the step, from 0
   */
  record BreakOff(int index) implements RunEffect {}

  /**
   * A person is asked; the machine hears of it when the time is over.
   *
   * @param until when that is
   */
  record AwaitAnswer(Instant until) implements RunEffect {}

  /** The service is polled and what the polls say is handed to the machine. */
  record Watch() implements RunEffect {}

  /** The application that was stopped is started again on the image it had. */
  record Restore() implements RunEffect {}

  /**
   * The run is over.
   *
   * @param result how it ended
   */
  record Conclude(RunResult result) implements RunEffect {}
}
