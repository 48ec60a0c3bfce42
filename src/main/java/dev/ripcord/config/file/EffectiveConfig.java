package dev.ripcord.config.file;

import dev.ripcord.config.AccessSettings;
import dev.ripcord.config.Durations;
import dev.ripcord.config.MigrationSettings;
import dev.ripcord.config.PlatformSettings;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.ServiceSettings.RollbackSettings;
import dev.ripcord.config.ServiceSettings.Schedule;
import dev.ripcord.config.Settings;
import dev.ripcord.health.Bound;
import dev.ripcord.health.Limit;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Rules;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Settings with the names and forms of the file, secrets as {@code ***}. */
final class EffectiveConfig {
  private final Map<String, Object> map = new LinkedHashMap<>();

  private EffectiveConfig() {}

  static Map<String, Object> of(Settings settings) {
    EffectiveConfig shown = new EffectiveConfig();
    shown.put(Keys.DATA, settings.data());
    shown.put(Keys.JOURNAL, settings.database());
    shown.put(Keys.JOURNAL_AWAY, settings.journalAway().text());
    shown.put(Keys.LISTEN, settings.listen());
    shown.put(AlertKeys.PUBLIC_URL, settings.alerts().links().daemon());
    shown.access(settings.access());
    shown.put(Keys.RETENTION, Durations.text(settings.retention()));
    shown.map.put(AlertKeys.ALERTS.name(), AlertKeys.shown(settings.alerts()));
    shown.map.putAll(AlertKeys.shown(settings.alerts().programs()));
    Map<String, Object> services = new LinkedHashMap<>();
    settings.services().forEach((name, service) -> services.put(name.text(), service(service)));
    shown.map.put(Keys.SERVICES.name(), services);
    return shown.map;
  }

  private static Map<String, Object> service(ServiceSettings service) {
    EffectiveConfig shown = new EffectiveConfig();
    shown.map.putAll(SourceKeys.shown(service.source()));
    Map<String, Object> headers = new TreeMap<>();
    service.source().headers().forEach((name, secret) -> headers.put(name, secret.toString()));
    if (!headers.isEmpty()) {
      shown.map.put(SourceKeys.HEADERS.name(), headers);
    }
    shown.put(ServiceKeys.SERVICE_DATABASE, service.source().database());
    service
        .migrations()
        .ifPresent(it -> shown.map.put(ServiceKeys.MIGRATIONS.name(), migrations(it)));
    service
        .platform()
        .ifPresent(
            it -> shown.map.put(ServiceKeys.PLATFORM.name(), Map.of(it.name(), platform(it))));
    shown.schedule(service.schedule());
    shown.rollback(service.rollback());
    shown.rules(service.rules());
    return shown.map;
  }

  private static Map<String, Object> migrations(MigrationSettings migrations) {
    EffectiveConfig shown = new EffectiveConfig();
    shown.put(ServiceKeys.DIR, migrations.dir());
    shown.put(ServiceKeys.MIGRATIONS_DATABASE, migrations.database());
    shown.put(ServiceKeys.APPLICATION, migrations.application());
    shown.put(ServiceKeys.BACKUP, migrations.backup().name().toLowerCase(Locale.ROOT));
    shown.put(ServiceKeys.BACKUP_OF, migrations.backupOf().name().toLowerCase(Locale.ROOT));
    shown.put(ServiceKeys.TWO_PERSON, migrations.twoPerson());
    shown.put(ServiceKeys.TOOL, migrations.tool().text());
    shown.put(ServiceKeys.DOWN, migrations.down());
    shown.map.put(PolicyKeys.POLICY.name(), PolicyKeys.shown(migrations.policy()));
    shown.put(ServiceKeys.SHADOW, migrations.shadow().text());
    EffectiveConfig losses = new EffectiveConfig();
    losses.put(ServiceKeys.LOSS_ACT, migrations.losses().act().name().toLowerCase(Locale.ROOT));
    losses.put(ServiceKeys.LOSS_SIZE, Types.sizeText(migrations.losses().maxBytes()));
    losses.put(ServiceKeys.LOSS_TIME, Durations.text(migrations.losses().maxTime()));
    shown.map.put(ServiceKeys.LOSSES.name(), losses.map);
    MigrationSettings.Locks given = migrations.locks();
    EffectiveConfig locks = new EffectiveConfig();
    locks.put(ServiceKeys.LOCK_TIMEOUT, Durations.text(given.timeout()));
    locks.put(ServiceKeys.LOCK_RETRY, Durations.text(given.retry()));
    locks.put(ServiceKeys.LOCK_BLOCKERS, given.blockers().name().toLowerCase(Locale.ROOT));
    shown.map.put(ServiceKeys.LOCK.name(), locks.map);
    shown.map.put(
        ServiceKeys.STAGE2.name(),
        Map.of(ServiceKeys.GRACE.name(), Durations.text(migrations.grace())));
    return shown.map;
  }

