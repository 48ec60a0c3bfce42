package dev.ripcord.watch;

import dev.ripcord.health.Breaches;
import dev.ripcord.health.Escalation;
import dev.ripcord.health.Limit;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Poll;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import dev.ripcord.watch.Effect.Notice;
import dev.ripcord.watch.Effect.Notify;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A watch that is played through: a poll every 30 s from its start, other events in between. */
public final class Scene {
  public static final Instant START = Instant.parse("2026-01-02T03:00:00Z");
  static final Duration INTERVAL = Duration.ofSeconds(30);
  static final Duration BAKE = Duration.ofMinutes(15);

  private static final Pattern CONDEMNED =
      Pattern.compile("(\\d+ breach(?:es)?)( in a row)? of (.*?): (.*)");

  private final WatchSpec charter;
  private final Watch watch;
  private WatchState state = Watch.start();
  private List<Effect> effects = List.of();
  private Instant now = START;

  Scene(WatchSpec charter) {
    this.charter = charter;
    this.watch = new Watch(charter);
  }

  static Scene by(Rules rules) {
    return new Scene(charter(rules, Duration.ZERO, Optional.empty()));
  }

  public static WatchSpec charter(Rules rules, Duration warmUp, Optional<String> alertOnly) {
    Release release =
        new Release(
            new ServiceName("shop"),
            "v42",
            Optional.of(new ImageRef("shop:42")),
            Optional.of(new ImageRef("shop:41")));
    return new WatchSpec(
        release, rules, START, warmUp, BAKE, INTERVAL, alertOnly, Optional.empty());
  }

  /** The default rules with another count of breaches. */
  static Rules breaches(String text) {
    Rules usual = Rules.DEFAULT;
    return new Rules(
        usual.threshold(),
        Breaches.parse(text),
        usual.minimumRequests(),
        usual.normal(),
        usual.act(),
        usual.limits());
  }

  /** The default rules with another act on the error rate, and limits. */
  public static Rules acting(Escalation act, Map<Measure, Limit> limits) {
    Rules usual = Rules.DEFAULT;
    return new Rules(
        usual.threshold(), usual.breaches(), usual.minimumRequests(), usual.normal(), act, limits);
  }

  /** One interval later these polls, one after the other. */
  Scene polls(Poll... polls) {
    for (Poll poll : polls) {
      now = now.plus(INTERVAL);
      on(new WatchEvent.Sampled(poll.at(now)));
    }
    return this;
  }

  /** One poll after the other, all alike. */
  Scene polls(int count, Poll poll) {
    for (int i = 0; i < count; i++) {
      polls(poll);
    }
    return this;
  }

  /** A sample that was read at another time than now. */
  Scene sample(Sample sample) {
    return on(new WatchEvent.Sampled(sample));
  }

  Scene on(WatchEvent event) {
    Transition transition = watch.on(state, event, now);
    state = transition.next();
    effects = transition.effects();
    return this;
  }

  /** Time passes and the clock ticks. */
  Scene after(Duration duration) {
    now = now.plus(duration);
    return on(new WatchEvent.Ticked());
  }

  WatchSpec charter() {
    return charter;
  }

  WatchState state() {
    return state;
  }

  String word() {
    return state.word();
  }

  WatchStats tally() {
    return state.tally();
  }

  Instant now() {
    return now;
  }

  int streak() {
    return state.tally().streak(Measure.ERROR_RATE, Rules.DEFAULT.breaches());
  }

  /** What the last event wants done. */
  List<Effect> effects() {
    return effects;
  }

  /** A rollback of image and schema for what was measured, by its words. */
  static Effect begins(String condemned) {
    Matcher words = CONDEMNED.matcher(condemned);
    if (!words.matches()) {
      throw new IllegalArgumentException(condemned);
    }
    Condemnation why =
        new Condemnation(words.group(1), words.group(2) != null, words.group(3), words.group(4));
    return new Effect.BeginRollback(why, false);
  }

  /** What the last event tells people of. */
  List<Notice> notices() {
    return effects.stream()
        .filter(Notify.class::isInstance)
        .map(Notify.class::cast)
        .map(Notify::notice)
        .toList();
  }

  /** How the watch ended. */
  WatchState.Ended end() {
    if (state instanceof WatchState.Ended ended) {
      return ended;
    }
    throw new AssertionError("the watch has not ended, it is " + state.word());
  }
}
