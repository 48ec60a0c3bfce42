/**
 * How to reach PostgreSQL: URLs, sessions, and what becomes of a statement that fails. What lies
 * below it speaks all the SQL that the program speaks.
 *
 * <p>Must not know other adapters.
 */
@NullMarked
package dev.ripcord.postgres;

import org.jspecify.annotations.NullMarked;
