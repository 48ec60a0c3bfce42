package dev.ripcord.rollback;

import dev.ripcord.rollback.RunEffect.Conclude;
import dev.ripcord.rollback.RunEffect.Perform;
import dev.ripcord.rollback.RunEvent.AbortAsked;
import dev.ripcord.rollback.RunEvent.Approved;
import dev.ripcord.rollback.RunEvent.Begun;
import dev.ripcord.rollback.RunEvent.Checked;
import dev.ripcord.rollback.RunEvent.LossFound;
import dev.ripcord.rollback.RunEvent.Restored;
import dev.ripcord.rollback.RunEvent.Resumed;
import dev.ripcord.rollback.RunEvent.StepBegun;
import dev.ripcord.rollback.RunEvent.StepDone;
import dev.ripcord.rollback.RunEvent.StepFailed;
import dev.ripcord.rollback.RunEvent.StepRefused;
import dev.ripcord.rollback.RunEvent.StepStopped;
import dev.ripcord.rollback.RunEvent.StepTimedOut;
import dev.ripcord.rollback.RunEvent.StepUncertain;
import dev.ripcord.rollback.RunEvent.Ticked;
import dev.ripcord.rollback.RunState.Asking;
import dev.ripcord.rollback.RunState.Ended;
import dev.ripcord.rollback.RunState.Progress;
import dev.ripcord.rollback.RunState.Ready;
import dev.ripcord.rollback.RunState.Restoring;
import dev.ripcord.rollback.RunState.Stepping;
import dev.ripcord.rollback.RunState.Verifying;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The machine of a rollback run: a state and an event give the next state and what is to be done.
 *
 * <p>It decides and does nothing. Its state is the fold of its events, so that after a crash
 * another process knows the step that was under way and performs it again; each step may be
 * performed twice without harm. An event that does not belong to the step under way changes
 * nothing.
 */
public final class RollbackMachine {
  private static final int BREACHES_TELL = 3;
  private static final String STAYS_STOPPED = "; the application stays stopped";

  /** A switch that failed after a stop may have started something: only a look tells. */
  private static final String MAY_STAND_STILL =
      "; the application was stopped before, so look whether it runs";

  private RollbackMachine() {}

  /**
   * What an event does.
   *
   * @param next the state after it
   * @param effects what is to be done, in order
   */
  public record Move(RunState next, List<RunEffect> effects) {
    public Move {
      effects = List.copyOf(effects);
    }

    private static Move to(RunState next, RunEffect... effects) {
      return new Move(next, List.of(effects));
    }
  }

  /** The state in which every run begins. */
  public static RunState start(Plan plan) {
    return new Ready(plan);
  }

  /** What an event does. {@code now} is when it happened. */
  public static Move on(RunState state, RunEvent event, Instant now) {
    return switch (state) {
      case Ready ready -> ready(ready, event, now);
      case Stepping stepping -> stepping(stepping, event, now);
      case Asking asking -> asking(asking, event, now);
      case Verifying verifying -> verifying(verifying, event, now);
      case Restoring restoring -> restoring(restoring, event);
      case Ended ended -> Move.to(ended);
    };
  }

  private static Move ready(Ready state, RunEvent event, Instant now) {
    return switch (event) {
      case Begun begun -> at(state.plan(), 0, Progress.of(state.plan()), now);
      case Resumed resumed -> at(state.plan(), 0, Progress.of(state.plan()), now);
      case AbortAsked ask -> stopped(state.plan(), 0, Progress.NONE, ask.by());
      case StepBegun begun -> Move.to(state);
      case StepDone done -> Move.to(state);
      case StepFailed failed -> Move.to(state);
      case StepRefused refused -> Move.to(state);
      case StepTimedOut late -> Move.to(state);
      case StepUncertain uncertain -> Move.to(state);
      case StepStopped broken -> Move.to(state);
      case Checked checked -> Move.to(state);
      case Ticked ticked -> Move.to(state);
      case Restored restored -> Move.to(state);
      case LossFound found -> Move.to(state);
      case Approved approved -> Move.to(state);
    };
  }

  private static Move stepping(Stepping state, RunEvent event, Instant now) {
    Plan plan = state.plan();
    int index = state.index();
    Progress progress = state.progress();
    return switch (event) {
      case StepDone done -> done.index() == index ? done(state, done, now) : Move.to(state);
      case StepFailed failed ->
          failed.index() == index ? failed(state, clause(failed.why()), now) : Move.to(state);
      case StepRefused refused ->
          refused.index() == index ? refused(state, clause(refused.why())) : Move.to(state);
      case StepTimedOut late ->
          late.index() == index ? timedOut(state, clause(late.why()), now) : Move.to(state);
      case StepUncertain uncertain ->
          uncertain.index() == index
              ? uncertain(state, clause(uncertain.why()), now)
              : Move.to(state);
      case StepStopped broken -> brokenOff(state, broken);
      case Resumed resumed -> resumed(state);
      case AbortAsked ask ->
          Move.to(
              new Stepping(plan, index, progress, Optional.of(ask.by())),
              new RunEffect.BreakOff(index));
      case Begun begun -> Move.to(state);
      case StepBegun begun -> Move.to(state);
      case Checked checked -> Move.to(state);
      case Ticked ticked -> Move.to(state);
      case Restored restored -> Move.to(state);
      case LossFound found ->
          found.index() == index ? asked(state, clause(found.losses()), now) : Move.to(state);
      case Approved approved -> Move.to(state);
    };
  }

