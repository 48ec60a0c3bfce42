/**
 * The right to migrate a database: the sessions of a run, its lock, and the fence that keeps a run
 * which lost that right from changing anything.
 */
@NullMarked
package dev.ripcord.postgres.migrate.lock;

import org.jspecify.annotations.NullMarked;
