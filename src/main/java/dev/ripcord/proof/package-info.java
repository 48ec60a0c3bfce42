/**
 * What a migration's way back is worth: catalogs and rows compared, writes to try, and the verdict.
 *
 * <p>Pure: no Vert.x, no JSON, no clock, no random, no logging. May know {@code migration} and
 * {@code release} and nothing else. Names of tables and columns are quoted as PostgreSQL needs
 * them.
 */
@NullMarked
package dev.ripcord.proof;

import org.jspecify.annotations.NullMarked;
