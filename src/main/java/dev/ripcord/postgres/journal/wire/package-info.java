/** Entries as the JSON that the journal keeps for years, by names that never change, and back. */
@NullMarked
package dev.ripcord.postgres.journal.wire;

import org.jspecify.annotations.NullMarked;
