/**
 * Writes the down of a migration: from what the catalog said before and after each statement, or,
 * without a database, from the statements alone. And finds what a down that is there would delete.
 *
 * <p>It proposes and never guesses: whoever runs a proposal on a copy keeps what works, and what is
 * not as before then cannot be undone. Pure.
 */
@NullMarked
package dev.ripcord.migration.undo;

import org.jspecify.annotations.NullMarked;
