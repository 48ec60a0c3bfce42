package dev.ripcord.engine.rollback;

import dev.ripcord.port.Alert;
import dev.ripcord.port.Alert.Kind;
import dev.ripcord.release.Release;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.Planned;
import dev.ripcord.rollback.Refusal;
import dev.ripcord.rollback.RevertCommand;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.rollback.RunResult;
import dev.ripcord.rollback.RunState;
import dev.ripcord.rollback.Step;
import dev.ripcord.watch.Condemnation;
import dev.ripcord.watch.RollbackCause;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Words for people: what was measured against what, what is being done, what to do next. */
public final class AlertTexts {
  private AlertTexts() {}

  /** What a database says may be several lines with a full stop of their own. */
  public static String sentence(String text) {
    return text.endsWith(".") ? text : text + ".";
  }

  public static String key(long watch, Kind kind) {
    return "watch-" + watch + "/" + kind.text();
  }

  /** A release is watched, and could not be rolled back as things stand, or not all of it. */
  public static Alert noWayBack(Release release, long watch, Planned planned, Instant at) {
    String title =
        switch (planned) {
          case Planned.Possible _ -> "watched; not all of it would be rolled back";
          case Planned.Impossible impossible -> "watched, but " + impossible.reason();
        };
    return alert(
        release,
        Kind.NO_WAY_BACK,
        watch,
        title,
        List.of(
            sentence(planned.line()),
            "All reasons: ripcord plan " + release.service() + ". It is watched all the same."),
        at);
  }

  /** A rollback begins. */
  public static Alert rollback(Plan plan, long watch, RollbackCause cause, Instant at) {
    return alert(
        plan.release(),
        Kind.ROLLBACK,
        watch,
        "rolling back",
        List.of(
            sentence(cause.text()),
            "Doing now: " + image(plan) + ", " + downs(plan) + ". " + plan.why(),
            "You need to do nothing. To stop it: ripcord abort " + plan.release().service()),
        at);
  }

  private static String image(Plan plan) {
    return plan.steps().stream()
        .filter(Step.SwitchImage.class::isInstance)
        .map(Step.SwitchImage.class::cast)
        .map(s -> "image " + s.from().map(f -> f.tag() + " → ").orElse("") + s.to().tag())
        .findFirst()
        .orElse("no image");
  }

  /** How many go back, and which stay and why: what stays must not read as if there were none. */
  private static String downs(Plan plan) {
    String downs =
        switch (plan.downs()) {
          case 0 -> "no down migration";
          case 1 -> "1 down migration";
          default -> plan.downs() + " down migrations";
        };
    if (plan.kept().isEmpty()) {
      return downs;
    }
    return downs
        + "; "
        + String.join(", ", plan.kept())
        + (plan.kept().size() == 1 ? " stays applied" : " stay applied")
        + (plan.keptWhy().isEmpty() ? "" : ", since " + plan.keptWhy());
  }

  /** A rollback was refused. */
  public static Alert refused(
      Release release, long watch, RollbackCause cause, List<Refusal> refusals, Instant at) {
    List<String> lines = new ArrayList<>();
    lines.add(sentence(cause.text()));
    refusals.forEach(
        r -> lines.add("Cannot be rolled back: " + sentence(r.text()) + " Next: " + r.next()));
    return alert(release, Kind.FAILED, watch, refusedTitle(cause), lines, at);
  }

  /** A person may want to roll back what no poll has condemned. */
  public static String refusedTitle(RollbackCause cause) {
    return switch (cause) {
      case RollbackCause.AskedBy asked -> asked.text() + ", and cannot be rolled back";
      case Condemnation _, RollbackCause.ApprovedBy _ -> "condemned, and cannot be rolled back";
    };
  }

  /** The downs would destroy something, and wait for a person. */
  static Alert asksAboutLoss(RunState.Asking asking, long watch, Instant at) {
    Plan plan = asking.plan();
    Release release = plan.release();
    Step.Approval approval = (Step.Approval) plan.steps().get(asking.index());
    String image =
        asking.progress().switched() ? "The previous image is back. " : "Nothing was done yet. ";
    String left =
        asking.progress().switched()
            ? "the schema stays as it is, ahead of the image"
            : "nothing is rolled back";
    return new Alert(
        key(watch, Kind.ASK) + "/losses",
        Kind.ASK,
        release.service(),
        release.name(),
        release.service()
            + " "
            + release.shownName()
            + ": the downs would lose rows; may they run?",
        List.of(
            image + "They would lose now: " + sentence(asking.losses()),
            "To let them run (what is lost is kept, ripcord salvage list): ripcord approve "
                + release.service()
                + ". To leave them out ("
                + left
                + "): ripcord abort "
                + release.service(),
            "Without an answer within "
                + Step.words(approval.within())
                + (approval.otherwiseRuns() ? " they run." : " they are left out.")),
        at);
  }

