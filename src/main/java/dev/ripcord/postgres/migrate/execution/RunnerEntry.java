package dev.ripcord.postgres.migrate.execution;

import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.PreparedCommand;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Function;

/**
 * A record that is ready to be sent, inside a transaction.
 *
 * @param own Ripcord's own
 * @param beside sends what another tool keeps of the same migration
 */
record RunnerEntry(PreparedCommand own, Optional<Function<MigrationSession, Future<?>>> beside) {
  /** Sends it without a wait. */
  Future<?> send(MigrationSession session) {
    Future<?> first = own.send(session);
    return beside
        .<Future<?>>map(
            other -> {
              Future<?> second = other.apply(session);
              return first.compose(done -> second);
            })
        .orElse(first);
  }
}
