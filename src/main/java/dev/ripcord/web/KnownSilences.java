package dev.ripcord.web;

import dev.ripcord.silence.SilenceBook;
import dev.ripcord.silence.Silences;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The silences as they were a moment ago, for pages and answers that do not wait for the journal.
 * What cannot be read stays as it was known last, and is logged once. Thread-safe.
 */
final class KnownSilences {
  private static final Logger LOG = LoggerFactory.getLogger(KnownSilences.class);
  private static final long EVERY_MILLIS = 2000;

  private final Vertx vertx;
  private final SilenceBook book;
  private final InstantSource clock;
  private final IntConsumer counted;
  private volatile Silences known = Silences.NONE;
  private volatile boolean fails;
  private volatile long timer = -1;

  /**
   * Knows of none yet.
   *
   * @param counted is given how many hold, each time that they are read
   */
  KnownSilences(Vertx vertx, SilenceBook book, InstantSource clock, IntConsumer counted) {
    this.vertx = vertx;
    this.book = book;
    this.clock = clock;
    this.counted = counted;
  }

  /** Reads them from now on, every two seconds. */
  void start() {
    var _ = read();
    timer = vertx.setPeriodic(EVERY_MILLIS, _ -> read());
  }

  void stop() {
    vertx.cancelTimer(timer);
  }

  /** Those that were known last; some of them may be over. */
  Silences now() {
    return known;
  }

  /** Reads them now; never fails. */
  Future<Void> read() {
    return book.holding(clock.instant())
        .onSuccess(
            found -> {
              known = found;
              counted.accept(found.all().size());
              fails = false;
            })
        .onFailure(
            e -> {
              if (!fails) {
                LOG.warn("the silences cannot be read, those known last stay: {}", e.getMessage());
              }
              fails = true;
            })
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }
}
