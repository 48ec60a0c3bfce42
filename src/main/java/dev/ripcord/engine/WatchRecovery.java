package dev.ripcord.engine;

import dev.ripcord.engine.context.EngineContext;
import dev.ripcord.port.Journal;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.watch.WatchEvent;
import io.vertx.core.Future;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes up the watches of a service that another process, or this one before, has left. */
final class WatchRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(WatchRecovery.class);

  private final EngineContext context;
  private final ServiceLoop loop;

  WatchRecovery(EngineContext context, ServiceLoop loop) {
    this.context = context;
    this.loop = loop;
  }

  /**
   * The watches of this service that have not ended and are not watched here yet: the newest goes
   * on and older ones end, unless a rollback is under way, which nothing takes the place of.
   */
  Future<Void> recover() {
    return context
        .journal()
        .unfinished()
        .compose(
            rows -> {
              Future<Void> done = Future.succeededFuture();
              for (Journal.WatchRow row : rows) {
                if (row.charter().release().service().equals(loop.service().name())
                    && loop.watcher().filter(w -> w.id() == row.id()).isEmpty()) {
                  done = done.compose(x -> recover(row));
                }
              }
              return done;
            });
  }

  private Future<Void> recover(Journal.WatchRow row) {
    return context
        .journal()
        .entries(row.id())
        .compose(
            entries -> {
              WatchProjection history = WatchProjection.fold(entries);
              entries.forEach(context.observer()::known);
              Optional<Watcher> older = loop.watcher();
              if (older.filter(Watcher::isRollingBack).isPresent()) {
                return superseded(history, older.get());
              }
              Future<Void> free =
                  older.isEmpty()
                      ? Future.succeededFuture()
                      : older.get().on(new WatchEvent.Superseded(row.charter().release().name()));
              return free.compose(
                  x ->
                      older.filter(Watcher::isRollingBack).isPresent()
                          ? superseded(history, older.get())
                          : loop.adopt(history).resume(history));
            });
  }

  /** A watch that was opened while the rollback of an older release is under way. */
  private Future<Void> superseded(WatchProjection history, Watcher older) {
    LOG.warn(
        "watch {} of {} is ended: watch {} is being rolled back",
        history.id(),
        loop.service().name(),
        older.id());
    Watcher newer = new Watcher(context, loop.service(), loop.lease().orElseThrow(), history);
    return newer
        .on(new WatchEvent.Superseded(older.charter().release().name()))
        .onComplete(x -> newer.halt("it has ended"));
  }
}
