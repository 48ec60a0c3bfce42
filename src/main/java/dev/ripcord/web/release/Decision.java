package dev.ripcord.web.release;

import dev.ripcord.config.AccessSettings.Role;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.report.WatchReport;
import dev.ripcord.rollback.RunState;
import dev.ripcord.watch.WatchState.Phase;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a person may decide about a watch, and what follows from it in words. */
public enum Decision {
  APPROVE("Approve", "Yes, roll back"),
  RESUME("Resume", "Yes, resume"),
  PAUSE("Pause", "Pause the watch"),
  ROLLBACK("Roll back", "Yes, roll back"),
  ABORT("Abort", "Yes, abort");

  private final String label;
  private final String confirm;

  Decision(String label, String confirm) {
    this.label = label;
    this.confirm = confirm;
  }

  /** As addresses and the API spell it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The one that an address names. */
  public static Optional<Decision> of(String text) {
    return Arrays.stream(values()).filter(each -> each.text().equals(text)).findFirst();
  }

  /** What one must be for it. */
  public Role role() {
    return this == APPROVE ? Role.APPROVER : Role.OPERATOR;
  }

  /** On the button that asks. */
  public String label() {
    return label;
  }

  /** On the button that does it. */
  public String confirm() {
    return confirm;
  }

  /** Those that fit how a watch stands. */
  public static List<Decision> fitting(WatchStatus watch, WatchReport report) {
    return Arrays.stream(values()).filter(each -> each.fits(watch, report)).toList();
  }

  /** Whether it fits how a watch stands. */
  public boolean fits(WatchStatus watch, WatchReport report) {
    Phase phase = watch.phase();
    return switch (this) {
      case PAUSE -> phase == Phase.WATCHING;
      case RESUME -> phase == Phase.PAUSED;
      case ABORT -> phase != Phase.ENDED;
      case APPROVE -> phase == Phase.ASKING || asksAboutLosses(phase, report);
      case ROLLBACK ->
          (phase == Phase.WATCHING || phase == Phase.PAUSED || phase == Phase.ASKING)
              && watch.row().charter().alertOnly().isEmpty();
    };
  }

  private static boolean asksAboutLosses(Phase phase, WatchReport report) {
    return phase == Phase.ROLLING_BACK && question(report).isPresent();
  }

  /** The question: {@code Abort the watch of shop v2?}. */
  public String question(WatchStatus watch) {
    String what = what(watch);
    return switch (this) {
      case APPROVE -> "Approve the rollback of " + what + "?";
      case RESUME -> "Resume the watch of " + what + "?";
      case PAUSE -> "Pause the watch of " + what + "?";
      case ROLLBACK -> "Roll back " + what + " now?";
      case ABORT ->
          watch.phase() == Phase.ROLLING_BACK
              ? "Abort the rollback of " + what + "?"
              : "Abort the watch of " + what + "?";
    };
  }

  /** What will happen, in one or two sentences. */
  public String consequence(WatchStatus watch, WatchReport report) {
    String what = what(watch);
    return switch (this) {
      case PAUSE ->
          "Polls go on and are shown, and nothing is decided by them: "
              + what
              + " is not rolled back, and does not count as healthy, until somebody resumes it or"
              + " the time is over.";
      case RESUME -> "Polls count again, from the next one on.";
      case ROLLBACK -> back(watch) + " " + sentence(watch.rollback());
      case APPROVE ->
          watch.phase() == Phase.ASKING
              ? back(watch) + " " + sentence(watch.rollback())
              : "The down migrations run; what they delete is kept (ripcord salvage list)."
                  + losses(report);
      case ABORT -> aborted(watch, report);
    };
  }

  private static String losses(WatchReport report) {
    return question(report).map(asking -> " " + sentence(asking.losses())).orElse("");
  }

  private static Optional<RunState.Asking> question(WatchReport report) {
    return report
        .standing()
        .flatMap(WatchProjection::run)
        .filter(RunState.Asking.class::isInstance)
        .map(RunState.Asking.class::cast);
  }

  private static String aborted(WatchStatus watch, WatchReport report) {
    if (watch.phase() != Phase.ROLLING_BACK) {
      return "The watch ends now. Nothing is rolled back: "
          + what(watch)
          + " stays as it is, and nobody watches it any more.";
    }
    Optional<RunState.Asking> asking = question(report);
    if (asking.isPresent()) {
      return asking.get().progress().switched()
          ? "The down migrations are left out: the previous image stays in place, on the schema of "
              + what(watch)
              + ", and is watched."
          : "The rollback ends before anything was reverted; the rest is for a person to do.";
    }
    long open = report.steps().stream().filter(step -> step.took().isEmpty()).count();
    return "The rollback stops where that is safe: the step under way is ended or awaited, and the"
        + " rest of the "
        + (open == 1 ? "1 step that is" : open + " steps that are")
        + " left is for a person to do.";
  }

  private static String back(WatchStatus watch) {
    Release release = watch.row().charter().release();
    String from = release.image().map(ImageRef::toString).orElse("the image that runs");
    String to = release.previousImage().map(ImageRef::toString).orElse("the one before");
    return "Image " + from + " → " + to + ".";
  }

  private static String what(WatchStatus watch) {
    Release release = watch.row().charter().release();
    return release.service() + " " + release.shownName();
  }

  /**
   * What a watch says of its rollback, in the words of this page: on it, "rolled back" is only what
   * has happened.
   */
  static String possible(String text) {
    return text.replace("can be rolled back", "can go back")
        .replace("being rolled back", "rolling back")
        .replace("cannot be rolled back", "cannot go back");
  }

  static String sentence(String said) {
    String begun = capital(possible(said));
    return begun.isEmpty() || begun.endsWith(".") ? begun : begun + ".";
  }

  static String capital(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }
}
