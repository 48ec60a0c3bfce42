package dev.ripcord.engine;

import dev.ripcord.engine.context.EngineContext;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.engine.rollback.AlertTexts;
import dev.ripcord.engine.rollback.RollbackPlanning;
import dev.ripcord.port.Alert;
import dev.ripcord.rollback.Order;
import dev.ripcord.rollback.Planned;
import dev.ripcord.watch.WatchSpec;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a release under watch could be rolled back: asked at the start, when there is time to fix
 * what is in the way, and reported to people when it could not.
 */
final class RollbackReadiness {
  private static final Logger LOG = LoggerFactory.getLogger(RollbackReadiness.class);

  private static final long MARK_SECONDS = 20;

  private final EngineContext context;
  private final WatchedService service;
  private final WatchSpec charter;
  private String line;
  private ReadinessState prospect = new ReadinessState.Unknown();
  private boolean runsOnItsSchema;

  RollbackReadiness(EngineContext context, WatchedService service, WatchSpec charter) {
    this.context = context;
    this.service = service;
    this.charter = charter;
    if (service.platform().isEmpty()) {
      prospect =
          new ReadinessState.Impossible("nothing is configured that could put an image back");
    }
    this.line =
        charter
            .alertOnly()
            .map(why -> "alert only: " + why)
            .orElse("checking whether it can be rolled back");
  }

  /** In one line, as it was when it was asked last. */
  String line() {
    return line;
  }

  /** Whether it could be, as it was when it was asked last. */
  ReadinessState prospect() {
    return prospect;
  }

  /** Whether the plan had the previous image run on the schema that the release has left. */
  boolean runsOnItsSchema() {
    return runsOnItsSchema;
  }

  /** Asks, and alerts people of trouble once for each watch. Never fails: the line says it then. */
  Future<Void> ask(long watch) {
    if (charter.alertOnly().isPresent()) {
      return Future.succeededFuture();
    }
    return mark()
        .compose(
            marked ->
                new RollbackPlanning(context.journal(), service)
                    .priced(charter.release(), service.terms().policy()))
        .map(
            priced -> {
              Planned planned = priced.planned();
              line = planned.line() + noLocks(priced);
              prospect = ReadinessState.of(planned);
              runsOnItsSchema =
                  planned instanceof Planned.Possible possible
                      && (possible.plan().order() == Order.IMAGE_FIRST
                          || (possible.plan().downs() == 0 && possible.plan().kept().isEmpty()));
              return Optional.of(planned).filter(Planned::needsAttention);
            })
        .recover(
            e -> {
              line = "not known whether it can be rolled back: " + RollbackPlanning.message(e);
              LOG.warn("watch {} of {}: {}", watch, service.name(), line);
              return Future.succeededFuture(Optional.empty());
            })
        .compose(
            worrying ->
                worrying.map(planned -> warn(watch, planned)).orElseGet(Future::succeededFuture));
  }

  /** A down may succeed without it, so it is said and nobody is called. */
  private String noLocks(RollbackPlanning.Priced priced) {
    return priced.planned() instanceof Planned.Possible possible && possible.plan().downs() > 0
        ? priced.rights().blockers().map(why -> ". A lock may stop it: " + why).orElse("")
        : "";
  }

  /**
   * Writes down where another tool left the database, when a watch begins and when it ends. Where
   * that fails the plan says what is not known.
   */
  Future<Void> mark() {
    if (service.schema().isEmpty()) {
      return Future.succeededFuture();
    }
    String release = charter.release().name();
    return service
        .schema()
        .get()
        .mark(release)
        .timeout(MARK_SECONDS, TimeUnit.SECONDS)
        .onSuccess(said -> said.ifPresent(text -> LOG.info("{}: {}", service.name(), text)))
        .onFailure(
            e -> LOG.warn("{}: no savepoint: {}", service.name(), RollbackPlanning.message(e)))
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  private Future<Void> warn(long watch, Planned planned) {
    LOG.warn("watch {} of {}: {}", watch, service.name(), line);
    Alert alert = AlertTexts.noWayBack(charter.release(), watch, planned, context.now());
    return context
        .journal()
        .enqueue(List.of(alert))
        .onFailure(e -> LOG.warn("no alert is sent for it: {}", RollbackPlanning.message(e)))
        .otherwiseEmpty();
  }
}