  private static Map<String, Object> platform(PlatformSettings platform) {
    EffectiveConfig shown = new EffectiveConfig();
    switch (platform) {
      case PlatformSettings.Docker docker -> {
        shown.put(ServiceKeys.CONTAINER, docker.container());
        shown.put(ServiceKeys.SOCKET, docker.socket());
        shown.put(ServiceKeys.START_TIMEOUT, Durations.text(docker.startTimeout()));
      }
      case PlatformSettings.Compose compose -> {
        shown.put(ServiceKeys.COMPOSE_FILE, compose.file());
        shown.put(ServiceKeys.PROJECT, compose.project());
        shown.put(ServiceKeys.COMPOSE_SERVICE, compose.service());
        shown.put(ServiceKeys.SOCKET, compose.socket());
        shown.put(ServiceKeys.START_TIMEOUT, Durations.text(compose.startTimeout()));
      }
      case PlatformSettings.Swarm swarm -> {
        shown.put(ServiceKeys.SWARM_SERVICE, swarm.service());
        shown.put(ServiceKeys.SOCKET, swarm.socket());
        shown.put(ServiceKeys.START_TIMEOUT, Durations.text(swarm.startTimeout()));
      }
      case PlatformSettings.Kubernetes kubernetes -> {
        shown.map.put(kubernetes.kind().key(), kubernetes.workload());
        shown.put(ServiceKeys.POD_CONTAINER, kubernetes.container());
        shown.map.putAll(SourceKeys.shown(kubernetes.access()));
        shown.put(ServiceKeys.TEMPLATE, kubernetes.template());
        shown.put(ServiceKeys.GIT_OPS, kubernetes.gitOps().name().toLowerCase(Locale.ROOT));
        kubernetes.git().ifPresent(git -> shown.map.put(ServiceKeys.GIT.name(), platform(git)));
        shown.put(ServiceKeys.ROLLOUT_TIMEOUT, Durations.text(kubernetes.rolloutTimeout()));
      }
      case PlatformSettings.Directory directory -> {
        shown.put(ServiceKeys.RELEASES_PATH, directory.path());
        shown.put(ServiceKeys.RESTART, directory.restart());
        shown.put(ServiceKeys.STOP, directory.stop());
        shown.put(ServiceKeys.DEADLINE, Durations.text(directory.deadline()));
      }
      case PlatformSettings.Http http -> {
        shown.put(ServiceKeys.HOOK_SWITCH, http.switchTo());
        shown.put(ServiceKeys.HOOK_CURRENT, http.current());
        shown.put(ServiceKeys.HOOK_STOP, http.stop());
        shown.put(ServiceKeys.SECRET_FILE, http.secretFile());
        shown.put(ServiceKeys.DEADLINE, Durations.text(http.deadline()));
      }
      case PlatformSettings.Registry registry -> {
        shown.put(ServiceKeys.REGISTRY_REPOSITORY, registry.repository());
        shown.put(ServiceKeys.TAG, registry.tag());
        shown.put(ServiceKeys.INSECURE, registry.insecure());
        shown.put(ServiceKeys.DEADLINE, Durations.text(registry.deadline()));
      }
      case PlatformSettings.Git git -> {
        shown.put(ServiceKeys.REPOSITORY, git.repository());
        shown.put(ServiceKeys.BRANCH, git.branch());
        shown.put(ServiceKeys.GIT_FILE, git.file());
        shown.put(ServiceKeys.GIT_IMAGE, git.image());
        shown.put(ServiceKeys.DEADLINE, Durations.text(git.deadline()));
      }
      case PlatformSettings.Command command -> {
        shown.put(ServiceKeys.SWITCH, command.switchTo());
        shown.put(ServiceKeys.CURRENT, command.current());
        shown.put(ServiceKeys.STOP, command.stop());
        shown.put(ServiceKeys.DEADLINE, Durations.text(command.deadline()));
      }
    }
    return shown.map;
  }

  private void access(AccessSettings access) {
    put(Keys.TOKEN, access.token());
    List<Map<String, Object>> tokens = new ArrayList<>();
    for (AccessSettings.NamedToken each : access.tokens()) {
      EffectiveConfig shown = new EffectiveConfig();
      shown.put(Keys.TOKEN_NAME, each.name());
      shown.put(Keys.TOKEN_ROLE, each.role().text());
      shown.put(Keys.TOKEN_SECRET, each.secret());
      tokens.add(shown.map);
    }
    if (!tokens.isEmpty()) {
      map.put(Keys.TOKENS.name(), tokens);
    }
    put(Keys.READING, access.reading().text());
    access
        .tls()
        .ifPresent(
            tls -> {
              EffectiveConfig shown = new EffectiveConfig();
              shown.put(Keys.TLS_CERT, tls.cert());
              shown.put(Keys.TLS_KEY, tls.key());
              map.put(Keys.TLS.name(), shown.map);
            });
  }

