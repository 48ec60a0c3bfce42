package dev.ripcord.engine;

import dev.ripcord.port.Alert;
import dev.ripcord.port.Alert.Kind;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.Refusal;
import dev.ripcord.rollback.RevertCommand;
import dev.ripcord.rollback.RunResult;
import dev.ripcord.watch.Charter;
import dev.ripcord.watch.Counts;
import dev.ripcord.watch.Effect;
import dev.ripcord.watch.Tally;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Words for people: what was measured against what, what is being done, what to do next. */
final class Notices {
  private Notices() {}

  /** What a watch tells. */
  static Alert of(Effect.Tell tell, Charter charter, long watch, Tally tally, Instant at) {
    Kind kind = Kind.valueOf(tell.notice().name());
    List<String> lines = new ArrayList<>();
    lines.add(sentence(tell.text()));
    charter.before().filter(b -> b.requests() > 0).ifPresent(b -> lines.add(before(b)));
    lines.add(next(tell.notice(), charter));
    Release release = charter.release();
    return new Alert(
        key(watch, kind) + "/" + tally.polls(),
        kind,
        release.service(),
        release.name(),
        release.service() + " " + release.shownName() + ": " + title(tell.notice()),
        lines,
        at);
  }

  /** What a database says may be several lines with a full stop of their own. */
  private static String sentence(String text) {
    return text.endsWith(".") ? text : text + ".";
  }

  private static String key(long watch, Kind kind) {
    return "watch-" + watch + "/" + kind.text();
  }

  private static String before(Counts counts) {
    return String.format(
        Locale.ROOT,
        "Before the release %.1f%% (%d of %d).",
        counts.errorRate() * 100,
        counts.errors(),
        counts.requests());
  }

  private static String title(Effect.Notice notice) {
    return switch (notice) {
      case BREACH -> "the threshold is crossed";
      case RECOVERED -> "healthy again";
      case LIMIT -> "a limit is crossed";
      case BLIND -> "nothing can be measured";
      case SEES_AGAIN -> "measured again";
      case ASK -> "condemned; may it be rolled back?";
      case CONDEMNED -> "condemned; nothing was done";
      case INCONCLUSIVE -> "not enough evidence to call it healthy";
    };
  }

  private static String next(Effect.Notice notice, Charter charter) {
    ServiceName service = charter.release().service();
    return switch (notice) {
      case BREACH ->
          charter
              .alertOnly()
              .map(why -> "It will not be rolled back: " + why + ".")
              .orElse(
                  "At "
                      + charter.rules().breaches()
                      + " breaches it is rolled back. To stop that: ripcord abort "
                      + service);
      case RECOVERED, SEES_AGAIN -> "You need to do nothing.";
      case LIMIT -> "This limit only alerts. Look at " + service + ".";
      case BLIND ->
          "Nothing is rolled back for it. Look at where it is measured: ripcord check "
              + service
              + " -v";
      case ASK ->
          "To roll back: ripcord approve " + service + ". To end it: ripcord abort " + service;
      case CONDEMNED -> "To roll back by hand: ripcord rollback " + service;
      case INCONCLUSIVE -> "It stays as it is. Look at it: ripcord status " + service;
    };
  }

  /** A release is watched, and could not be rolled back as things stand. */
  static Alert noWayBack(Release release, long watch, String why, Instant at) {
    return alert(
        release,
        Kind.NO_WAY_BACK,
        watch,
        "watched, but " + why.split("\\. Next: ", 2)[0],
        List.of(
            sentence(why),
            "All reasons: ripcord plan " + release.service() + ". It is watched all the same."),
        at);
  }

  /** A rollback begins. */
  static Alert rollback(Plan plan, long watch, String cause, Instant at) {
    String image =
        plan.release().image().map(ImageRef::tag).orElse("?")
            + " -> "
            + plan.release().previousImage().map(ImageRef::tag).orElse("?");
    String downs =
        plan.downs() == 0
            ? "no migration belongs to the release"
            : plan.downs() == 1 ? "1 down migration" : plan.downs() + " down migrations";
    return alert(
        plan.release(),
        Kind.ROLLBACK,
        watch,
        "rolling back",
        List.of(
            sentence(cause),
            "Doing now: image " + image + ", " + downs + ". " + plan.why(),
            "You need to do nothing. To stop it: ripcord abort " + plan.release().service()),
        at);
  }

  /** A rollback was refused. */
  static Alert refused(
      Release release, long watch, String cause, List<Refusal> refusals, Instant at) {
    List<String> lines = new ArrayList<>();
    lines.add(sentence(cause));
    refusals.forEach(
        r -> lines.add("Cannot be rolled back: " + sentence(r.text()) + " Next: " + r.next()));
    return alert(release, Kind.FAILED, watch, "condemned, and cannot be rolled back", lines, at);
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
                + Attempts.PATIENCE.toMinutes()
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
        "the rollback stands still",
        List.of(
            "The journal has not taken an entry for 30 s, and what is not written down is not"
                + " done.",
            "It goes on by itself when the journal is back. Look at the journal's database; what is"
                + " done so far: ripcord status "
                + release.service()),
        at);
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
              "rolled back, and still not healthy",
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

  /** What the standing watch of a service without a release tells. */
  static Alert standing(ServiceName service, Effect.Tell tell, Instant at) {
    Kind kind = Kind.valueOf(tell.notice().name());
    return new Alert(
        "service-" + service + "/" + kind.text() + "/" + at.toEpochMilli(),
        kind,
        service,
        "",
        service + ": " + title(tell.notice()),
        List.of(
            sentence(tell.text()),
            "No release is under watch, so nothing is rolled back. Look: ripcord status "
                + service),
        at);
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
