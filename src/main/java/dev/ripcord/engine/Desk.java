package dev.ripcord.engine;

import dev.ripcord.port.Clocks;
import dev.ripcord.port.Journal;
import dev.ripcord.port.Observer;
import io.vertx.core.Vertx;
import java.time.Instant;

/**
 * What every worker of the engine needs.
 *
 * @param vertx timers
 * @param clocks the time
 * @param journal the memory
 * @param observer is told what is in the journal
 * @param holder the name of this process, for people
 */
record Desk(Vertx vertx, Clocks clocks, Journal journal, Observer observer, String holder) {
  Instant now() {
    return clocks.wall().instant();
  }
}
