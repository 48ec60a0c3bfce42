package dev.ripcord.postgres.tool;

import java.time.Instant;
import java.util.Optional;

/**
 * Where another tool stood when a savepoint was set.
 *
 * @param name such as {@code before_schema_add}
 * @param place the tool's version, or {@code base}
 * @param release for which release, where one was named
 * @param at when
 */
public record ToolSavepoint(String name, String place, Optional<String> release, Instant at) {}
