package dev.ripcord.engine;

import dev.ripcord.engine.context.EngineContext;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.health.Judge;
import dev.ripcord.health.Rules;
import java.util.Optional;

/**
 * A service as it is configured, and what follows from that. Where it is configured otherwise all
 * of it is another one at once.
 *
 * @param budget tells people how its errors are spent, where it has an objective
 * @param poller measures it
 */
record ConfiguredService(
    WatchedService service, Judge judge, Optional<BudgetAlerts> budget, Poller poller) {
  /** For the first time. */
  static ConfiguredService of(EngineContext context, WatchedService service, Poller poller) {
    return new ConfiguredService(
        service, new Judge(rules(service)), budget(context, service), poller);
  }

  /** Configured otherwise: the errors that were spent stay where the objective does. */
  ConfiguredService with(EngineContext context, WatchedService next, Poller other) {
    boolean isSameObjective = rules(service).objective().equals(rules(next).objective());
    return new ConfiguredService(
        next, new Judge(rules(next)), isSameObjective ? budget : budget(context, next), other);
  }

  private static Rules rules(WatchedService service) {
    return service.terms().rules();
  }

  private static Optional<BudgetAlerts> budget(EngineContext context, WatchedService service) {
    return rules(service)
        .objective()
        .map(objective -> new BudgetAlerts(context.journal(), service.name(), objective));
  }
}
