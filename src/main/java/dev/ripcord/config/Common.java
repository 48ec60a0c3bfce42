package dev.ripcord.config;

import dev.ripcord.config.ServiceSettings.RollbackSettings;
import dev.ripcord.config.ServiceSettings.Schedule;
import dev.ripcord.watch.Act;
import dev.ripcord.watch.Limit;
import dev.ripcord.watch.Measure;
import dev.ripcord.watch.Rules;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** What stands at the top for all services and may be said again in each. */
record Common(Rules rules, Schedule schedule, RollbackSettings rollback) {
  /** What holds where the file says nothing. */
  static Common standard() {
    return new Common(
        new Rules(
            Keys.THRESHOLD.standard(),
            Keys.BREACHES.standard(),
            Keys.MINIMUM_REQUESTS.standard(),
            Keys.NORMAL.standard(),
            Keys.ERROR_ACT.standard(),
            Map.of()),
        new Schedule(
            Keys.INTERVAL.standard(),
            Keys.TIMEOUT.standard(),
            Keys.WARM_UP.standard(),
            Keys.BAKE.standard()),
        new RollbackSettings(
            Keys.ORDER.standard(), Keys.STOP_FIRST.standard(), Keys.VERIFY.standard()));
  }

  /** What a section says, and {@code inherited} for the rest. */
  static Common read(Section section, Common inherited) {
    Schedule schedule = inherited.schedule();
    RollbackSettings rollback = inherited.rollback();
    return new Common(
        rules(section, inherited.rules()),
        new Schedule(
            section.value(Keys.INTERVAL, schedule.interval()),
            section.value(Keys.TIMEOUT, schedule.timeout()),
            section.value(Keys.WARM_UP, schedule.warmUp()),
            section.value(Keys.BAKE, schedule.bake())),
        new RollbackSettings(
            section.value(Keys.ORDER, rollback.order()),
            section.value(Keys.STOP_FIRST, rollback.stopFirst()),
            section.value(Keys.VERIFY, rollback.verify())));
  }

  private static Rules rules(Section section, Rules inherited) {
    Map<Measure, Limit> limits = new EnumMap<>(Measure.class);
    limits.putAll(inherited.limits());
    Optional<Section> rules = section.section(Keys.RULES);
    rules.ifPresent(given -> Keys.LIMITS.forEach(limited -> limit(given, limited, limits)));
    Act act =
        rules
            .flatMap(given -> given.section(Keys.ERROR_RATE))
            .flatMap(given -> given.value(Keys.ERROR_ACT))
            .orElse(inherited.act());
    return new Rules(
        section.value(Keys.THRESHOLD, inherited.threshold()),
        section.value(Keys.BREACHES, inherited.breaches()),
        section.value(Keys.MINIMUM_REQUESTS, inherited.minimumRequests()),
        section.value(Keys.NORMAL, inherited.normal()),
        act,
        limits);
  }

  /** A service may change only the act of a limit that it inherits, or only the limit. */
  private static void limit(Section rules, Keys.Limited limited, Map<Measure, Limit> limits) {
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
    Act fallback = inherited.map(Limit::act).orElseGet(Keys.LIMIT_ACT::standard);
    Act act = section.value(Keys.LIMIT_ACT, fallback);
    value.ifPresent(reached -> limits.put(limited.measure(), new Limit(reached, act)));
  }
}
