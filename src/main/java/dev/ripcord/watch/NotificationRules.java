package dev.ripcord.watch;

import dev.ripcord.health.Breaches;
import dev.ripcord.health.Escalation;
import dev.ripcord.health.FigureText;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Rules;
import dev.ripcord.health.SequentialTest;
import dev.ripcord.watch.Effect.Notice;
import dev.ripcord.watch.Effect.Notify;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What people are told of a poll, and in which words. */
final class NotificationRules {
  private final Rules rules;

  NotificationRules(Rules rules) {
    this.rules = rules;
  }

  /** What has changed from one tally to the next; the caller may add to the list. */
  List<Effect> notices(WatchStats before, WatchStats after) {
    List<Effect> notices = new ArrayList<>();
    if (rules.act(Measure.ERROR_RATE) != Escalation.OBSERVE) {
      if (before.breached() == 0 && after.breached() > 0) {
        notices.add(new Notify(Notice.BREACH, reasonFor(after, Measure.ERROR_RATE)));
      } else if (before.breached() > 0 && after.breached() == 0) {
        notices.add(recovered(before));
      }
    }
    for (Measure measure : rules.limits().keySet().stream().sorted().toList()) {
      if (rules.act(measure) == Escalation.ALERT && crosses(measure, before, after)) {
        notices.add(new Notify(Notice.LIMIT, condemnation(after, measure).text()));
      }
    }
    boolean showsWhole = !before.isSure() && after.isSure();
    if (showsWhole && rules.wholeWatch() == Escalation.ALERT) {
      notices.add(new Notify(Notice.LIMIT, wholeWatch(after).text()));
    }
    sight(before, after).ifPresent(notices::add);
    return notices;
  }

  /** That the breaches which people were told of are over. */
  Notify recovered(WatchStats before) {
    return new Notify(Notice.RECOVERED, "healthy again after " + count(before.breached()));
  }

  /** What single polls were too small to tell. */
  private Condemnation wholeWatch(WatchStats after) {
    return new Condemnation(
        "an error rate over the whole watch",
        false,
        rules.threshold() + " or more",
        "%s, where single polls are too small to tell; a service that fails %s when well shows it in 1 of %.0f watches"
            .formatted(
                FigureText.rateOf(after.total(), rules.threshold()),
                rules.normal(),
                1 / SequentialTest.FALSE_ALARM));
  }

  /** That it went blind, or sees again. */
  Optional<Notify> sight(WatchStats before, WatchStats after) {
    if (before.isBlind() == after.isBlind()) {
      return Optional.empty();
    }
    String why = reasonFor(after, Measure.ERROR_RATE);
    return Optional.of(
        after.isBlind()
            ? new Notify(
                Notice.BLIND,
                "nothing could be measured for " + WatchStats.BLIND_AFTER + " polls: " + why)
            : new Notify(Notice.SEES_AGAIN, "it can be measured again"));
  }

  /** Whether the breaches of a measure are now as many as condemn and were not before. */
  private boolean crosses(Measure measure, WatchStats before, WatchStats after) {
    return after.condemns(measure, rules.breaches())
        && after.isRunning(measure)
        && !before.condemns(measure, rules.breaches());
  }

  /** Why a measure is condemned: by its breaches, else by all polls together. */
  Condemnation condemnation(WatchStats tally, Measure measure) {
    Breaches breaches = rules.breaches();
    boolean byBreaches = tally.condemns(measure, breaches);
    if (measure == Measure.ERROR_RATE && !byBreaches && tally.condemnsAsAWhole(rules)) {
      return wholeWatch(tally);
    }
    String limit =
        measure == Measure.ERROR_RATE
            ? rules.threshold() + " or more"
            : "the limit on " + measure.words();
    return new Condemnation(
        count(tally.streak(measure, breaches)),
        breaches.needed() == breaches.of(),
        limit,
        reasonFor(tally, measure));
  }

  private static String count(int breaches) {
    return breaches == 1 ? "1 breach" : breaches + " breaches";
  }

  private static String reasonFor(WatchStats tally, Measure measure) {
    return tally.last().map(r -> r.why(measure)).orElse("nothing measured");
  }
}
