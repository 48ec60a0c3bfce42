package dev.ripcord.postgres.history;

import dev.ripcord.migration.Version;
import java.time.Instant;
import java.util.Optional;

/**
 * What a person did to the history beside running migrations.
 *
 * @param version which migration
 * @param what {@code approval}, {@code baseline}, {@code repair}, {@code schema}: it was found to
 *     be another than the one on record, or {@code cancel}: a session stood in the way
 * @param by who did it; for an approval, who approved
 * @param detail what was changed
 * @param because why, in their words
 */
public record MigrationEvent(
    Version version,
    String what,
    String by,
    Instant at,
    Optional<String> detail,
    Optional<String> because) {}
