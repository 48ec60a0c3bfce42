package dev.ripcord.engine;

import dev.ripcord.engine.rollback.AlertTexts;
import dev.ripcord.health.Baseline;
import dev.ripcord.health.Breaches;
import dev.ripcord.health.Counts;
import dev.ripcord.health.FigureText;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Measure;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Alert.Kind;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import dev.ripcord.watch.Effect;
import dev.ripcord.watch.WatchSpec;
import dev.ripcord.watch.WatchState;
import dev.ripcord.watch.WatchStats;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What people are told of the polls of a watch: what was measured against what, what follows from
 * it as things stand, what to do.
 *
 * @param charter what the watch is to do
 * @param watch its id
 * @param next how it stands after what is reported
 * @param prospect whether it could be rolled back
 */
record WatchNotices(WatchSpec charter, long watch, WatchState next, ReadinessState prospect) {
  /** The alert for a notice. */
  Alert of(Effect.Notify tell, Instant at) {
    Kind kind = Kind.valueOf(tell.notice().name());
    WatchStats tally = next.tally();
    List<String> lines = new ArrayList<>();
    lines.add(AlertTexts.sentence(tell.text()));
    charter
        .before()
        .map(Baseline::counts)
        .filter(b -> b.requests() > 0)
        .ifPresent(b -> lines.add(before(b)));
    lines.add(follows(tell.notice()));
    Release release = charter.release();
    return new Alert(
        AlertTexts.key(watch, kind) + "/" + tally.polls(),
        kind,
        release.service(),
        release.name(),
        release.service() + " " + release.shownName() + ": " + title(tell.notice(), tally),
        lines,
        at);
  }

  /** What the standing watch of a service without a release tells. */
  static Alert standing(ServiceName service, Effect.Notify tell, WatchStats tally, Instant at) {
    Kind kind = Kind.valueOf(tell.notice().name());
    String release =
        switch (tell.notice()) {
          case RECOVERED, SEES_AGAIN -> "No release is under watch. Look: ";
          case BREACH, LIMIT, BLIND, ASK, CONDEMNED, INCONCLUSIVE ->
              "No release is under watch, so nothing is rolled back. Look: ";
        };
    return new Alert(
        "service-" + service + "/" + kind.text() + "/" + at.toEpochMilli(),
        kind,
        service,
        "",
        service + ": " + title(tell.notice(), tally),
        List.of(AlertTexts.sentence(tell.text()), release + "ripcord status " + service),
        at);
  }

  private String before(Counts counts) {
    return "Before the release " + FigureText.rateOf(counts, charter.rules().threshold()) + ".";
  }

  private static String title(Effect.Notice notice, WatchStats tally) {
    boolean silent = tally.sample().filter(s -> s.liveness() == Liveness.SILENT).isPresent();
    return switch (notice) {
      case BREACH -> silent ? "it does not answer" : "the error rate exceeds its limit";
      case RECOVERED -> "healthy again";
      case LIMIT -> silent ? "it does not answer" : "a limit is exceeded";
      case BLIND -> "nothing can be measured";
      case SEES_AGAIN -> "measured again";
      case ASK -> "condemned; may it be rolled back?";
      case CONDEMNED -> "condemned; nothing was done";
      case INCONCLUSIVE -> "not enough evidence to call it healthy";
    };
  }

  private String follows(Effect.Notice notice) {
    ServiceName service = charter.release().service();
    return switch (notice) {
      case BREACH -> breach();
      case RECOVERED -> recovered();
      case SEES_AGAIN -> "Its polls are judged again" + lastPoll() + ".";
      case LIMIT -> "This limit only alerts. Look: ripcord status " + service;
      case BLIND ->
          "Nothing is rolled back for it. Look at where it is measured: ripcord check "
              + service
              + " -v";
      case ASK -> ask();
      case CONDEMNED -> byHand();
      case INCONCLUSIVE -> "It stays as it is. Look at it: ripcord status " + service;
    };
  }

  private String breach() {
    if (charter.alertOnly().isPresent()) {
      return "It will not be rolled back: " + charter.alertOnly().get() + ".";
    }
    Breaches breaches = charter.rules().breaches();
    String service = charter.release().service().text();
    if (next.tally().streak(Measure.ERROR_RATE, breaches) >= breaches.needed()) {
      return "That condemns it. What is done about it: ripcord status " + service;
    }
    String at = "At " + breaches + (breaches.needed() == 1 ? " breach" : " breaches");
    return switch (charter.rules().act(Measure.ERROR_RATE)) {
      case OBSERVE, ALERT -> "It will not be rolled back: the rule only alerts.";
      case ASK -> at + " a person is asked. To end the watch: ripcord abort " + service;
      case ROLLBACK -> acts(at, service);
    };
  }

  private String acts(String at, String service) {
    return switch (prospect) {
      case ReadinessState.Possible() ->
          at + " it is rolled back. To stop that: ripcord abort " + service;
      case ReadinessState.Impossible(String why) ->
          "As things stand it cannot be rolled back: "
              + AlertTexts.sentence(why)
              + " "
              + at
              + " that is looked at once more. All reasons: ripcord plan "
              + service;
      case ReadinessState.Unknown() ->
          at
              + " it is rolled back if it can be, which is not known yet: ripcord plan "
              + service
              + ". To stop that: ripcord abort "
              + service;
    };
  }

  private String recovered() {
    return next instanceof WatchState.Asking
        ? "A rollback still waits for an approval, for another rule: ripcord status "
            + charter.release().service()
        : "You need to do nothing.";
  }

  private String lastPoll() {
    return next.tally().last().map(r -> "; the last one: " + r.kind().text()).orElse("");
  }

  private String ask() {
    String service = charter.release().service().text();
    String end = " To end the watch: ripcord abort " + service;
    return switch (prospect) {
      case ReadinessState.Impossible(String why) ->
          "As things stand it cannot be rolled back: "
              + AlertTexts.sentence(why)
              + " Once that is fixed: ripcord approve "
              + service
              + "."
              + end;
      case ReadinessState.Possible possible ->
          "To roll back: ripcord approve " + service + "." + end;
      case ReadinessState.Unknown unknown ->
          "To roll back: ripcord approve "
              + service
              + ". Whether it can be is not known yet: ripcord plan "
              + service
              + "."
              + end;
    };
  }

  private String byHand() {
    Release release = charter.release();
    if (prospect instanceof ReadinessState.Impossible(String why)) {
      return "As things stand it cannot be rolled back by hand either: "
          + AlertTexts.sentence(why)
          + " All reasons: ripcord plan "
          + release.service();
    }
    String image = release.previousImage().isEmpty() ? " --previous-image IMAGE" : "";
    return "To roll back by hand: ripcord rollback " + release.service() + image;
  }
}
