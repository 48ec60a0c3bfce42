package dev.ripcord.watch;

import dev.ripcord.health.Counts;
import dev.ripcord.health.Escalation;
import dev.ripcord.health.Judge;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.watch.Effect.ApproveRollback;
import dev.ripcord.watch.Effect.BeginRollback;
import dev.ripcord.watch.Effect.Finish;
import dev.ripcord.watch.Effect.Notice;
import dev.ripcord.watch.Effect.Notify;
import dev.ripcord.watch.Effect.StopRollback;
import dev.ripcord.watch.WatchEvent.AbortAsked;
import dev.ripcord.watch.WatchEvent.Approved;
import dev.ripcord.watch.WatchEvent.NotRunning;
import dev.ripcord.watch.WatchEvent.PauseAsked;
import dev.ripcord.watch.WatchEvent.ResumeAsked;
import dev.ripcord.watch.WatchEvent.RollbackAsked;
import dev.ripcord.watch.WatchEvent.RunEnded;
import dev.ripcord.watch.WatchEvent.Sampled;
import dev.ripcord.watch.WatchEvent.Superseded;
import dev.ripcord.watch.WatchEvent.Ticked;
import dev.ripcord.watch.WatchState.Asking;
import dev.ripcord.watch.WatchState.Ended;
import dev.ripcord.watch.WatchState.Paused;
import dev.ripcord.watch.WatchState.RollingBack;
import dev.ripcord.watch.WatchState.Watching;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The machine of one watch: a state and an event give the next state and what is to be done.
 *
 * <p>It decides and does nothing: the same events give the same states, so that a watch is known
 * from its journal. Thread-safe: it holds a charter only.
 */
public final class Watch {
  private final WatchSpec charter;
  private final Rules rules;
  private final Judge judge;
  private final BakeEnd settling;
  private final NotificationRules telling;

  /** For one charter. */
  public Watch(WatchSpec charter) {
    this.charter = charter;
    this.rules = charter.rules();
    this.judge = new Judge(rules);
    this.settling = new BakeEnd(charter);
    this.telling = new NotificationRules(rules);
  }

  /** The state in which every watch begins. */
  public static WatchState start() {
    return new Watching(WatchStats.EMPTY);
  }

  /** What an event does. {@code now} is when it happened. */
  public Transition on(WatchState state, WatchEvent event, Instant now) {
    return switch (state) {
      case Watching watching -> watching(watching, event, now);
      case Paused paused -> paused(paused, event, now);
      case Asking asking -> asking(asking, event, now);
      case RollingBack rolling -> rollingBack(rolling, event);
      case Ended ended -> Transition.to(ended);
    };
  }

  private Transition watching(Watching state, WatchEvent event, Instant now) {
    WatchStats tally = state.tally();
    return switch (event) {
      case Sampled sampled -> sampled(tally, sampled.sample(), now);
      case Ticked ticked -> settled(tally, now, new ArrayList<>());
      case PauseAsked ask -> Transition.to(new Paused(tally, ask.by(), now, ask.until()));
      case ResumeAsked ask -> Transition.to(state);
      case AbortAsked ask -> end(tally, Outcome.ABORTED, "stopped by " + ask.by());
      case Approved approved -> Transition.to(state);
      case RollbackAsked ask ->
          rollBack(state, new RollbackCause.AskedBy(ask.by()), ask.imageOnly());
      case Superseded by -> superseded(tally, by);
      case NotRunning not -> notRunning(tally, not);
      case RunEnded ended -> Transition.to(state);
    };
  }

  private Transition sampled(WatchStats before, Sample sample, Instant now) {
    if (!isJudged(before, sample, now)) {
      return settled(before, now, new ArrayList<>());
    }
    WatchStats tally = before.with(sample, judge.judge(sample, before.carried()), rules);
    return decided(tally, now, telling.notices(before, tally));
  }

  /** What follows from the breaches of a tally: the rule that may do most decides. */
  private Transition decided(WatchStats tally, Instant now, List<Effect> effects) {
    Optional<Measure> worst = worst(tally);
    boolean asAWhole = tally.condemnsAsAWhole(rules);
    if (worst.isEmpty() && !asAWhole) {
      return settled(tally, now, effects);
    }
    Escalation byPolls = worst.map(rules::act).orElse(Escalation.OBSERVE);
    boolean byAll = asAWhole && rules.wholeWatch().compareTo(byPolls) > 0;
    Measure measure = byAll ? Measure.ERROR_RATE : worst.orElse(Measure.ERROR_RATE);
    Escalation act = byAll ? rules.wholeWatch() : byPolls;
    if (charter.alertOnly().isEmpty() && act == Escalation.ASK) {
      Condemnation why = telling.condemnation(tally, measure);
      effects.add(new Notify(Notice.ASK, why.text()));
      return new Transition(
          new Asking(tally, measure, charter.approvalEnds(now)), effects, Optional.of(why));
    }
    return condemned(tally, measure, act, effects);
  }

