/**
 * Everything that speaks SQL: journal, history, migration runner, leases, the embedded server.
 *
 * <p>Must not know other adapters.
 */
@NullMarked
package dev.ripcord.postgres;

import org.jspecify.annotations.NullMarked;