  /** The next step, unless a person wants the run to stop before it. */
  private static Move done(Stepping state, StepDone done, Instant now) {
    Plan plan = state.plan();
    Progress progress =
        after(state.progress(), plan.steps().get(state.index()), done.text(), done.kept());
    int next = state.index() + 1;
    if (state.stopBy().isEmpty() || plan.steps().get(next) instanceof Step.Verify) {
      return at(plan, next, progress, now);
    }
    return stopped(plan, next, progress, state.stopBy().get());
  }

  private static Progress after(Progress before, Step step, String text, List<Salvaged> salvaged) {
    List<String> done = new ArrayList<>(before.done());
    done.add(text);
    List<Salvaged> kept = new ArrayList<>(before.kept());
    kept.addAll(salvaged);
    boolean image = step instanceof Step.SwitchImage;
    return new Progress(
        done,
        before.downs() + (step instanceof Step.Down ? 1 : 0),
        step instanceof Step.Stop || (before.stopped() && !image),
        before.switched() || image,
        before.expanded(),
        kept);
  }

  /** The step at an index: performed, or watched when it is the last. */
  private static Move at(Plan plan, int index, Progress progress, Instant now) {
    if (plan.steps().get(index) instanceof Step.Verify verify) {
      return Move.to(
          new Verifying(plan, now.plus(verify.budget()), 0, progress), new RunEffect.Watch());
    }
    return Move.to(
        new Stepping(plan, index, progress, Optional.empty()),
        new Perform(index, plan.steps().get(index)));
  }

  /** What may be broken off is not begun again for a person who stops the run. */
  private static Move resumed(Stepping state) {
    Step step = state.plan().steps().get(state.index());
    return state.stopBy().isPresent() && step.isBreakable()
        ? stopped(state.plan(), state.index(), state.progress(), state.stopBy().get())
        : Move.to(state, new Perform(state.index(), step));
  }

  private static Move brokenOff(Stepping state, StepStopped broken) {
    return broken.index() == state.index() && state.stopBy().isPresent()
        ? stopped(state.plan(), state.index(), state.progress(), state.stopBy().get())
        : Move.to(state);
  }

  /** A step that asks has found what would be lost; one who stops the run has answered. */
  private static Move asked(Stepping state, String losses, Instant now) {
    if (!(step(state) instanceof Step.Approval ask)) {
      return Move.to(state);
    }
    if (state.stopBy().isPresent()) {
      return stopped(state.plan(), state.index(), state.progress(), state.stopBy().get());
    }
    Instant until = now.plus(ask.within());
    return Move.to(
        new Asking(state.plan(), state.index(), until, losses, state.progress()),
        new RunEffect.AwaitAnswer(until));
  }

  private static Move asking(Asking state, RunEvent event, Instant now) {
    return switch (event) {
      case Approved approved -> agreed(state, approved.by() + " approved", now);
      case AbortAsked ask -> declined(state, Optional.of(ask.by()), now);
      case Ticked ticked -> now.isBefore(state.until()) ? Move.to(state) : unanswered(state, now);
      case Resumed resumed -> Move.to(state, new RunEffect.AwaitAnswer(state.until()));
      case Begun begun -> Move.to(state);
      case StepBegun begun -> Move.to(state);
      case StepDone done -> Move.to(state);
      case StepFailed failed -> Move.to(state);
      case StepRefused refused -> Move.to(state);
      case StepTimedOut late -> Move.to(state);
      case StepUncertain uncertain -> Move.to(state);
      case StepStopped broken -> Move.to(state);
      case LossFound found -> Move.to(state);
      case Checked checked -> Move.to(state);
      case Restored restored -> Move.to(state);
    };
  }

  private static Move unanswered(Asking state, Instant now) {
    return approval(state).otherwiseRuns()
        ? agreed(state, "nobody answered within " + Step.words(approval(state).within()), now)
        : declined(state, Optional.empty(), now);
  }

  private static Step.Approval approval(Asking state) {
    return (Step.Approval) state.plan().steps().get(state.index());
  }

