package dev.ripcord.config.file;

import dev.ripcord.config.ServiceSettings.RollbackSettings;
import dev.ripcord.config.ServiceSettings.Schedule;
import dev.ripcord.health.Escalation;
import dev.ripcord.health.Limit;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Rules;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** What stands at the top for all services and may be said again in each. */
record InheritedSettings(Rules rules, Schedule schedule, RollbackSettings rollback) {
  /** What holds where the file says nothing. */
  static InheritedSettings standard() {
    return new InheritedSettings(
        new Rules(
            SharedKeys.THRESHOLD.standard(),
            SharedKeys.BREACHES.standard(),
            SharedKeys.MINIMUM_REQUESTS.standard(),
            SharedKeys.NORMAL.standard(),
            SharedKeys.ERROR_ACT.standard(),
            Map.of()),
        new Schedule(
            SharedKeys.INTERVAL.standard(),
            SharedKeys.TIMEOUT.standard(),
            SharedKeys.WARM_UP.standard(),
            SharedKeys.BAKE.standard()),
        new RollbackSettings(
            SharedKeys.ORDER.standard(),
            SharedKeys.STOP_FIRST.standard(),
            SharedKeys.VERIFY.standard(),
            SharedKeys.STEP.standard()));
  }

  /** What a section says, and {@code inherited} for the rest. */
  static InheritedSettings read(Section section, InheritedSettings inherited) {
    Schedule schedule = inherited.schedule();
    RollbackSettings rollback = inherited.rollback();
    return new InheritedSettings(
        rules(section, inherited.rules()),
        new Schedule(
            section.value(SharedKeys.INTERVAL, schedule.interval()),
            section.value(SharedKeys.TIMEOUT, schedule.timeout()),
            section.value(SharedKeys.WARM_UP, schedule.warmUp()),
            section.value(SharedKeys.BAKE, schedule.bake())),
        new RollbackSettings(
            section.value(SharedKeys.ORDER, rollback.order()),
            section.value(SharedKeys.STOP_FIRST, rollback.stopFirst()),
            section.value(SharedKeys.VERIFY, rollback.verify()),
            section.value(SharedKeys.STEP, rollback.stepDeadline())));
  }

  /** The usual timeout, which nobody set, cut to four fifths of a shorter interval. */
  InheritedSettings withTimeoutInside() {
    Duration most = schedule.interval().multipliedBy(4).dividedBy(5);
    Duration timeout = schedule.timeout().compareTo(most) < 0 ? schedule.timeout() : most;
    Schedule inside =
        new Schedule(schedule.interval(), timeout, schedule.warmUp(), schedule.bake());
    return new InheritedSettings(rules, inside, rollback);
  }

  private static Rules rules(Section section, Rules inherited) {
    Map<Measure, Limit> limits = new EnumMap<>(Measure.class);
    limits.putAll(inherited.limits());
    Optional<Section> rules = section.section(SharedKeys.RULES);
    rules.ifPresent(given -> SharedKeys.LIMITS.forEach(limited -> limit(given, limited, limits)));
    Escalation act =
        rules
            .flatMap(given -> given.section(SharedKeys.ERROR_RATE))
            .flatMap(given -> given.value(SharedKeys.ERROR_ACT))
            .orElse(inherited.act());
    return new Rules(
        section.value(SharedKeys.THRESHOLD, inherited.threshold()),
        section.value(SharedKeys.BREACHES, inherited.breaches()),
        section.value(SharedKeys.MINIMUM_REQUESTS, inherited.minimumRequests()),
        section.value(SharedKeys.NORMAL, inherited.normal()),
        act,
        limits);
  }

  /** A service may change only the act of a limit that it inherits, or only the limit. */
  private static void limit(Section rules, SharedKeys.Limited limited, Map<Measure, Limit> limits) {
    Optional<Section> given = rules.section(limited.group());
    if (given.isEmpty()) {
      return;
    }
    Section section = given.get();
    Optional<Limit> inherited = Optional.ofNullable(limits.get(limited.measure()));
    Optional<Double> value =
        inherited.isPresent()
            ? section.value(limited.limit()).or(() -> inherited.map(Limit::value))
            : section.required(limited.limit());
    Escalation fallback = inherited.map(Limit::act).orElseGet(SharedKeys.LIMIT_ACT::standard);
    Escalation act = section.value(SharedKeys.LIMIT_ACT, fallback);
    value.ifPresent(reached -> limits.put(limited.measure(), new Limit(reached, act)));
  }
}
