package dev.ripcord.report;

import dev.ripcord.health.Counts;
import dev.ripcord.health.FigureText;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Ratio;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Recorded;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.report.Moment.Mark;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.Refusal;
import dev.ripcord.rollback.RollbackMachine;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.rollback.RunResult;
import dev.ripcord.rollback.RunState;
import dev.ripcord.rollback.Step;
import dev.ripcord.watch.Condemnation;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Puts the events of a watch into words, one after the other, without its polls: those are shown
 * with their figures, by {@link #figures}. Every view that tells the story says it in these words.
 */
public final class Moments {
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

  private final ZoneId zone;
  private Optional<WatchProjection> watch = Optional.empty();

  /**
   * Of a watch of which nothing is known yet.
   *
   * @param zone of the times within the words
   */
  public Moments(ZoneId zone) {
    this.zone = zone;
  }

  /** The watch as it stands after the entries so far; empty before its opening. */
  public Optional<WatchProjection> watch() {
    return watch;
  }

  /** Why the release is condemned, where the last entry is the poll that condemns it. */
  public Optional<Condemnation> condemned() {
    return watch.flatMap(WatchProjection::poll).flatMap(WatchProjection.Poll::condemned);
  }

  /** An entry that need not be told. */
  public void know(Recorded recorded) {
    watch = WatchProjection.after(watch, recorded);
  }

  /** What an entry says; nothing for a poll. */
  public List<Moment> after(Recorded recorded) {
    Optional<WatchSpec> before = watch.map(WatchProjection::charter);
    Optional<Step.Approval> asked = watch.flatMap(Moments::question);
    know(recorded);
    Instant at = recorded.at();
    return switch (recorded.entry()) {
      case Entry.Opened(var charter) -> opened(at, charter);
      case Entry.Revised(var charter) -> List.of(revised(at, before, charter));
      case Entry.Watched(var event) -> watched(at, event);
      case Entry.Planned(var plan) -> planned(at, plan);
      case Entry.Refused(var refusals) -> refused(at, refusals);
      case Entry.Ran(RunEvent.Ticked _) when asked.isPresent() -> unanswered(at, asked.get());
      case Entry.Ran(var event) -> ran(at, event);
      case Entry.ClockJumped(var by) -> List.of(clockJumped(at, by));
      case Entry.Finished(var outcome, var text) ->
          List.of(new Moment(at, mark(outcome), outcome.text() + ": " + firstLine(text)));
    };
  }

  /** How an ending is marked. */
  public static Mark mark(Outcome outcome) {
    return switch (outcome) {
      case HEALTHY -> Mark.GOOD;
      case ROLLED_BACK -> Mark.BACK;
      case ROLLED_BACK_UNHEALTHY, FAILED, CONDEMNED -> Mark.BAD;
      case INCONCLUSIVE, ABORTED, SUPERSEDED -> Mark.ALERT;
    };
  }

  /** How a poll is marked. */
  public static Mark mark(HealthReading.Kind kind) {
    return switch (kind) {
      case HEALTHY -> Mark.GOOD;
      case WARNING -> Mark.ALERT;
      case BREACH -> Mark.BAD;
      case UNKNOWN -> Mark.UNKNOWN;
    };
  }

  /** That a poll condemns. */
  public static Moment condemned(Instant at, Condemnation why) {
    return new Moment(at, Mark.BAD, "condemned: " + why.rule());
  }

  /** A poll's figures beside each other, and why it is not healthy where they do not show it. */
  public static String figures(Sample sample, HealthReading reading, Ratio limit) {
    Counts counts = sample.counts().orElse(Counts.NONE);
    if (counts.requests() == 0) {
      return reading.why();
    }
    String why =
        switch (reading.kind()) {
          case UNKNOWN -> "  " + reading.why();
          case WARNING -> "  " + reading.limits();
          case HEALTHY, BREACH -> "";
        };
    String p99 =
        sample.latency().p99().isPresent()
            ? "   p99 " + FigureText.latency(sample.latency().p99())
            : "";
    return String.format("%-20s", FigureText.rateOf(counts, limit)) + p99 + why;
  }

  /** {@code 1 image, 2 down migrations}. */
  public static String goesBack(Plan plan) {
    int downs = plan.downs();
    return "1 image"
        + (downs == 0 ? "" : ", " + downs + (downs == 1 ? " down migration" : " down migrations"));
  }

  private static List<Moment> opened(Instant at, WatchSpec spec) {
    List<Moment> told = new ArrayList<>();
    Release release = spec.release();
    String image = release.image().map(i -> " (" + i + before(release, i) + ")").orElse("");
    told.add(
        Moment.plain(
            at,
            "watching "
                + release.service()
                + " release "
                + release.shownName()
                + image
                + " for "
                + FigureText.duration(spec.bake())
                + ", a poll every "
                + FigureText.duration(spec.interval())));
    spec.before()
        .map(b -> b.text(spec.rules().threshold()))
        .filter(text -> !text.isEmpty())
        .ifPresent(text -> told.add(Moment.plain(at, "before the release " + text)));
    if (spec.before().isPresent() && spec.rules().isCloseToNormal()) {
      told.add(
          new Moment(
              at,
              Moment.Mark.ALERT,
              "errors when well are taken as "
                  + spec.rules().normal()
                  + ", half of the limit of "
                  + spec.rules().threshold()
                  + " or more: only clearly more errors than that are a breach"));
    }
    for (Measure measure : Measure.values()) {
      Optional.ofNullable(spec.rules().limits().get(measure))
          .filter(limit -> !limit.holds())
          .ifPresent(
              limit ->
                  told.add(
                      Moment.plain(
                          at,
                          "%s is not judged: its limit is %s, and it was not measured before the release"
                              .formatted(measure.words(), limit.text(measure)))));
    }
    spec.rules()
        .relativeThreshold()
        .ifPresent(
            bound ->
                told.add(
                    Moment.plain(
                        at,
                        "limit of the error rate "
                            + spec.rules().threshold()
                            + " ("
                            + bound.text(Measure.ERROR_RATE)
                            + ")")));
    spec.alertOnly()
        .ifPresent(
            why -> told.add(new Moment(at, Mark.ALERT, "nothing will be rolled back: " + why)));
    return told;
  }

  private static Moment revised(Instant at, Optional<WatchSpec> before, WatchSpec after) {
    return Moment.plain(
        at,
        "the configuration has changed: from now on "
            + before
                .map(it -> ChangedSpec.text(it, after))
                .orElseGet(() -> "limit of the error rate " + after.rules().threshold()));
  }

  private static String before(Release release, ImageRef image) {
    return release.previousImage().map(p -> ", before " + p.after(image)).orElse("");
  }

  private List<Moment> watched(Instant at, WatchEvent event) {
    return switch (event) {
      case WatchEvent.Sampled _,
          WatchEvent.Ticked _,
          WatchEvent.NotRunning _,
          WatchEvent.RunEnded _ ->
          List.of();
      case WatchEvent.PauseAsked(var by, var until) ->
          says(at, "paused by " + by + " until " + clock(until));
      case WatchEvent.ResumeAsked(var by) -> says(at, "resumed by " + by);
      case WatchEvent.AbortAsked(var by) -> says(at, by + " wants it to stop");
      case WatchEvent.Approved(var by) -> says(at, "rollback approved by " + by);
      case WatchEvent.RollbackAsked(var by, var _) -> says(at, "rollback asked for by " + by);
      case WatchEvent.Superseded(var release) -> says(at, "release " + release + " took its place");
    };
  }

  private static List<Moment> says(Instant at, String text) {
    return List.of(Moment.plain(at, text));
  }

  private static Moment clockJumped(Instant at, Duration by) {
    return new Moment(
        at,
        Mark.ALERT,
        "the clock of this machine was set "
            + (by.isNegative() ? "back" : "forward")
            + " by "
            + FigureText.duration(Duration.ofSeconds(by.abs().toSeconds()))
            + "; the watch goes by the time that has passed");
  }

  private static List<Moment> planned(Instant at, Plan plan) {
    return List.of(
        new Moment(at, Mark.BACK, "rolling back: " + goesBack(plan)), Moment.plain(at, plan.why()));
  }

  private static List<Moment> refused(Instant at, List<Refusal> refusals) {
    List<Moment> told = new ArrayList<>();
    told.add(new Moment(at, Mark.BAD, "cannot be rolled back:"));
    for (Refusal refusal : refusals) {
      told.add(Moment.plain(at, "  · " + refusal.text() + ". Next: " + refusal.next()));
    }
    return told;
  }

  private List<Moment> ran(Instant at, RunEvent event) {
    return join(told(at, event), ended(at));
  }

  private List<Moment> ended(Instant at) {
    return watch.flatMap(WatchProjection::run).orElse(null) instanceof RunState.Ended ended
        ? left(at, ended.result())
        : List.of();
  }

  private static List<Moment> join(List<Moment> first, List<Moment> rest) {
    return Stream.concat(first.stream(), rest.stream()).toList();
  }

  /** The question of a rollback that waits for its answer. */
  private static Optional<Step.Approval> question(WatchProjection watch) {
    return watch.run().orElse(null) instanceof RunState.Asking asking
        ? watch.step(asking.index()).map(Step.Approval.class::cast)
        : Optional.empty();
  }

  private List<Moment> unanswered(Instant at, Step.Approval question) {
    return watch.flatMap(Moments::question).isPresent()
        ? List.of()
        : join(List.of(new Moment(at, Mark.ALERT, question.unanswered())), ended(at));
  }

  private List<Moment> told(Instant at, RunEvent event) {
    return switch (event) {
      case RunEvent.Begun _, RunEvent.Ticked _ -> List.of();
      case RunEvent.StepBegun(var index) -> says(at, step(index) + " " + name(index));
      case RunEvent.StepDone(var index, var text, var took, var _) ->
          says(at, step(index) + " done in " + FigureText.duration(took) + ": " + text);
      case RunEvent.StepFailed(var index, var why) -> notDone(at, index, "failed", why);
      case RunEvent.StepRefused(var index, var why) -> notDone(at, index, "not begun", why);
      case RunEvent.StepTimedOut(var index, var why) -> notDone(at, index, "timed out", why);
      case RunEvent.StepUncertain(var index, var why) ->
          notDone(at, index, "not known to be done", why);
      case RunEvent.StepStopped(var index) -> says(at, step(index) + " broken off");
      case RunEvent.LossFound(var index, var losses) ->
          List.of(
              new Moment(at, Mark.ALERT, step(index) + " the downs would lose now: " + losses),
              Moment.plain(
                  at,
                  "  may they run? ripcord approve %1$s, or leave them out: ripcord abort %1$s"
                      .formatted(
                          watch
                              .map(it -> it.charter().release().service().text())
                              .orElse("SERVICE"))));
      case RunEvent.Approved(var by) -> says(at, by + " approved: the downs run");
      case RunEvent.Checked(var health, var text) ->
          says(at, "after the rollback: " + checked(health).line() + " " + text);
      case RunEvent.AbortAsked(var by) -> says(at, by + " wants it to stop");
      case RunEvent.Resumed _ -> says(at, "going on with the rollback that was under way");
      case RunEvent.Restored(var text) -> says(at, text);
    };
  }

  private static Moment checked(RunEvent.Health health) {
    HealthReading.Kind kind =
        switch (health) {
          case HEALTHY -> HealthReading.Kind.HEALTHY;
          case BREACH -> HealthReading.Kind.BREACH;
          case UNKNOWN -> HealthReading.Kind.UNKNOWN;
        };
    return new Moment(Instant.EPOCH, mark(kind), kind.text());
  }

  private List<Moment> notDone(Instant at, int index, String how, String why) {
    return List.of(new Moment(at, Mark.BAD, step(index) + " " + how + ": " + why));
  }

  /** What a run that did not come through leaves to a person. */
  private static List<Moment> left(Instant at, RunResult result) {
    return switch (result) {
      case RunResult.Broke broke -> left(at, broke.done(), broke.open());
      case RunResult.Stopped stopped -> left(at, stopped.done(), stopped.open());
      case RunResult.Helped _, RunResult.DidNotHelp _ -> List.of();
    };
  }

  private static List<Moment> left(Instant at, List<String> done, List<String> open) {
    List<Moment> told = new ArrayList<>();
    done.forEach(each -> told.add(Moment.plain(at, "  done: " + each)));
    open.forEach(each -> told.add(Moment.plain(at, "  not done: " + each)));
    return told;
  }

  private String step(int index) {
    return "["
        + (index + 1)
        + "/"
        + watch.flatMap(WatchProjection::plan).map(p -> p.steps().size()).orElse(0)
        + "]";
  }

  private String name(int index) {
    return watch.flatMap(it -> it.step(index)).map(RollbackMachine::name).orElse("");
  }

  private String clock(Instant at) {
    return CLOCK.format(at.atZone(zone));
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}
