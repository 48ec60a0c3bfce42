package dev.ripcord.postgres.migrate.salvage;

import dev.ripcord.migration.sql.Statement;
import dev.ripcord.migration.statement.SqlOperation;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * How rows are kept.
 *
 * @param maxBytes how much may be copied for one table; what is moved whole is not copied
 * @param maxTime how long one copy may take
 * @param reader what a statement asks for
 * @param keeps whether rows are kept; else it is only told what would be lost
 * @param kept is called with each entry when it is committed, from the thread of the run
 */
public record SalvageRule(
    long maxBytes,
    Duration maxTime,
    Function<Statement, List<SqlOperation>> reader,
    boolean keeps,
    Consumer<SalvageEntry> kept) {
  /** The same for another listener. */
  public SalvageRule telling(Consumer<SalvageEntry> listener) {
    return new SalvageRule(maxBytes, maxTime, reader, keeps, listener);
  }
}
