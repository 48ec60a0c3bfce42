package dev.ripcord.config.file;

import dev.ripcord.config.Durations;
import dev.ripcord.config.MigrationSettings;
import dev.ripcord.config.PlatformSettings;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.ServiceSettings.RollbackSettings;
import dev.ripcord.config.ServiceSettings.Schedule;
import dev.ripcord.config.Settings;
import dev.ripcord.health.Rules;
import java.math.BigDecimal;
import java.time.Duration;
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
    shown.put(Keys.LISTEN, settings.listen());
    shown.put(Keys.TOKEN, settings.token());
    shown.put(Keys.RETENTION, Durations.text(settings.retention()));
    EffectiveConfig alerts = new EffectiveConfig();
    alerts.put(Keys.SLACK, settings.alerts().slack());
    alerts.put(Keys.SLACK_CHANNEL, settings.alerts().slackChannel());
    alerts.put(Keys.WEBHOOK, settings.alerts().webhook());
    shown.map.put(Keys.ALERTS.name(), alerts.map);
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
    shown.put(ServiceKeys.TWO_PERSON, migrations.twoPerson());
    shown.put(ServiceKeys.TOOL, migrations.tool().text());
    shown.put(ServiceKeys.DOWN, migrations.down());
    shown.map.put(PolicyKeys.POLICY.name(), PolicyKeys.shown(migrations.policy()));
    shown.put(ServiceKeys.SHADOW, migrations.shadow().text());
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
      case PlatformSettings.Directory directory -> {
        shown.put(ServiceKeys.RELEASES_PATH, directory.path());
        shown.put(ServiceKeys.RESTART, directory.restart());
        shown.put(ServiceKeys.STOP, directory.stop());
        shown.put(ServiceKeys.DEADLINE, Durations.text(directory.deadline()));
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

  private void schedule(Schedule schedule) {
    put(SharedKeys.INTERVAL, Durations.text(schedule.interval()));
    put(SharedKeys.TIMEOUT, Durations.text(schedule.timeout()));
    put(SharedKeys.WARM_UP, Durations.text(schedule.warmUp()));
    put(SharedKeys.BAKE, Durations.text(schedule.bake()));
  }

  private void rollback(RollbackSettings rollback) {
    put(SharedKeys.ORDER, rollback.order().text());
    put(SharedKeys.STOP_FIRST, rollback.stopFirst());
    put(SharedKeys.VERIFY, Durations.text(rollback.verify()));
    put(SharedKeys.STEP, Durations.text(rollback.stepDeadline()));
  }

  private void rules(Rules rules) {
    put(SharedKeys.THRESHOLD, rules.threshold());
    put(SharedKeys.BREACHES, rules.breaches());
    put(SharedKeys.MINIMUM_REQUESTS, rules.minimumRequests());
    put(SharedKeys.NORMAL, rules.normal());
    Map<String, Object> all = new LinkedHashMap<>();
    all.put(SharedKeys.ERROR_RATE.name(), Map.of(SharedKeys.ERROR_ACT.name(), rules.act().text()));
    for (SharedKeys.Limited limited : SharedKeys.LIMITS) {
      Optional.ofNullable(rules.limits().get(limited.measure()))
          .ifPresent(
              limit -> {
                Map<String, Object> each = new LinkedHashMap<>();
                each.put(limited.limit().name(), limit(limited, limit.value()));
                each.put(SharedKeys.LIMIT_ACT.name(), limit.act().text());
                all.put(limited.group().name(), each);
              });
    }
    map.put(SharedKeys.RULES.name(), all);
  }

  private static String limit(SharedKeys.Limited limited, double value) {
    return limited.limit().type().equals(Types.LATENCY_LIMIT)
        ? Durations.text(Duration.ofMillis(Math.round(value * 1000)))
        : BigDecimal.valueOf(value).movePointRight(2).stripTrailingZeros().toPlainString() + "%";
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
