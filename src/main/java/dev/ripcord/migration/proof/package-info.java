/**
 * What a trial of up, down and up again shows: catalogs and rows compared, writes to try, and the
 * verdict.
 *
 * <p>Pure. May know {@code migration}, {@code migration.file}, {@code migration.sql} and {@code
 * release}. Names of tables and columns are quoted as PostgreSQL needs them.
 */
@NullMarked
package dev.ripcord.migration.proof;

import org.jspecify.annotations.NullMarked;
