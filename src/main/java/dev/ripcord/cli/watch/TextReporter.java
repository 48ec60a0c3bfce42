package dev.ripcord.cli.watch;

import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.console.Format;
import dev.ripcord.health.Counts;
import dev.ripcord.health.FigureText;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Ratio;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Observer;
import dev.ripcord.port.Recorded;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.Refusal;
import dev.ripcord.rollback.RollbackMachine;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.rollback.RunResult;
import dev.ripcord.rollback.RunState;
import dev.ripcord.watch.Condemnation;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Prints a watch as it happens, a line for each thing, each with its time. Called on event loops;
 * the consumer must return at once.
 */
final class TextReporter implements Observer {
  private final Ansi paint;
  private final ZoneId zone;
  private final Supplier<Instant> now;
  private final Consumer<String> line;
  private final boolean beside;
  private Optional<WatchProjection> watch = Optional.empty();
  private Optional<Condemnation> cause = Optional.empty();
  private int polls;
  private boolean condemned;

  TextReporter(Ansi paint, ZoneId zone, Supplier<Instant> now, Consumer<String> line) {
    this(paint, zone, now, line, false);
  }

  /**
   * One story.
   *
   * @param beside whether a live block beside it shows what is watched and how the polls go; then
   *     only what is more than that is printed
   */
  TextReporter(
      Ansi paint, ZoneId zone, Supplier<Instant> now, Consumer<String> line, boolean beside) {
    this.beside = beside;
    this.paint = paint;
    this.zone = zone;
    this.now = now;
    this.line = line;
  }

  @Override
  public void polled(
      ServiceName service, Sample sample, HealthReading reading, int streak, Duration took) {
    if (condemned || watch.isEmpty()) {
      return;
    }
    WatchSpec charter = watch.get().charter();
    if (!sample.release().equals(charter.release().name())) {
      return;
    }
    polls++;
    if (!beside || streak > 0) {
      poll(sample, reading, streak, charter.rules());
    }
    cause.ifPresent(why -> condemned(sample.at(), why.rule()));
  }

  private void poll(Sample sample, HealthReading reading, int streak, Rules rules) {
    String row = streak == 0 ? "" : "   " + paint.bad(streak + " of " + rules.breaches().needed());
    String entry =
        String.format(
            "poll %d %-8s %s%s",
            polls, paint.reading(reading.kind()), figures(sample, reading, rules.threshold()), row);
    print(sample.at(), entry.stripTrailing());
  }

  private static String figures(Sample sample, HealthReading reading, Ratio limit) {
    Counts counts = sample.counts().orElse(Counts.NONE);
    String why =
        switch (reading.kind()) {
          case UNKNOWN -> "  " + reading.why();
          case WARNING -> "  " + reading.limits();
          case HEALTHY, BREACH -> "";
        };
    if (counts.requests() == 0) {
      return reading.why();
    }
    String p99 =
        sample.latency().p99().isPresent()
            ? "   p99 " + Format.seconds(sample.latency().p99())
            : "";
    return String.format("%-20s", FigureText.rateOf(counts, limit)) + p99 + why;
  }

  @Override
  public void underWay(ServiceName service, String text) {
    print(now.get(), "  … " + Format.firstLine(text));
  }

  @Override
  public void recorded(Recorded recorded) {
    know(recorded);
    switch (recorded.entry()) {
      case Entry.Opened opened -> opened(recorded.at(), opened.charter());
      case Entry.Watched watched -> watched(recorded.at(), watched.event());
      case Entry.Planned planned -> planned(recorded.at(), planned.plan());
      case Entry.Refused refused -> refused(recorded.at(), refused);
      case Entry.Ran ran -> ran(recorded.at(), ran.event());
      case Entry.ClockJumped clock -> clockJumped(recorded.at(), clock.by());
      case Entry.Finished finished ->
          print(
              recorded.at(), finished.outcome().text() + ": " + Format.firstLine(finished.text()));
    }
  }

  /**
   * Goes on with a watch that another process began.
   *
   * @param before its entries, which need not be told again
   * @param pollsBefore how many polls are among them
   */
  void resumed(List<Recorded> before, int pollsBefore) {
    before.forEach(this::know);
    cause = Optional.empty();
    condemned = watch.flatMap(WatchProjection::plan).isPresent();
    polls = pollsBefore;
    WatchSpec known = watch.orElseThrow().charter();
    Release release = known.release();
    print(
        now.get(),
        "going on with "
            + release.service()
            + " release "
            + release.shownName()
            + ", begun "
            + Format.clock(known.startedAt(), zone));
  }

  private void opened(Instant at, WatchSpec opened) {
    if (!beside) {
      announce(at, opened);
    }
    opened
        .alertOnly()
        .ifPresent(why -> print(at, paint.alert() + " nothing will be rolled back: " + why));
  }

  private void announce(Instant at, WatchSpec opened) {
    Release release = opened.release();
    String image = release.image().map(i -> " (" + i + before(release, i) + ")").orElse("");
    print(
        at,
        "watching "
            + release.service()
            + " release "
            + release.shownName()
            + image
            + " for "
            + Format.duration(opened.bake())
            + ", a poll every "
            + Format.duration(opened.interval()));
    opened
        .before()
        .map(b -> b.text(opened.rules().threshold()))
        .filter(text -> !text.isEmpty())
        .ifPresent(text -> print(at, "before the release " + text));
    for (Measure measure : Measure.values()) {
      Optional.ofNullable(opened.rules().limits().get(measure))
          .filter(limit -> !limit.holds())
          .ifPresent(
              limit ->
                  print(
                      at,
                      "%s is not judged: its limit is %s, and it was not measured before the release"
                          .formatted(measure.words(), limit.text(measure))));
    }
    opened
        .rules()
        .relativeThreshold()
        .ifPresent(
            bound ->
                print(
                    at,
                    "limit of the error rate "
                        + opened.rules().threshold()
                        + " ("
                        + bound.text(Measure.ERROR_RATE)
                        + ")"));
  }