  /** The measure that is condemned and whose rule may do most; limits that only alert do not. */
  private Optional<Measure> worst(WatchStats tally) {
    return Arrays.stream(Measure.values())
        .filter(m -> tally.condemns(m, rules.breaches()) && tally.isRunning(m))
        .filter(
            m ->
                rules.act(m).compareTo(m == Measure.ERROR_RATE ? Escalation.ALERT : Escalation.ASK)
                    >= 0)
        .max(
            Comparator.comparing((Measure m) -> rules.act(m))
                .thenComparing(Comparator.reverseOrder()));
  }

  /**
   * A sample counts once, for the release that is watched, and not before the warm-up is over. Each
   * poll is a new one, whatever the time of day at which it was made: that clock may be set back.
   */
  private boolean isJudged(WatchStats tally, Sample sample, Instant now) {
    return sample.release().equals(charter.release().name())
        && !now.isBefore(charter.judgedFrom())
        && !tally.sample().equals(Optional.of(sample));
  }

  private Transition condemned(
      WatchStats tally, Measure measure, Escalation act, List<Effect> effects) {
    Condemnation why = telling.condemnation(tally, measure);
    Optional<String> blocker =
        charter
            .alertOnly()
            .or(() -> Optional.of("the rule only alerts").filter(x -> act == Escalation.ALERT));
    if (blocker.isEmpty()) {
      effects.add(new BeginRollback(why, false));
      return new Transition(new RollingBack(tally, why, false), effects, Optional.of(why));
    }
    String text = why.text() + "; nothing was done: " + blocker.get();
    effects.add(new Notify(Notice.CONDEMNED, text));
    effects.add(new Finish(Outcome.CONDEMNED, text));
    return new Transition(new Ended(tally, Outcome.CONDEMNED, text), effects, Optional.of(why));
  }

  private Transition settled(WatchStats tally, Instant now, List<Effect> effects) {
    return settling
        .settle(tally, now)
        .map(
            end -> {
              if (end.outcome() == Outcome.INCONCLUSIVE) {
                effects.add(new Notify(Notice.INCONCLUSIVE, end.text()));
              } else if (tally.breached() > 0
                  && rules.act(Measure.ERROR_RATE) != Escalation.OBSERVE) {
                effects.add(telling.recovered(tally));
              }
              effects.add(new Finish(end.outcome(), end.text()));
              return new Transition(end, effects);
            })
        .orElseGet(() -> new Transition(new Watching(tally), effects));
  }

  private Transition paused(Paused state, WatchEvent event, Instant now) {
    return switch (event) {
      case Sampled sampled ->
          now.isBefore(state.until())
              ? Transition.to(observed(state, sampled.sample(), now))
              : sampled(goOn(state, now).tally(), sampled.sample(), now);
      case Ticked ticked ->
          now.isBefore(state.until()) ? Transition.to(state) : Transition.to(goOn(state, now));
      case PauseAsked ask ->
          Transition.to(new Paused(state.tally(), ask.by(), state.since(), ask.until()));
      case ResumeAsked ask -> Transition.to(goOn(state, now));
      case AbortAsked ask -> end(state.tally(), Outcome.ABORTED, "stopped by " + ask.by());
      case Approved approved -> Transition.to(state);
      case RollbackAsked ask ->
          rollBack(state, new RollbackCause.AskedBy(ask.by()), ask.imageOnly());
      case Superseded by -> superseded(state.tally(), by);
      case NotRunning not -> notRunning(state.tally(), not);
      case RunEnded ended -> Transition.to(state);
    };
  }

  /** While it is held a poll is judged and shown, and leaves no mark on the streaks. */
  private Paused observed(Paused state, Sample sample, Instant now) {
    WatchStats tally = state.tally();
    if (!isJudged(tally, sample, now)) {
      return state;
    }
    Judge.Judgement judgement = judge.judge(sample, Counts.NONE);
    return new Paused(tally.seeing(sample, judgement), state.by(), state.since(), state.until());
  }

  private static Watching goOn(Paused state, Instant now) {
    Instant end = now.isBefore(state.until()) ? now : state.until();
    Duration held = Duration.between(state.since(), end);
    return new Watching(state.tally().pausedFor(held.isNegative() ? Duration.ZERO : held));
  }

