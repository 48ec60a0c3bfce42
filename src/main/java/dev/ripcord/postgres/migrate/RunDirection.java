package dev.ripcord.postgres.migrate;

import dev.ripcord.postgres.history.RunMetadata;
import dev.ripcord.postgres.migrate.execution.HistoryWriter;
import dev.ripcord.postgres.migrate.execution.MigrationTask;
import java.util.function.Function;

/**
 * One of the two directions of a run.
 *
 * @param direction {@code up} or {@code down}
 * @param note what is written down beside it
 * @param planned names an item before it is done
 * @param ready reads an item, with the history that it will stand in
 * @param <T> what an item is
 */
record RunDirection<T>(
    String direction,
    RunMetadata note,
    Function<T, RunLog.Planned> planned,
    Function<HistoryWriter, Function<T, MigrationTask>> ready) {}