  private static Move agreed(Asking state, String who, Instant now) {
    Step step = state.plan().steps().get(state.index());
    String text = who + ", the downs run: " + state.losses();
    return at(state.plan(), state.index() + 1, after(state.progress(), step, text, List.of()), now);
  }

  /**
   * The downs do not run. With the previous image in place the schema stays ahead; before anything
   * was done the run ends there.
   *
   * @param by who decided so; empty where nobody answered
   */
  private static Move declined(Asking state, Optional<String> by, Instant now) {
    Plan plan = state.plan();
    Progress progress = state.progress();
    String why =
        by.map(who -> who + " left the downs out")
                .orElse("nobody approved the downs within " + Step.words(approval(state).within()))
            + ", which would lose now: "
            + state.losses();
    if (progress.switched()) {
      return at(plan, plan.steps().size() - 1, progress.ahead(why), now);
    }
    List<String> open = open(plan, state.index());
    return end(
        plan,
        by.isPresent()
            ? new RunResult.Stopped(why, progress.done(), open)
            : new RunResult.Broke(why, progress.done(), open));
  }

  /**
   * A step failed, and what it was to change is as before it. With the previous image in place the
   * schema may stay ahead: a safe ending with a name. Before anything was reverted the application
   * is started again. Else a person is needed.
   */
  private static Move failed(Stepping state, String why, Instant now) {
    return failed(state, name(step(state)) + " failed: " + why, false, now);
  }

  /** As a failure; but a stop or a switch may stand half-way, so that nothing runs. */
  private static Move timedOut(Stepping state, String why, Instant now) {
    Step step = step(state);
    String what = name(step) + " was not done within " + Step.words(step.budget()) + ": " + why;
    return failed(state, what, !(step instanceof Step.Down), now);
  }

  /** It may be done: a migration that may be reverted keeps the newer image from being started. */
  private static Move uncertain(Stepping state, String why, Instant now) {
    Step step = step(state);
    String what = name(step) + " may be done, or done in part: " + why;
    if (step instanceof Step.Down && !state.progress().switched()) {
      return broke(state, what + STAYS_STOPPED);
    }
    return failed(state, what, true, now);
  }

  private static Move failed(Stepping state, String what, boolean halfWay, Instant now) {
    Plan plan = state.plan();
    Progress progress = state.progress();
    if (progress.switched()) {
      Progress ahead = progress.ahead(what);
      return at(plan, plan.steps().size() - 1, ahead, now);
    }
    if ((progress.stopped() || halfWay) && progress.downs() == 0) {
      return Move.to(new Restoring(plan, false, what, progress), new RunEffect.Restore());
    }
    if (!progress.stopped()) {
      return broke(state, what);
    }
    boolean switching = step(state) instanceof Step.SwitchImage;
    return broke(state, what + (switching ? MAY_STAND_STILL : STAYS_STOPPED));
  }

  /** Something else than the plan's images may run: nothing more is touched, nothing is started. */
  private static Move refused(Stepping state, String why) {
    String stays = state.progress().stopped() ? STAYS_STOPPED : "";
    return broke(state, name(step(state)) + " was not begun: " + why + stays);
  }

  private static Move broke(Stepping state, String text) {
    List<String> open = open(state.plan(), state.index());
    return end(
        state.plan(),
        new RunResult.Broke(
            text + kept(state.plan(), state.progress()), state.progress().done(), open));
  }

