/** Runs pg_dump, psql and pg_restore. */
@NullMarked
package dev.ripcord.postgres.dump;

import org.jspecify.annotations.NullMarked;
