package dev.ripcord.report;

import dev.ripcord.health.Counts;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.port.Recorded;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.release.ImageRef;
import dev.ripcord.report.Moment.Mark;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.Refusal;
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
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * A watch as reports tell it: the fold of its entries, under way or ended. Markdown, JSON, JUnit
 * XML and pages show this and work nothing out for themselves. Immutable.
 *
 * @param row the watch: what it was set up to do, and how it ended
 * @param entries its journal, in order
 * @param standing how it stands after them; empty where they lack its opening
 * @param polls every poll, also those that were not judged
 * @param timeline what happened, in order, the polls among it; times within its words are UTC
 * @param condemned when and why the release was condemned, where it was
 * @param rules what became of each rule, the error rate first
 * @param steps the steps of the rollback; none where no plan was made
 * @param left what a rollback kept, and what remains to be done
 */
public record WatchReport(
    WatchRow row,
    List<Recorded> entries,
    Optional<WatchProjection> standing,
    List<Poll> polls,
    List<Moment> timeline,
    Optional<Condemned> condemned,
    List<RuleResult> rules,
    List<StepRun> steps,
    Aftermath left) {
  public WatchReport {
    entries = List.copyOf(entries);
    polls = List.copyOf(polls);
    timeline = List.copyOf(timeline);
    rules = List.copyOf(rules);
    steps = List.copyOf(steps);
  }

  /**
   * One poll.
   *
   * @param number from 1
   * @param at when it was written down
   * @param sample what was measured
   * @param judged what it meant; empty where it was not judged, as before the warm-up is over
   */
  public record Poll(int number, Instant at, Sample sample, Optional<WatchProjection.Poll> judged) {
    /** Failed requests of all, 0 to 1; empty where none were counted. */
    public OptionalDouble errorRate() {
      return sample
          .counts()
          .filter(counts -> counts.requests() > 0)
          .map(counts -> OptionalDouble.of(counts.errorRate()))
          .orElse(OptionalDouble.empty());
    }

    /** What it said; empty where it was not judged. */
    public Optional<HealthReading.Kind> kind() {
      return judged.map(poll -> poll.reading().kind());
    }

    /** How it is marked. */
    public Mark mark() {
      return kind().map(Moments::mark).orElse(Mark.NONE);
    }
  }

  /**
   * The decision that a release is bad.
   *
   * @param at when
   * @param why by which rule, and what was measured
   */
  public record Condemned(Instant at, Condemnation why) {}

  /** Folds the entries of one watch. */
  public static WatchReport of(WatchRow row, List<Recorded> entries) {
    Folding folding = new Folding();
    entries.forEach(folding::add);
    Optional<WatchProjection> standing = folding.moments.watch();
    return new WatchReport(
        row,
        entries,
        standing,
        folding.polls,
        folding.timeline,
        folding.condemned,
        RuleResult.of(row, folding.polls, standing, folding.condemned.isPresent()),
        folding.steps,
        Aftermath.of(entries));
  }

  /** The same of a watch that has not ended, where only its entries are known. */
  public static Optional<WatchReport> underWay(List<Recorded> entries) {
    return entries.stream()
        .filter(each -> each.entry() instanceof Entry.Opened)
        .findFirst()
        .map(
            first -> {
              Entry.Opened opened = (Entry.Opened) first.entry();
              Optional<Recorded> end =
                  entries.stream().filter(e -> e.entry() instanceof Entry.Finished).findFirst();
              Optional<Entry.Finished> said = end.map(e -> (Entry.Finished) e.entry());
              return of(
                  new WatchRow(
                      first.watch(),
                      charter(opened, entries),
                      end.map(Recorded::at),
                      said.map(Entry.Finished::outcome),
                      said.map(Entry.Finished::text)),
                  entries);
            });
  }

  /** What it does now, which is not what it was set up to do where it was revised. */
  private static WatchSpec charter(Entry.Opened opened, List<Recorded> entries) {
    return entries.stream()
        .flatMap(
            each ->
                each.entry() instanceof Entry.Revised(WatchSpec charter)
                    ? Stream.of(charter)
                    : Stream.empty())
        .reduce((earlier, later) -> later)
        .orElse(opened.charter());
  }

  /** How it ended; empty while it is under way. */
  public Optional<Outcome> outcome() {
    return row.outcome();
  }

  /** The plan of the rollback, where one was made. */
  public Optional<Plan> plan() {
    return standing.flatMap(WatchProjection::plan);
  }

  /** Why a rollback was wanted and must not run; empty where it might. */
  public List<Refusal> refusals() {
    return standing.map(WatchProjection::refusals).orElse(List.of());
  }

  /** How long it took, without what the clock was set by; empty while it is under way. */
  public Optional<Duration> took() {
    Duration jumped = standing.map(WatchProjection::jumped).orElse(Duration.ZERO);
    return row.endedAt().map(end -> Duration.between(row.charter().startedAt(), end.minus(jumped)));
  }

  /** The counts of the last poll that was judged and counted requests. */
  public Optional<Counts> lastCounts() {
    return polls.reversed().stream()
        .flatMap(poll -> poll.judged().stream())
        .flatMap(poll -> poll.sample().counts().stream())
        .filter(counts -> counts.requests() > 0)
        .findFirst();
  }

  /** The image that a rollback has put in place; empty where none has. */
  public Optional<ImageRef> rolledBackTo() {
    return steps.stream()
        .filter(step -> step.state() == StepRun.State.DONE)
        .flatMap(
            step ->
                step.step() instanceof Step.SwitchImage image
                    ? Optional.of(image.to()).stream()
                    : Optional.<ImageRef>empty().stream())
        .findFirst();
  }

  /** Why a rollback has left the schema ahead of the image; empty where it has not. */
  public Optional<String> expanded() {
    return standing.flatMap(WatchProjection::run).flatMap(RunState::expanded);
  }

  /** What changes with each entry. */
  private static final class Folding {
    private final Moments moments = new Moments(ZoneOffset.UTC);
    private final List<Poll> polls = new ArrayList<>();
    private final List<Moment> timeline = new ArrayList<>();
    private List<StepRun> steps = List.of();
    private Optional<Condemned> condemned = Optional.empty();
    private Optional<Instant> stepBegan = Optional.empty();

    void add(Recorded recorded) {
      timeline.addAll(moments.after(recorded));
      switch (recorded.entry()) {
        case Entry.Watched(WatchEvent.Sampled(var sample)) -> polled(recorded.at(), sample);
        case Entry.Planned(var plan) -> {
          List<StepRun> planned = new ArrayList<>();
          for (int i = 0; i < plan.steps().size(); i++) {
            planned.add(StepRun.planned(i, plan.steps().get(i)));
          }
          steps = List.copyOf(planned);
        }
        case Entry.Ran(var event) -> ran(recorded.at(), event);
        case Entry.Opened _,
            Entry.Revised _,
            Entry.Watched _,
            Entry.Refused _,
            Entry.ClockJumped _,
            Entry.Finished _ -> {}
      }
    }

    private void polled(Instant at, Sample sample) {
      Optional<WatchProjection.Poll> judged =
          moments
              .watch()
              .flatMap(WatchProjection::poll)
              .filter(poll -> poll.sample().equals(sample));
      Poll poll = new Poll(polls.size() + 1, at, sample, judged);
      polls.add(poll);
      timeline.add(moment(poll));
      judged
          .flatMap(WatchProjection.Poll::condemned)
          .ifPresent(
              why -> {
                condemned = condemned.or(() -> Optional.of(new Condemned(at, why)));
                timeline.add(Moments.condemned(at, why));
              });
    }

    private Moment moment(Poll poll) {
      String name = "poll " + poll.number() + " ";
      if (poll.judged().isEmpty()) {
        return new Moment(poll.at(), Mark.NONE, name + "not judged");
      }
      WatchProjection.Poll judged = poll.judged().get();
      Rules rules = moments.watch().orElseThrow().charter().rules();
      int needed = rules.breaches().needed();
      String streak = judged.streak() == 0 ? "" : "   " + judged.streak() + " of " + needed;
      String text =
          "%s%-8s %s%s"
              .formatted(
                  name,
                  judged.reading().kind().text(),
                  Moments.figures(judged.sample(), judged.reading(), rules.threshold()),
                  streak);
      return new Moment(poll.at(), poll.mark(), text.stripTrailing());
    }

    private void ran(Instant at, RunEvent event) {
      steps = steps.stream().map(step -> step.after(event)).toList();
      if (event instanceof RunEvent.StepBegun || event instanceof RunEvent.StepDone) {
        stepBegan = Optional.of(at);
      }
      moments
          .watch()
          .flatMap(WatchProjection::run)
          .ifPresent(
              run -> {
                if (!isAsking(run)) {
                  steps = steps.stream().map(StepRun::asked).toList();
                }
                if (run instanceof RunState.Ended(var _, var result)) {
                  verified(at, result);
                }
              });
    }

    /** Whether a question waits for its answer, or for what it is about. */
    private static boolean isAsking(RunState run) {
      return run instanceof RunState.Asking
          || (run instanceof RunState.Stepping stepping
              && run.plan().steps().get(stepping.index()) instanceof Step.Approval);
    }

    /** The last step has no end of its own in the journal: it ends with the run. */
    private void verified(Instant at, RunResult result) {
      boolean isVerified =
          result instanceof RunResult.Helped || result instanceof RunResult.DidNotHelp;
      if (!isVerified || steps.isEmpty()) {
        return;
      }
      StepRun last = steps.getLast();
      boolean helped = result instanceof RunResult.Helped;
      List<StepRun> all = new ArrayList<>(steps);
      all.set(
          all.size() - 1,
          new StepRun(
              last.number(),
              last.step(),
              helped ? StepRun.State.DONE : StepRun.State.FAILED,
              stepBegan.map(since -> Duration.between(since, at)),
              last.text()));
      steps = List.copyOf(all);
    }
  }
}