  /** A message of several lines as part of the one line that an ending has. */
  private static String clause(String why) {
    return why.lines()
        .map(line -> line.strip().replaceFirst("\\.$", ""))
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining("; "));
  }

  private static Step step(Stepping state) {
    return state.plan().steps().get(state.index());
  }

  private static Move verifying(Verifying state, RunEvent event, Instant now) {
    return switch (event) {
      case Checked checked -> checked(state, checked.health(), now);
      case Ticked ticked ->
          now.isBefore(state.until())
              ? Move.to(state)
              : didNotHelp(state, "not seen healthy in time");
      case Resumed resumed ->
          at(state.plan(), state.plan().steps().size() - 1, state.progress(), now);
      case AbortAsked ask -> didNotHelp(state, "stopped by " + ask.by() + " before it was proved");
      case Begun begun -> Move.to(state);
      case StepBegun begun -> Move.to(state);
      case StepDone done -> Move.to(state);
      case StepFailed failed -> Move.to(state);
      case StepRefused refused -> Move.to(state);
      case StepTimedOut late -> Move.to(state);
      case StepUncertain uncertain -> Move.to(state);
      case StepStopped broken -> Move.to(state);
      case Restored restored -> Move.to(state);
      case LossFound found -> Move.to(state);
      case Approved approved -> Move.to(state);
    };
  }

  private static Move checked(Verifying state, RunEvent.Health health, Instant now) {
    int streak =
        switch (health) {
          case HEALTHY -> Math.max(0, state.streak()) + 1;
          case BREACH -> Math.min(0, state.streak()) - 1;
          case UNKNOWN -> state.streak();
        };
    if (streak >= verify(state.plan()).polls()) {
      String back =
          state.progress().downs() == 0
              ? "no migration was reverted"
              : "schema as before the release";
      String text = "rolled back, healthy again; " + expanded(state).orElse(back);
      return end(
          state.plan(),
          new RunResult.Helped(
              state.progress().expanded(), text + kept(state.plan(), state.progress())));
    }
    if (streak <= -BREACHES_TELL) {
      return didNotHelp(state, "still unhealthy: it was not the release");
    }
    return now.isBefore(state.until())
        ? Move.to(new Verifying(state.plan(), state.until(), streak, state.progress()))
        : didNotHelp(state, "not seen healthy in time");
  }

  private static Step.Verify verify(Plan plan) {
    return (Step.Verify) plan.steps().getLast();
  }

  private static Move didNotHelp(Verifying state, String why) {
    String text = "rolled back, " + why + expanded(state).map(e -> "; " + e).orElse("");
    return end(
        state.plan(),
        new RunResult.DidNotHelp(
            state.progress().expanded(), text + kept(state.plan(), state.progress())));
  }

  private static String kept(Plan plan, Progress progress) {
    return Salvaged.summary(progress.kept(), plan.release().name());
  }

  /** That the schema stays ahead, why, and how to finish. */
  private static Optional<String> expanded(Verifying state) {
    return state
        .progress()
        .expanded()
        .map(
            why ->
                "the schema stays expanded: "
                    + why
                    + "; to finish "
                    + RevertCommand.ofRelease(state.plan().release().name()));
  }

  private static Move restoring(Restoring state, RunEvent event) {
    return switch (event) {
      case Restored restored -> restored(state, state.why() + "; " + restored.text());
      case Resumed resumed -> Move.to(state, new RunEffect.Restore());
      case Begun begun -> Move.to(state);
      case StepBegun begun -> Move.to(state);
      case StepDone done -> Move.to(state);
      case StepFailed failed -> Move.to(state);
      case StepRefused refused -> Move.to(state);
      case StepTimedOut late -> Move.to(state);
      case StepUncertain uncertain -> Move.to(state);
      case StepStopped broken -> Move.to(state);
      case Checked checked -> Move.to(state);
      case Ticked ticked -> Move.to(state);
      case AbortAsked ask -> Move.to(state);
      case LossFound found -> Move.to(state);
      case Approved approved -> Move.to(state);
    };
  }

  private static Move restored(Restoring state, String text) {
    List<String> done = state.progress().done();
    List<String> open = open(state.plan(), 0);
    return end(
        state.plan(),
        state.asked()
            ? new RunResult.Stopped(text, done, open)
            : new RunResult.Broke(text, done, open));
  }

  /** Stopped by a person: an application that stands still with nothing reverted is started. */
  private static Move stopped(Plan plan, int index, Progress progress, String by) {
    int done = progress.done().size();
    String text = "stopped by " + by + " after " + done + (done == 1 ? " step" : " steps");
    if (progress.stopped() && progress.downs() == 0) {
      return Move.to(new Restoring(plan, true, text, progress), new RunEffect.Restore());
    }
    return end(
        plan,
        new RunResult.Stopped(text + kept(plan, progress), progress.done(), open(plan, index)));
  }

  private static Move end(Plan plan, RunResult result) {
    return Move.to(new Ended(plan, result), new Conclude(result));
  }

  private static List<String> open(Plan plan, int from) {
    return plan.steps().stream()
        .skip(from)
        .filter(s -> !(s instanceof Step.Verify || s instanceof Step.Approval))
        .map(s -> name(s) + byHand(plan, s))
        .toList();
  }

  /** A step in a few words: {@code down 02_create_orders}. */
  public static String name(Step step) {
    return switch (step) {
      case Step.Stop stop -> "stop the application";
      case Step.Backup backup -> "backup " + backup.file();
      case Step.SwitchImage image ->
          "image "
              + image
                  .from()
                  .map(f -> f.tag() + " → " + image.to().after(f))
                  .orElse(image.to().text());
      case Step.Drain drain -> "wait for the old sessions";
      case Step.Approval approval -> "ask about what would be lost";
      case Step.Down down -> "down " + down.label();
      case Step.Verify verify -> "watching whether it helped";
    };
  }

  private static String byHand(Plan plan, Step step) {
    return switch (step) {
      case Step.SwitchImage image ->
          ": ripcord rollback " + plan.release().service() + " --image-only --yes";
      case Step.Down down -> " " + RevertCommand.ofRelease(plan.release().name());
      case Step.Stop stop -> "";
      case Step.Backup backup -> "";
      case Step.Drain drain -> "";
      case Step.Approval approval -> "";
      case Step.Verify verify -> "";
    };
  }
}
