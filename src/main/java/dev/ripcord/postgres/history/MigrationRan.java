package dev.ripcord.postgres.history;

import java.time.Duration;

/**
 * A migration that was applied or reverted, or tried to be, as the audit has it.
 *
 * @param id its place in the audit, growing
 * @param success whether it was done
 * @param took how long it took, to the millisecond
 */
public record MigrationRan(long id, boolean success, Duration took) {}
