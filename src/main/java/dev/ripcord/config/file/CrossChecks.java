package dev.ripcord.config.file;

import dev.ripcord.config.Durations;
import dev.ripcord.config.Figure;
import dev.ripcord.config.ServiceSettings.Schedule;
import dev.ripcord.config.file.Key.Value;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What two keys of a service must be to each other. A finding is laid to the key that the service
 * itself says, or else to the one at the top that it inherits.
 */
record CrossChecks(Section service, Section top, Problems problems) {
  /** Of a range selector, {@code [5m]}; not of a subquery, whose step follows. */
  private static final Pattern WINDOW = Pattern.compile("\\[(" + Durations.FORM + ")\\]");

  /** Holds for the values in effect, wherever each of them comes from. */
  void check(InheritedSettings common) {
    Schedule schedule = common.schedule();
    String interval = Durations.text(schedule.interval());
    if (schedule.timeout().compareTo(schedule.interval()) >= 0) {
      String timeout = Durations.text(schedule.timeout());
      refuse(
          "timeout " + timeout + " must be shorter than interval " + interval,
          SharedKeys.TIMEOUT,
          SharedKeys.INTERVAL);
    }
    if (schedule.afterBreach().filter(a -> a.compareTo(schedule.interval()) >= 0).isPresent()) {
      refuse(
          "interval-after-breach "
              + Durations.text(schedule.afterBreach().get())
              + " must be shorter than interval "
              + interval,
          SharedKeys.AFTER_BREACH,
          SharedKeys.INTERVAL);
    }
    if (schedule.warmUp().compareTo(schedule.bake()) >= 0) {
      String warmUp = Durations.text(schedule.warmUp());
      refuse(
          "warm-up " + warmUp + " must be shorter than bake " + Durations.text(schedule.bake()),
          SharedKeys.WARM_UP,
          SharedKeys.BAKE);
    }
    Duration least =
        schedule
            .warmUp()
            .plus(schedule.interval().multipliedBy(common.rules().breaches().needed() + 1L));
    if (schedule.bake().compareTo(least) < 0) {
      warn(
          "bake "
              + Durations.text(schedule.bake())
              + " is too short for "
              + common.rules().breaches()
              + " breaches at an interval of "
              + interval
              + "; at least "
              + Durations.text(least),
          SharedKeys.BAKE,
          SharedKeys.INTERVAL,
          SharedKeys.BREACHES,
          SharedKeys.WARM_UP);
    }
    if (common.rules().normal().millionths() * 2L >= common.rules().threshold().millionths()) {
      warn(
          "normal "
              + common.rules().normal()
              + " is half of threshold "
              + common.rules().threshold()
              + " or more: the limit cannot separate a bad release from a good one",
          SharedKeys.NORMAL,
          SharedKeys.THRESHOLD);
    }
  }

  /** A query that looks back longer than to the poll before sees some of the same again. */
  void windows(Map<Figure, String> queries, Duration interval) {
    queries.forEach(
        (figure, query) ->
            longest(query)
                .filter(window -> window.compareTo(interval) > 0)
                .ifPresent(
                    window ->
                        problems.warn(
                            service.path() + ".prometheus.queries." + figure.text(),
                            "looks back "
                                + Durations.text(window)
                                + ", longer than interval "
                                + Durations.text(interval)
                                + ": polls see the same time again, so several breaches may be"
                                + " one")));
  }

  private static Optional<Duration> longest(String query) {
    return WINDOW
        .matcher(query)
        .results()
        .map(found -> Durations.parse(found.group(1)))
        .max(Comparator.naturalOrder());
  }

  private void refuse(String message, Value<?>... keys) {
    Blame blame = blame(keys);
    problems.add(blame.at(), blame.path(), message);
  }

  private void warn(String message, Value<?>... keys) {
    problems.warn(blame(keys).path(), message);
  }

  private Blame blame(Value<?>... keys) {
    return blame(service, keys)
        .or(() -> blame(top, keys))
        .orElseGet(() -> new Blame(service.at(), service.path()));
  }

  private static Optional<Blame> blame(Section section, Value<?>... keys) {
    for (Value<?> key : keys) {
      Optional<Node.Position> at = section.at(key);
      if (at.isPresent()) {
        return Optional.of(new Blame(at.get(), section.path(key)));
      }
    }
    return Optional.empty();
  }

  private record Blame(Node.Position at, String path) {}
}
