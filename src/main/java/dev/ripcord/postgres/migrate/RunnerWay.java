package dev.ripcord.postgres.migrate;

import dev.ripcord.postgres.history.MigrationNote;
import dev.ripcord.postgres.migrate.execution.RunnerBooks;
import dev.ripcord.postgres.migrate.execution.RunnerTask;
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
record RunnerWay<T>(
    String direction,
    MigrationNote note,
    Function<T, RunnerAttempts.Planned> planned,
    Function<RunnerBooks, Function<T, RunnerTask>> ready) {}
