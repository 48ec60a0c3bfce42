package dev.ripcord.postgres.migrate.execution;

import dev.ripcord.migration.sql.Statement;
import dev.ripcord.vertx.AsyncLoop;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Sends the statements of one migration, some at a time: the next ones when the ones before are
 * answered, and with the last ones what belongs behind them. Neither the stack nor the memory grows
 * with the number of statements. Used once.
 */
final class StatementChunks {
  /** How many statements are on their way at once. */
  private static final int AT_ONCE = 64;

  private final List<Statement> statements;
  private final Function<List<Statement>, Future<?>> sending;
  private final Function<List<Statement>, Future<?>> sendingLast;
  private int from;

  /**
   * Nothing is sent yet.
   *
   * @param sending sends statements without a wait
   * @param sendingLast the same for the last ones, with what belongs behind them
   */
  StatementChunks(
      List<Statement> statements,
      Function<List<Statement>, Future<?>> sending,
      Function<List<Statement>, Future<?>> sendingLast) {
    this.statements = statements;
    this.sending = sending;
    this.sendingLast = sendingLast;
  }

  /** Sends all; done when all is answered, or failed with the first failure. */
  Future<?> send() {
    return AsyncLoop.until(this::portion);
  }

  /** The next ones; answers with how many there were, when they were the last. */
  private Future<Optional<Integer>> portion() {
    int to = Math.min(from + AT_ONCE, statements.size());
    List<Statement> some = statements.subList(from, to);
    from = to;
    return to == statements.size()
        ? sendingLast.apply(some).map(Optional.of(to))
        : sending.apply(some).map(Optional.empty());
  }
}