  /** A rollback waits for an answer, and goes on by itself when it comes. */
  static Alert waiting(Release release, long watch, String what, String why, Instant at) {
    return new Alert(
        key(watch, Kind.WAITING) + "/" + what,
        Kind.WAITING,
        release.service(),
        release.name(),
        release.service() + " " + release.name() + ": the rollback waits",
        List.of(
            "At " + what + ", for a minute and longer: " + sentence(why),
            "It is tried again, for "
                + StepAttempts.PATIENCE.toMinutes()
                + " min at most. To stop it: ripcord abort "
                + release.service()),
        at);
  }

  /** A rollback cannot be written down, so it stands still. */
  static Alert unwritten(Release release, long watch, Instant at) {
    return alert(
        release,
        Kind.WAITING,
        watch,
        "the rollback is stalled",
        List.of(
            "The journal has not taken an entry for 30 s, and what is not written down is not"
                + " done.",
            "It goes on by itself when the journal is back. Look at the journal's database; what is"
                + " done so far: ripcord status "
                + release.service()),
        at);
  }

  /** That a down migration failed; empty where an event says no such thing. */
  static Optional<Alert> failedDown(Plan plan, long watch, RunEvent event, Instant at) {
    return switch (event) {
      case RunEvent.StepFailed(int index, String why) ->
          down(plan, index).map(d -> downFailed(plan.release(), watch, d.label(), why, true, at));
      case RunEvent.StepTimedOut(int index, String why) ->
          down(plan, index).map(d -> downFailed(plan.release(), watch, d.label(), why, true, at));
      case RunEvent.StepUncertain(int index, String why) ->
          down(plan, index).map(d -> downFailed(plan.release(), watch, d.label(), why, false, at));
      default -> Optional.empty();
    };
  }

  private static Optional<Step.Down> down(Plan plan, int index) {
    return plan.steps().get(index) instanceof Step.Down down ? Optional.of(down) : Optional.empty();
  }

  /**
   * A down migration failed.
   *
   * @param undone whether it is known that nothing of it stays
   */
  static Alert downFailed(
      Release release, long watch, String label, String why, boolean undone, Instant at) {
    return alert(
        release,
        Kind.MIGRATION_FAILED,
        watch,
        "down migration " + label + " failed",
        List.of(
            why,
            undone
                ? "The database is as before this script. To go on by hand "
                    + RevertCommand.ofRelease(release.name())
                : "It may be done, or done in part. Look first: ripcord migrate status"),
        at);
  }

  /** A rollback ended. */
  static Alert ended(Release release, long watch, RunResult result, Instant at) {
    return switch (result) {
      case RunResult.Helped r ->
          alert(
              release,
              Kind.ROLLED_BACK,
              watch,
              "rolled back, healthy again",
              List.of(sentence(r.text()), "Analyse, correct, release again under a new name."),
              at);
      case RunResult.DidNotHelp r ->
          alert(
              release,
              Kind.UNHEALTHY,
              watch,
              "rolled back, and not seen healthy",
              List.of(sentence(r.text()), "Ripcord does not act again. A person should look now."),
              at);
      case RunResult.Broke r ->
          alert(release, Kind.FAILED, watch, "the rollback failed", open(r.text(), r.open()), at);
      case RunResult.Stopped r ->
          alert(
              release,
              Kind.FAILED,
              watch,
              "the rollback was stopped",
              open(r.text(), r.open()),
              at);
    };
  }

  private static List<String> open(String text, List<String> open) {
    List<String> lines = new ArrayList<>();
    lines.add(sentence(text));
    open.forEach(o -> lines.add("Not done: " + o));
    return lines;
  }

  private static Alert alert(
      Release release, Kind kind, long watch, String title, List<String> lines, Instant at) {
    return new Alert(
        key(watch, kind),
        kind,
        release.service(),
        release.name(),
        release.service() + " " + release.shownName() + ": " + title,
        lines,
        at);
  }
}