  private Transition asking(Asking state, WatchEvent event, Instant now) {
    WatchStats tally = state.tally();
    return switch (event) {
      case Sampled sampled -> askingSampled(state, sampled.sample(), now);
      case Ticked ticked -> waiting(state, now, List.of());
      case PauseAsked ask -> Transition.to(new Paused(tally, ask.by(), now, ask.until()));
      case ResumeAsked ask -> Transition.to(state);
      case AbortAsked ask -> end(tally, Outcome.ABORTED, "stopped by " + ask.by());
      case Approved approved -> rollBack(state, new RollbackCause.ApprovedBy(approved.by()), false);
      case RollbackAsked ask ->
          rollBack(state, new RollbackCause.AskedBy(ask.by()), ask.imageOnly());
      case Superseded by -> superseded(tally, by);
      case NotRunning not -> notRunning(tally, not);
      case RunEnded ended -> Transition.to(state);
    };
  }

  /**
   * Goes on asking while the rule stays condemned, unless one that may do more is condemned too.
   */
  private Transition askingSampled(Asking state, Sample sample, Instant now) {
    WatchStats before = state.tally();
    if (!isJudged(before, sample, now)) {
      return waiting(state, now, List.of());
    }
    WatchStats tally = before.with(sample, judge.judge(sample, before.carried()), rules);
    List<Effect> effects = telling.notices(before, tally);
    boolean asAWhole = tally.condemnsAsAWhole(rules);
    boolean acts =
        worst(tally).filter(m -> rules.act(m) == Escalation.ROLLBACK).isPresent()
            || (asAWhole && rules.wholeWatch() == Escalation.ROLLBACK);
    boolean stays =
        tally.condemns(state.measure(), rules.breaches())
            || (asAWhole && state.measure() == Measure.ERROR_RATE);
    if (acts || !stays) {
      return decided(tally, now, effects);
    }
    return waiting(new Asking(tally, state.measure(), state.until()), now, effects);
  }

  private Transition waiting(Asking state, Instant now, List<Effect> effects) {
    if (now.isBefore(state.until())) {
      return new Transition(state, effects);
    }
    Condemnation why = telling.condemnation(state.tally(), state.measure());
    List<Effect> all = new ArrayList<>(effects);
    if (charter.rollsBackUnapproved()) {
      all.add(new BeginRollback(why, false));
      return new Transition(new RollingBack(state.tally(), why, false), all);
    }
    String text = why.text() + "; nobody approved a rollback";
    all.add(new Finish(Outcome.CONDEMNED, text));
    return new Transition(new Ended(state.tally(), Outcome.CONDEMNED, text), all);
  }

  private static Transition rollingBack(RollingBack state, WatchEvent event) {
    return switch (event) {
      case Sampled sampled -> Transition.to(state);
      case Ticked ticked -> Transition.to(state);
      case PauseAsked ask -> Transition.to(state);
      case ResumeAsked ask -> Transition.to(state);
      case AbortAsked ask -> Transition.to(state, new StopRollback(ask.by()));
      case Approved approved -> Transition.to(state, new ApproveRollback(approved.by()));
      case RollbackAsked ask -> Transition.to(state);
      case Superseded by -> Transition.to(state);
      case NotRunning not -> Transition.to(state);
      case RunEnded ended -> end(state.tally(), ended.outcome(), ended.text());
    };
  }

  private Transition rollBack(WatchState state, RollbackCause cause, boolean imageOnly) {
    if (charter.alertOnly().isPresent()) {
      return Transition.to(state);
    }
    return Transition.to(
        new RollingBack(state.tally(), cause, imageOnly), new BeginRollback(cause, imageOnly));
  }

  private static Transition superseded(WatchStats tally, Superseded by) {
    return end(tally, Outcome.SUPERSEDED, "release " + by.release() + " took its place");
  }

  private static Transition notRunning(WatchStats tally, NotRunning not) {
    List<Effect> effects = new ArrayList<>();
    if (not.outcome() == Outcome.INCONCLUSIVE) {
      effects.add(new Notify(Notice.INCONCLUSIVE, not.text()));
    }
    effects.add(new Finish(not.outcome(), not.text()));
    return new Transition(new Ended(tally, not.outcome(), not.text()), effects);
  }

  private static Transition end(WatchStats tally, Outcome outcome, String text) {
    return Transition.to(new Ended(tally, outcome, text), new Finish(outcome, text));
  }
}
