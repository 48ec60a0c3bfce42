package dev.ripcord.cli.start;

import dev.ripcord.alert.Alerts;
import dev.ripcord.alert.Heartbeat;
import dev.ripcord.cli.console.CommandRunner;
import dev.ripcord.cli.wiring.AlertDelivery;
import dev.ripcord.cli.wiring.Assembly;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.config.change.ConfigurationChange;
import dev.ripcord.engine.Supervisor;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.release.ServiceName;
import dev.ripcord.web.Metrics;
import dev.ripcord.web.access.Access;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of a daemon that a configuration changes while it runs. Used on one ordinary thread,
 * which it blocks.
 */
final class RunningDaemon {
  private static final Logger LOG = LoggerFactory.getLogger(RunningDaemon.class);
  private static final long SECONDS = 30;

  private final Assembly assembly;
  private final Parts parts;
  private final Consumer<List<ServiceName>> beginning;
  private final Map<ServiceName, WatchedService> services = new TreeMap<>();

  /** What was made when it started. */
  record Parts(Supervisor supervisor, AlertDelivery alerts, Access access, Metrics metrics) {}

  /**
   * As it was started.
   *
   * @param services the services that it watches
   * @param beginning is told the names of services that are new, before they are watched
   */
  RunningDaemon(
      Assembly assembly,
      Parts parts,
      List<WatchedService> services,
      Consumer<List<ServiceName>> beginning) {
    this.assembly = assembly;
    this.parts = parts;
    this.beginning = beginning;
    services.forEach(service -> this.services.put(service.name(), service));
  }

  /** How many services are configured. */
  int count() {
    return services.size();
  }

  /**
   * Takes a change. Everything is made before anything is changed, so that what cannot be made
   * leaves all as it was.
   *
   * @return the services that are new or configured otherwise
   */
  List<WatchedService> take(ConfigurationChange change) {
    List<WatchedService> added = change.added().values().stream().map(assembly::service).toList();
    List<WatchedService> changed = new ArrayList<>();
    change
        .changed()
        .forEach(
            (name, each) ->
                changed.add(
                    assembly.service(
                        each.after(), each.before(), Objects.requireNonNull(services.get(name)))));
    Settings taken = change.taken();
    parts.alerts.configure(taken.alerts());
    parts.access.configure(taken.access());
    List<String> channels = new ArrayList<>(Alerts.names(taken.alerts()));
    channels.addAll(Heartbeat.names(taken.alerts()));
    List<ServiceName> names = change.added().values().stream().map(ServiceSettings::name).toList();
    parts.metrics.expect(names, channels);
    begin(names);
    Supervisor.Change services = new Supervisor.Change(added, changed, change.removed());
    assembly.shown(services);
    parts.supervisor.change(services).timeout(SECONDS, TimeUnit.SECONDS).await();
    List<WatchedService> other = new ArrayList<>(added);
    other.addAll(changed);
    other.forEach(service -> this.services.put(service.name(), service));
    this.services.keySet().removeAll(change.removed());
    assembly.retain(taken.services().values());
    return List.copyOf(other);
  }

  /** What is told of the past of a service is no reason not to watch it. */
  private void begin(List<ServiceName> added) {
    try {
      beginning.accept(added);
    } catch (Exception e) { // what is awaited fails with exceptions that nobody declares
      LOG.warn("what earlier rollbacks have left is not shown: {}", CommandRunner.message(e));
    }
  }
}
