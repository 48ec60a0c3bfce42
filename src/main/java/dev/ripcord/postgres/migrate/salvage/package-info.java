/**
 * Keeps the rows and values that a down destroys, in the down's own transaction, and brings them
 * back.
 */
@NullMarked
package dev.ripcord.postgres.migrate.salvage;

import org.jspecify.annotations.NullMarked;
