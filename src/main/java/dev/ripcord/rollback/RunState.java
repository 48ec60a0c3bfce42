package dev.ripcord.rollback;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Where a rollback run stands. */
public sealed interface RunState {
  /** The plan that is executed. */
  Plan plan();

  /** Why it has left the schema ahead of the image; empty where it has not, or is not over. */
  default Optional<String> expanded() {
    return this instanceof Ended(var _, var result) ? result.leftAhead() : Optional.empty();
  }

  /** Nothing was done yet. */
  record Ready(Plan plan) implements RunState {}

  /**
   * A step is to be performed, or is under way.
   *
   * @param index of the step, from 0
   * @param progress what was done before it
   * @param stopBy who wants the run to stop: before its next step, or in this one where it may be
   *     broken off
   */
  record Stepping(Plan plan, int index, Progress progress, Optional<String> stopBy)
      implements RunState {}

  /**
   * A person is asked before the downs run.
   *
   * @param index of the step that asks, from 0
   * @param until when the answer is waited for no longer
   * @param losses what the downs would destroy now, in one line
   * @param progress what was done before
   */
  record Asking(Plan plan, int index, Instant until, String losses, Progress progress)
      implements RunState {}

  /**
   * The image is back; the service is watched.
   *
   * @param until when watching ends
   * @param streak healthy polls in a row above 0, breaches in a row below 0
   * @param progress what was done before
   */
  record Verifying(Plan plan, Instant until, int streak, Progress progress) implements RunState {}

  /**
   * A step failed, or a person stopped the run, before anything was reverted: the application that
   * was stopped is started again.
   *
   * @param asked whether a person stopped it
   * @param why what failed, or who stopped it
   * @param progress what was done before
   */
  record Restoring(Plan plan, boolean asked, String why, Progress progress) implements RunState {}

  /**
   * It is over.
   *
   * @param result how it ended
   */
  record Ended(Plan plan, RunResult result) implements RunState {}

  /**
   * What was done so far.
   *
   * @param done the lines of the steps that are done
   * @param downs how many migrations were reverted
   * @param stopped whether the application is stopped
   * @param switched whether the previous image is in place
   * @param expanded why the schema stays ahead, where it does
   * @param kept what the downs destroyed and salvage has kept
   */
  record Progress(
      List<String> done,
      int downs,
      boolean stopped,
      boolean switched,
      Optional<String> expanded,
      List<Salvaged> kept) {
    static final Progress NONE =
        new Progress(List.of(), 0, false, false, Optional.empty(), List.of());

    /** Nothing is done yet; what the plan leaves applied keeps the schema ahead from the start. */
    static Progress of(Plan plan) {
      return plan.kept().isEmpty()
          ? NONE
          : new Progress(
              List.of(),
              0,
              false,
              false,
              Optional.of(
                  (plan.downs() == 0
                          ? "only the image was to go back, and "
                          : "not all was to go back: ")
                      + String.join(", ", plan.kept())
                      + (plan.kept().size() == 1 ? " stays" : " stay")
                      + " applied"
                      + (plan.keptWhy().isEmpty() ? "" : ", since " + plan.keptWhy())),
              List.of());
    }

    public Progress {
      done = List.copyOf(done);
      kept = List.copyOf(kept);
    }

    /** The same with a schema that stays ahead. */
    Progress ahead(String why) {
      return new Progress(done, downs, stopped, switched, Optional.of(why), kept);
    }
  }
}