  private static String before(Release release, ImageRef image) {
    return release.previousImage().map(p -> ", before " + p.after(image)).orElse("");
  }

  private void watched(Instant at, WatchEvent event) {
    switch (event) {
      case WatchEvent.Sampled sampled -> {}
      case WatchEvent.Ticked ticked -> {}
      case WatchEvent.PauseAsked ask ->
          print(at, "held by " + ask.by() + " until " + Format.clock(ask.until(), zone));
      case WatchEvent.ResumeAsked ask -> print(at, "let go on by " + ask.by());
      case WatchEvent.AbortAsked ask -> print(at, ask.by() + " wants it to stop");
      case WatchEvent.Approved approved -> print(at, "rollback approved by " + approved.by());
      case WatchEvent.RollbackAsked ask -> print(at, "rollback asked for by " + ask.by());
      case WatchEvent.Superseded by -> print(at, "release " + by.release() + " took its place");
      case WatchEvent.NotRunning not -> {}
      case WatchEvent.RunEnded ended -> {}
    }
  }

  private void clockJumped(Instant at, Duration by) {
    print(
        at,
        paint.alert()
            + " the clock of this machine was set "
            + (by.isNegative() ? "back" : "forward")
            + " by "
            + Format.duration(Duration.ofSeconds(by.abs().toSeconds()))
            + "; the watch goes by the time that has passed");
  }

  private void condemned(Instant at, String cause) {
    condemned = true;
    print(at, paint.cross() + " " + paint.bad("condemned") + ": " + cause);
  }

  private void planned(Instant at, Plan made) {
    condemned = true;
    print(
        at,
        paint.back()
            + " rolling back: 1 image"
            + (made.downs() == 0
                ? ""
                : ", " + Format.count(made.downs(), "down migration", "down migrations")));
    print(at, made.why());
  }

  private void refused(Instant at, Entry.Refused refused) {
    print(at, paint.cross() + " cannot be rolled back:");
    for (Refusal refusal : refused.refusals()) {
      print(at, "  " + paint.dot() + " " + refusal.text() + ". Next: " + refusal.next());
    }
  }

  private void ran(Instant at, RunEvent event) {
    switch (event) {
      case RunEvent.Begun begun -> {}
      case RunEvent.StepBegun begun -> print(at, step(begun.index()) + " " + name(begun.index()));
      case RunEvent.StepDone done ->
          print(
              at,
              step(done.index()) + " done in " + Format.duration(done.took()) + ": " + done.text());
      case RunEvent.StepFailed failed -> notDone(at, failed.index(), "failed", failed.why());
      case RunEvent.StepRefused refused -> notDone(at, refused.index(), "not begun", refused.why());
      case RunEvent.StepTimedOut late -> notDone(at, late.index(), "timed out", late.why());
      case RunEvent.StepUncertain uncertain ->
          notDone(at, uncertain.index(), "not known to be done", uncertain.why());
      case RunEvent.StepStopped broken -> print(at, step(broken.index()) + " broken off");
      case RunEvent.LossFound found -> {
        print(at, step(found.index()) + " the downs would lose now: " + found.losses());
        print(
            at,
            "  may they run? ripcord approve %1$s, or leave them out: ripcord abort %1$s"
                .formatted(
                    watch.map(it -> it.charter().release().service().text()).orElse("SERVICE")));
      }
      case RunEvent.Approved approved -> print(at, approved.by() + " approved: the downs run");
      case RunEvent.Checked checked ->
          print(at, "after the rollback: " + health(checked.health()) + " " + checked.text());
      case RunEvent.Ticked ticked -> {}
      case RunEvent.AbortAsked ask -> print(at, ask.by() + " wants it to stop");
      case RunEvent.Resumed resumed -> print(at, "going on with the rollback that was under way");
      case RunEvent.Restored restored -> print(at, restored.text());
    }
    watch
        .flatMap(WatchProjection::run)
        .filter(RunState.Ended.class::isInstance)
        .ifPresent(ended -> left(at, ((RunState.Ended) ended).result()));
  }

  private void notDone(Instant at, int index, String how, String why) {
    print(at, step(index) + " " + paint.bad(how) + ": " + why);
  }

  /** What a run that did not come through leaves to a person. */
  private void left(Instant at, RunResult result) {
    switch (result) {
      case RunResult.Broke broke -> left(at, broke.done(), broke.open());
      case RunResult.Stopped stopped -> left(at, stopped.done(), stopped.open());
      case RunResult.Helped helped -> {}
      case RunResult.DidNotHelp didNot -> {}
    }
  }

  private void left(Instant at, List<String> done, List<String> open) {
    done.forEach(d -> print(at, "  done: " + d));
    open.forEach(o -> print(at, "  not done: " + o));
  }

  private String health(RunEvent.Health health) {
    return switch (health) {
      case HEALTHY -> paint.reading(HealthReading.Kind.HEALTHY);
      case BREACH -> paint.reading(HealthReading.Kind.BREACH);
      case UNKNOWN -> paint.reading(HealthReading.Kind.UNKNOWN);
    };
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

  private void know(Recorded recorded) {
    watch = WatchProjection.after(watch, recorded);
    cause =
        watch
            .flatMap(WatchProjection::poll)
            .flatMap(WatchProjection.Poll::condemned)
            .or(() -> cause);
  }

  private void print(Instant at, String text) {
    line.accept(Format.clock(at, zone) + " " + text);
  }
}
