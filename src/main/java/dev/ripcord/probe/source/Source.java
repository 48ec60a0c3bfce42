package dev.ripcord.probe.source;

import io.vertx.core.Future;
import java.util.List;

/**
 * One place where figures of one service come from. Called from one event loop, one call at a time;
 * it remembers the reading before, so that counters can be compared.
 */
public interface Source {
  /**
   * Reads it. Never fails: what could not be measured is missing, with a reason that names the
   * source.
   */
  Future<SourceFigures> read();

  /** From the next reading on {@link #evidence} is kept; else it may be empty. */
  default void explain() {}

  /**
   * How the figures of the last reading came about, for people: the address or query, what was
   * found there, and the arithmetic. Empty before the first reading.
   */
  List<String> evidence();

  /** Ends what it holds open. */
  default void close() {}
}
