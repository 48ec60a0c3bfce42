package dev.ripcord.config;

import dev.ripcord.config.ServiceSettings.RollbackSettings;
import dev.ripcord.config.ServiceSettings.Schedule;
import dev.ripcord.watch.Rules;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Settings with the names and forms of the file, secrets as {@code ***}. */
final class Shown {
  private final Map<String, Object> map = new LinkedHashMap<>();

  private Shown() {}

  static Map<String, Object> of(Settings settings) {
    Shown shown = new Shown();
    shown.put(Keys.DATA, settings.data());
    shown.put(Keys.JOURNAL, settings.database());
    shown.put(Keys.LISTEN, settings.listen());
    shown.put(Keys.TOKEN, settings.token());
    shown.put(Keys.RETENTION, Durations.text(settings.retention()));
    Shown alerts = new Shown();
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
    Shown shown = new Shown();
    shown.put(Keys.URL, service.source().url());
    shown.put(Keys.METRICS, service.source().metrics());
    Map<String, Object> headers = new TreeMap<>();
    service.source().headers().forEach((name, secret) -> headers.put(name, secret.toString()));
    if (!headers.isEmpty()) {
      shown.map.put(Keys.HEADERS.name(), headers);
    }
    shown.put(Keys.SERVICE_DATABASE, service.source().database());
    service.migrations().ifPresent(it -> shown.map.put(Keys.MIGRATIONS.name(), migrations(it)));
    service
        .platform()
        .ifPresent(it -> shown.map.put(Keys.PLATFORM.name(), Map.of(it.name(), platform(it))));
    shown.schedule(service.schedule());
    shown.rollback(service.rollback());
    shown.rules(service.rules());
    return shown.map;
  }

  private static Map<String, Object> migrations(MigrationSettings migrations) {
    Shown shown = new Shown();
    shown.put(Keys.DIR, migrations.dir());
    shown.put(Keys.MIGRATIONS_DATABASE, migrations.database());
    shown.put(Keys.APPLICATION, migrations.application());
    shown.put(Keys.BACKUP, migrations.backup().name().toLowerCase(Locale.ROOT));
    return shown.map;
  }

  private static Map<String, Object> platform(PlatformSettings platform) {
    Shown shown = new Shown();
    switch (platform) {
      case PlatformSettings.Docker docker -> {
        shown.put(Keys.CONTAINER, docker.container());
        shown.put(Keys.SOCKET, docker.socket());
        shown.put(Keys.START_TIMEOUT, Durations.text(docker.startTimeout()));
      }
      case PlatformSettings.Directory directory -> {
        shown.put(Keys.RELEASES_PATH, directory.path());
        shown.put(Keys.RESTART, directory.restart());
        shown.put(Keys.DEADLINE, Durations.text(directory.deadline()));
      }
      case PlatformSettings.Command command -> {
        shown.put(Keys.SWITCH, command.switchTo());
        shown.put(Keys.CURRENT, command.current());
        shown.put(Keys.STOP, command.stop());
        shown.put(Keys.DEADLINE, Durations.text(command.deadline()));
      }
    }
    return shown.map;
  }

  private void schedule(Schedule schedule) {
    put(Keys.INTERVAL, Durations.text(schedule.interval()));
    put(Keys.TIMEOUT, Durations.text(schedule.timeout()));
    put(Keys.WARM_UP, Durations.text(schedule.warmUp()));
    put(Keys.BAKE, Durations.text(schedule.bake()));
  }

  private void rollback(RollbackSettings rollback) {
    put(Keys.ORDER, rollback.order().text());
    put(Keys.STOP_FIRST, rollback.stopFirst());
    put(Keys.VERIFY, Durations.text(rollback.verify()));
  }

  private void rules(Rules rules) {
    put(Keys.THRESHOLD, rules.threshold());
    put(Keys.BREACHES, rules.breaches());
    put(Keys.MINIMUM_REQUESTS, rules.minimumRequests());
    put(Keys.NORMAL, rules.normal());
    Map<String, Object> all = new LinkedHashMap<>();
    all.put(Keys.ERROR_RATE.name(), Map.of(Keys.ERROR_ACT.name(), rules.act().text()));
    for (Keys.Limited limited : Keys.LIMITS) {
      Optional.ofNullable(rules.limits().get(limited.measure()))
          .ifPresent(
              limit -> {
                Map<String, Object> each = new LinkedHashMap<>();
                each.put(limited.limit().name(), limit(limited, limit.value()));
                each.put(Keys.LIMIT_ACT.name(), limit.act().text());
                all.put(limited.group().name(), each);
              });
    }
    map.put(Keys.RULES.name(), all);
  }

  private static String limit(Keys.Limited limited, double value) {
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
