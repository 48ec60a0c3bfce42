package dev.ripcord.engine;

import dev.ripcord.engine.context.Desk;
import dev.ripcord.port.Ask;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads each second what people ask of the watches by the journal, has it done one after the other,
 * and writes down the answers. What cannot be answered now is read again. Used on one event loop.
 */
final class AskLoop {
  private static final Logger LOG = LoggerFactory.getLogger(AskLoop.class);
  private static final long EVERY_MILLIS = 1000;

  private final Desk desk;
  private final Function<Ask.Open, Future<Optional<Ask.Answer>>> doing;
  private boolean stopped;

  /**
   * Does not read yet.
   *
   * @param doing does what is asked; empty when that is not for this process to answer now
   */
  AskLoop(Desk desk, Function<Ask.Open, Future<Optional<Ask.Answer>>> doing) {
    this.desk = desk;
    this.doing = doing;
  }

  /** Reads from now on. */
  void start() {
    desk.timers()
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
    return desk.journal()
        .openAsks()
        .compose(
            open -> {
              Future<Void> done = Future.succeededFuture();
              for (Ask.Open each : open) {
                done = done.compose(x -> take(each));
              }
              return done;
            });
  }

  private Future<Void> take(Ask.Open open) {
    if (stopped) {
      return Future.succeededFuture();
    }
    Ask ask = open.ask();
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
              return desk.journal().answer(ask.id(), answer.get());
            });
  }
}
