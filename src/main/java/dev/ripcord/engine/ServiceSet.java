package dev.ripcord.engine;

import dev.ripcord.engine.context.EngineContext;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.release.ServiceName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The services that the engine watches, while they change. Called on its event loop. */
final class ServiceSet {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceSet.class);

  private final EngineContext context;
  private final SortedMap<ServiceName, ServiceLoop> loops;

  ServiceSet(EngineContext context, SortedMap<ServiceName, ServiceLoop> loops) {
    this.context = context;
    this.loops = loops;
  }

  /** Begins what a change wants; leases are taken and given back in the rounds that follow. */
  void change(Supervisor.Change change) {
    change.removed().forEach(this::remove);
    change.changed().forEach(service -> configure(service, Duration.ZERO));
    List<WatchedService> added = change.added();
    for (int i = 0; i < added.size(); i++) {
      Duration interval = added.get(i).terms().interval();
      configure(added.get(i), interval.multipliedBy(i + 1L).dividedBy(added.size()));
    }
  }

  /**
   * One that was removed, and whose release is still under watch, is watched on.
   *
   * @param delay until the first poll of a new one
   */
  private void configure(WatchedService service, Duration delay) {
    ServiceLoop there = loops.get(service.name());
    if (there != null) {
      there.retire(false);
      there.reconfigure(service);
      return;
    }
    ServiceLoop made = new ServiceLoop(context, service);
    loops.put(service.name(), made);
    made.poll(Duration.ZERO, delay);
  }

  private void remove(ServiceName service) {
    ServiceLoop loop = loops.get(service);
    if (loop == null) {
      return;
    }
    loop.retire(true);
    Optional<Watcher> running = loop.watcher();
    running.ifPresent(
        watcher ->
            LOG.warn(
                "{} is no longer configured, and release {} is {}; that is finished first, as it"
                    + " was configured",
                service,
                watcher.charter().release().name(),
                watcher.isRollingBack() ? "being rolled back" : "under watch"));
  }
}
