package dev.ripcord.config.file;

import dev.ripcord.config.ServiceSettings.RollbackSettings;
import dev.ripcord.config.ServiceSettings.Schedule;
import dev.ripcord.health.Bound;
import dev.ripcord.health.Escalation;
import dev.ripcord.health.Limit;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Ratio;
import dev.ripcord.health.Rules;
import dev.ripcord.watch.WatchSpec.Approval;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

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
            section.value(SharedKeys.BAKE, schedule.bake()),
            section.value(SharedKeys.AFTER_BREACH).or(schedule::afterBreach)),
        new RollbackSettings(
            section.value(SharedKeys.ORDER, rollback.order()),
            section.value(SharedKeys.STOP_FIRST, rollback.stopFirst()),
            section.value(SharedKeys.VERIFY, rollback.verify()),
            section.value(SharedKeys.STEP, rollback.stepDeadline()),
            section.value(SharedKeys.DATABASE_AWAY, rollback.databaseAway()),
            approval(
                section, rollback.approval(), section.value(SharedKeys.BAKE, schedule.bake()))));
  }

  /** The time to approve in is the bake time where only what follows is said. */
  private static Optional<Approval> approval(
      Section section, Optional<Approval> inherited, Duration bake) {
    return section
        .section(SharedKeys.APPROVAL)
        .map(
            given ->
                new Approval(
                    given
                        .value(SharedKeys.APPROVAL_WITHIN)
                        .orElse(inherited.map(Approval::within).orElse(bake)),
                    given
                        .value(SharedKeys.APPROVAL_OTHERWISE)
                        .orElse(
                            inherited
                                .map(Approval::otherwise)
                                .orElseGet(SharedKeys.APPROVAL_OTHERWISE::standard))))
        .or(() -> inherited);
  }

  /** The usual timeout, which nobody set, cut to four fifths of a shorter interval. */
  InheritedSettings withTimeoutInside() {
    Duration most = schedule.interval().multipliedBy(4).dividedBy(5);
    Duration timeout = schedule.timeout().compareTo(most) < 0 ? schedule.timeout() : most;
    return new InheritedSettings(rules, schedule.withTimeout(timeout), rollback);
  }

  private static Rules rules(Section section, Rules inherited) {
    Map<Measure, Limit> limits = new EnumMap<>(Measure.class);
    limits.putAll(inherited.limits());
    Optional<Section> rules = section.section(SharedKeys.RULES);
    rules.ifPresent(given -> SharedKeys.LIMITS.forEach(limited -> limit(given, limited, limits)));
    Optional<Section> errorRate = rules.flatMap(given -> given.section(SharedKeys.ERROR_RATE));
    Optional<Bound> errors = errorRate.flatMap(given -> given.value(SharedKeys.ERROR_LIMIT));
    Optional<Ratio> threshold = section.value(SharedKeys.THRESHOLD);
    if (threshold.isPresent() && errors.filter(each -> !each.isRelative()).isPresent()) {
      section.problem("has a threshold and a limit of rules.error-rate; keep one of them");
    }
    return new Rules(
        errors
            .filter(each -> !each.isRelative())
            .map(each -> Ratio.near(each.plus()))
            .or(() -> threshold)
            .orElse(inherited.threshold()),
        section.value(SharedKeys.BREACHES, inherited.breaches()),
        section.value(SharedKeys.MINIMUM_REQUESTS, inherited.minimumRequests()),
        section.value(SharedKeys.NORMAL, inherited.normal()),
        errorRate.flatMap(given -> given.value(SharedKeys.ERROR_ACT)).orElse(inherited.act()),
        limits,
        errors.isPresent() || threshold.isPresent()
            ? errors.filter(Bound::isRelative)
            : inherited.relativeThreshold(),
        slowerThan(rules, inherited),
        rules
            .flatMap(given -> given.section(SharedKeys.WHOLE_WATCH))
            .flatMap(given -> given.value(SharedKeys.WHOLE_ACT))
            .orElse(inherited.wholeWatch()),
        section.value(SharedKeys.CLEAR, inherited.clear()),
        section.value(SharedKeys.OBJECTIVE).or(inherited::objective));
  }

  private static OptionalDouble slowerThan(Optional<Section> rules, Rules inherited) {
    Optional<Section> slow =
        rules.flatMap(given -> given.section(SharedKeys.group(Measure.SLOW_REQUESTS)));
    if (slow.isEmpty()) {
      return inherited.slowerThan();
    }
    Optional<Duration> longer =
        inherited.slowerThan().isPresent()
            ? slow.get().value(SharedKeys.LONGER_THAN)
            : slow.get().required(SharedKeys.LONGER_THAN);
    return longer
        .map(each -> OptionalDouble.of(each.toNanos() / 1e9))
        .orElse(inherited.slowerThan());
  }

  /** A service may change only the act of a limit that it inherits, or only the limit. */
  private static void limit(Section rules, SharedKeys.Limited limited, Map<Measure, Limit> limits) {
    Optional<Section> given = rules.section(limited.group());
    if (given.isEmpty()) {
      return;
    }
    Section section = given.get();
    Optional<Limit> inherited = Optional.ofNullable(limits.get(limited.measure()));
    Optional<Bound> bound =
        inherited.isPresent()
            ? section.value(limited.limit()).or(() -> inherited.map(InheritedSettings::bound))
            : section.required(limited.limit());
    Escalation fallback = inherited.map(Limit::act).orElseGet(SharedKeys.LIMIT_ACT::standard);
    Escalation act = section.value(SharedKeys.LIMIT_ACT, fallback);
    bound.ifPresent(reached -> limits.put(limited.measure(), Limit.of(reached, act)));
  }

  private static Bound bound(Limit limit) {
    return limit.relative().orElseGet(() -> new Bound(0, limit.value()));
  }
}