  private void schedule(Schedule schedule) {
    put(SharedKeys.INTERVAL, Durations.text(schedule.interval()));
    put(SharedKeys.AFTER_BREACH, schedule.afterBreach().map(Durations::text));
    put(SharedKeys.TIMEOUT, Durations.text(schedule.timeout()));
    put(SharedKeys.WARM_UP, Durations.text(schedule.warmUp()));
    put(SharedKeys.BAKE, Durations.text(schedule.bake()));
  }

  private void rollback(RollbackSettings rollback) {
    put(SharedKeys.ORDER, rollback.order().text());
    put(SharedKeys.STOP_FIRST, rollback.stopFirst());
    put(SharedKeys.VERIFY, Durations.text(rollback.verify()));
    put(SharedKeys.STEP, Durations.text(rollback.stepDeadline()));
    put(SharedKeys.DATABASE_AWAY, rollback.databaseAway().text());
    rollback
        .approval()
        .ifPresent(
            approval ->
                map.put(
                    SharedKeys.APPROVAL.name(),
                    Map.of(
                        SharedKeys.APPROVAL_WITHIN.name(),
                        Durations.text(approval.within()),
                        SharedKeys.APPROVAL_OTHERWISE.name(),
                        approval.otherwise().text())));
  }

  private void rules(Rules rules) {
    put(SharedKeys.THRESHOLD, rules.threshold());
    put(SharedKeys.BREACHES, rules.breaches());
    put(SharedKeys.MINIMUM_REQUESTS, rules.minimumRequests());
    put(SharedKeys.NORMAL, rules.normal());
    put(SharedKeys.CLEAR, rules.clear());
    put(SharedKeys.OBJECTIVE, rules.objective());
    Map<String, Object> all = new LinkedHashMap<>();
    Map<String, Object> errors = new LinkedHashMap<>();
    rules
        .relativeThreshold()
        .ifPresent(
            bound -> errors.put(SharedKeys.ERROR_LIMIT.name(), spelled(bound, Measure.ERROR_RATE)));
    errors.put(SharedKeys.ERROR_ACT.name(), rules.act().text());
    all.put(SharedKeys.ERROR_RATE.name(), errors);
    all.put(
        SharedKeys.WHOLE_WATCH.name(),
        Map.of(SharedKeys.WHOLE_ACT.name(), rules.wholeWatch().text()));
    for (SharedKeys.Limited limited : SharedKeys.LIMITS) {
      Optional.ofNullable(rules.limits().get(limited.measure()))
          .ifPresent(limit -> all.put(limited.group().name(), limit(rules, limited, limit)));
    }
    map.put(SharedKeys.RULES.name(), all);
  }

  private static Map<String, Object> limit(Rules rules, SharedKeys.Limited limited, Limit limit) {
    Map<String, Object> each = new LinkedHashMap<>();
    if (limited.measure() == Measure.SLOW_REQUESTS) {
      rules.slowerThan().ifPresent(longer -> each.put(SharedKeys.LONGER_THAN.name(), time(longer)));
    }
    Bound bound = limit.relative().orElseGet(() -> new Bound(0, limit.value()));
    each.put(limited.limit().name(), spelled(bound, limited.measure()));
    each.put(SharedKeys.LIMIT_ACT.name(), limit.act().text());
    return each;
  }

  private static String spelled(Bound bound, Measure measure) {
    String plus = measure.isShare() ? share(bound.plus()) : time(bound.plus());
    if (!bound.isRelative()) {
      return plus;
    }
    return bound.plus() > 0
        ? "baseline + " + plus
        : BigDecimal.valueOf(bound.times()).stripTrailingZeros().toPlainString() + "x baseline";
  }

  private static String time(double seconds) {
    return Durations.text(Duration.ofMillis(Math.round(seconds * 1000)));
  }

  private static String share(double share) {
    return BigDecimal.valueOf(share).movePointRight(2).stripTrailingZeros().toPlainString() + "%";
  }

  /** A value as the file would spell it; lists stay lists, what is not there is left out. */
  private void put(Key key, Object value) {
    switch (value) {
      case Optional<?> maybe -> maybe.ifPresent(there -> put(key, there));
      case List<?> list -> map.put(key.name(), list);
      default -> map.put(key.name(), value.toString());
    }
  }
}
