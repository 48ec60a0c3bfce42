package dev.ripcord.engine;

import dev.ripcord.engine.context.EngineContext;
import dev.ripcord.engine.context.Timers;
import dev.ripcord.engine.rollback.RollbackPlanning;
import dev.ripcord.port.JournalException;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of the lease of a service while it is not this process's: who has it, what was said
 * about that, and when it may be asked for again. Called on the engine's event loop.
 */
final class LeaseWait {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceLoop.class);

  /** How long until a lease that is not ours is asked for again. */
  private static final long RETRY_MILLIS = 1000;

  private static final long STILL_ENDING_MILLIS = 30_000;

  private final ServiceName service;
  private final Timers timers;
  private final LongSupplier nanos;
  private Optional<String> heldBy = Optional.empty();
  private String said = "";
  private long againNanos;

  /** What was begun with a lease that is lost. */
  private Future<Void> calm = Future.succeededFuture();

  LeaseWait(EngineContext context, ServiceName service) {
    this.service = service;
    this.timers = context.timers();
    this.nanos = context.clocks().nanos();
    this.againNanos = nanos.getAsLong();
  }

  /** Which process has it and since when, where that is known. */
  Optional<String> heldBy() {
    return heldBy;
  }

  void heldBy(Optional<String> who) {
    heldBy = who;
  }

  /**
   * Whether it is long enough since it was asked for in vain, and nothing that was begun with it
   * runs any more.
   */
  boolean mayAsk() {
    return calm.isComplete() && nanos.getAsLong() - againNanos >= 0;
  }

  /** It was asked for in vain; gives who has it, where that was said. */
  Optional<String> refused(Throwable why) {
    againNanos = nanos.getAsLong() + TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS);
    return why instanceof JournalException held ? held.holder() : Optional.empty();
  }

  /** Says once that it is waited for, and for what. */
  void sayWhy(Throwable why) {
    say(heldBy.map(who -> "it is watched by " + who).orElse(RollbackPlanning.message(why)));
  }

  /** Says once for what it is waited for. */
  void say(String why) {
    if (!why.equals(said)) {
      said = why;
      LOG.warn("the lease on {} is waited for: {}", service, why);
    }
  }

  /**
   * It was ours and is lost.
   *
   * @param ended completes when what was under way has come to its end
   */
  void lost(Future<Void> ended) {
    calm = ended;
    warnWhileEnding(ended);
  }

  private void warnWhileEnding(Future<Void> ended) {
    timers.setTimer(
        STILL_ENDING_MILLIS,
        t -> {
          if (!ended.isComplete()) {
            LOG.warn("{}: what was under way has not come to its end yet", service);
            warnWhileEnding(ended);
          }
        });
  }

  /** It is ours. */
  void over() {
    heldBy = Optional.empty();
    said = "";
  }

  /** Why nothing can be watched here now. */
  String blocker() {
    return heldBy
        .map(who -> "\"" + service + "\" is watched by " + who + ": ask that one")
        .orElse(
            "the lease on "
                + service
                + " is lost and is being taken again: try again in some seconds");
  }
}
