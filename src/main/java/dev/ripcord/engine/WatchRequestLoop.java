package dev.ripcord.engine;

import dev.ripcord.engine.context.EngineContext;
import dev.ripcord.port.WatchRequest;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads each second what people ask of the watches by the journal, has it done one after the other,
 * and writes down the answers. What cannot be answered now is read again. Used on one event loop.
 */
final class WatchRequestLoop {
  private static final Logger LOG = LoggerFactory.getLogger(WatchRequestLoop.class);
  private static final long EVERY_MILLIS = 1000;

  private final EngineContext context;
  private final Function<WatchRequest.Open, Future<Optional<WatchRequest.Answer>>> doing;
  private boolean stopped;

  /**
   * Does not read yet.
   *
   * @param doing does what is asked; empty when that is not for this process to answer now
   */
  WatchRequestLoop(
      EngineContext context,
      Function<WatchRequest.Open, Future<Optional<WatchRequest.Answer>>> doing) {
    this.context = context;
    this.doing = doing;
  }

  /** Reads from now on. */
  void start() {
    context
        .timers()
        .setTimer(
            EVERY_MILLIS,
            t -> {
              if (!stopped) {
                read()
                    .onFailure(e -> LOG.debug("what is asked cannot be read", e))
                    .onComplete(x -> start());
              }
            });
  }

  void stop() {
    stopped = true;
  }

  private Future<Void> read() {
    return context
        .journal()
        .openAsks()
        .compose(
            open -> {
              Future<Void> done = Future.succeededFuture();
              for (WatchRequest.Open each : open) {
                done = done.compose(x -> take(each));
              }
              return done;
            });
  }

  private Future<Void> take(WatchRequest.Open open) {
    if (stopped) {
      return Future.succeededFuture();
    }
    WatchRequest ask = open.ask();
    return doing
        .apply(open)
        .compose(
            answer -> {
              if (answer.isEmpty()) {
                return Future.succeededFuture();
              }
              LOG.info(
                  "watch {}: {} asked for {}: {}",
                  ask.watch(),
                  ask.by(),
                  ask.wish(),
                  answer.get().text());
              return context.journal().answer(ask.id(), answer.get());
            });
  }
}
