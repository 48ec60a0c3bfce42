package dev.ripcord.engine;

import dev.ripcord.engine.context.EngineContext;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.engine.rollback.RollbackPlanning;
import dev.ripcord.port.Platform;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a service another configuration while it is watched: between two polls, and where a
 * rollback runs when that has ended. A release under watch keeps what was seen of it: that it is
 * judged otherwise from now on is written down, and its watch is taken up again from the journal.
 * What fails is tried again. Called on the engine's event loop.
 */
final class Reconfiguration {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceLoop.class);
  private static final long AGAIN_MILLIS = 1000;

  /** Longer than any question to a platform may take. */
  private static final long UNUSED_MILLIS = 60_000;

  private final EngineContext context;
  private final ServiceLoop loop;
  private Optional<WatchedService> next = Optional.empty();
  private Future<Void> taking = Future.succeededFuture();

  /** Whether a release is under watch that nobody here watches just now. */
  private boolean isUnwatched;

  private boolean isSaid;

  Reconfiguration(EngineContext context, ServiceLoop loop) {
    this.context = context;
    this.loop = loop;
  }

  /** The service is configured so from now on; what waited before is forgotten. */
  void begin(WatchedService changed) {
    next = Optional.of(changed);
    isSaid = false;
    take();
  }

  /** Completes when a change that is just being made is made; a poll is judged after that. */
  Future<Void> settled() {
    return taking.otherwiseEmpty();
  }

  /** Takes what waits, where nothing is in its way any more. */
  void take() {
    if (next.isEmpty() && !isUnwatched) {
      return;
    }
    loop.inTurn(this::tried)
        .onFailure(
            e -> {
              LOG.warn(
                  "{}: its new configuration is not taken yet: {}",
                  loop.service().name(),
                  RollbackPlanning.message(e));
              context.timers().setTimer(AGAIN_MILLIS, t -> take());
            });
  }

  private Future<Void> tried() {
    Promise<Void> end = Promise.promise();
    taking = end.future();
    Future<Void> taken = Future.succeededFuture().compose(x -> taken());
    taken.onComplete(end);
    return taken;
  }

  private Future<Void> taken() {
    Optional<Watcher> running = loop.watcher();
    Optional<WatchedService> wanted = next;
    if (loop.isStopped()) {
      return Future.succeededFuture();
    }
    if (running.filter(Watcher::isRollingBack).isPresent()) {
      return waitForRollback(running.get());
    }
    if (running.isEmpty() || wanted.isEmpty()) {
      wanted.ifPresent(this::configure);
      return takenUp();
    }
    return running
        .get()
        .revise(charter -> wanted.get().terms().over(charter, loop.service().terms()))
        .compose(
            isRevised -> {
              if (!isRevised || loop.watcher().filter(running.get()::equals).isEmpty()) {
                // It has ended, or is being rolled back: this comes again when that is over.
                return Future.succeededFuture();
              }
              configure(wanted.get());
              isUnwatched = true;
              loop.letGo("its service is configured otherwise");
              return takenUp();
            });
  }

  private void configure(WatchedService changed) {
    if (next.filter(changed::equals).isPresent()) {
      next = Optional.empty();
    }
    Optional<Platform> before = loop.service().platform();
    loop.configure(changed);
    before
        .filter(each -> changed.platform().filter(now -> now == each).isEmpty())
        .ifPresent(each -> closeLater(context, each));
  }

  /** No rollback uses it any more; a question that is under way is answered before. */
  static void closeLater(EngineContext context, Platform unused) {
    context.timers().setTimer(UNUSED_MILLIS, t -> unused.close());
  }

  private Future<Void> takenUp() {
    if (!isUnwatched || loop.lease().isEmpty()) {
      isUnwatched = false;
      return Future.succeededFuture();
    }
    return loop.recover().onSuccess(x -> isUnwatched = false);
  }

  private Future<Void> waitForRollback(Watcher running) {
    if (!isSaid) {
      isSaid = true;
      LOG.warn(
          "{}: release {} is being rolled back as it was configured; the new configuration is"
              + " taken when that has ended",
          loop.service().name(),
          running.charter().release().name());
    }
    return Future.succeededFuture();
  }
}
