/**
 * Cuts the text of a migration into statements, and says of each what it may do: change rows, leave
 * the transaction, reach beyond the database or the session.
 *
 * <p>Pure. May know {@code migration} and nothing else.
 */
@NullMarked
package dev.ripcord.migration.sql;

import org.jspecify.annotations.NullMarked;
