package dev.ripcord.migration;

import java.time.Instant;
import java.util.Optional;

/**
 * A named point in a database's history to which migrations can be reverted.
 *
 * @param name such as {@code before_schema_add}
 * @param order the {@link Applied#order()} of the last migration before it; 0 for an empty history
 * @param version the version of that migration
 * @param release for which release it was set, where one was named
 * @param at when it was set
 */
public record Savepoint(
    String name, long order, Optional<Version> version, Optional<String> release, Instant at) {}
