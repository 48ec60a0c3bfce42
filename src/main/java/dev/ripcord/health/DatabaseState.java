package dev.ripcord.health;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How a service's PostgreSQL stands. What was not measured is empty.
 *
 * @param up whether it answered
 * @param latency seconds for one round trip
 * @param connections how many connections it has, of all databases of the server
 * @param connectionLimit how many it may have, without those kept for superusers
 * @param lockWait seconds that the session which waits longest for a lock has waited; 0 where none
 *     does
 * @param transaction seconds that the oldest transaction is open; 0 where there is none
 */
public record DatabaseState(
    boolean up,
    OptionalDouble latency,
    OptionalInt connections,
    OptionalInt connectionLimit,
    OptionalDouble lockWait,
    OptionalDouble transaction) {
  /** Of which only is known whether it answered. */
  public DatabaseState(boolean up, OptionalDouble latency) {
    this(
        up,
        latency,
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  /** The share of the connections that it may have, 0 upwards. */
  OptionalDouble connectionShare() {
    return connections.isPresent() && connectionLimit.isPresent() && connectionLimit.getAsInt() > 0
        ? OptionalDouble.of(connections.getAsInt() / (double) connectionLimit.getAsInt())
        : OptionalDouble.empty();
  }
}
