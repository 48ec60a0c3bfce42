/**
 * What a statement will do to a database as it stands: which tables it locks and how hard, what it
 * rewrites, reads, builds, destroys or breaks, and how much approval its kind needs.
 *
 * <p>Pure: statements come in as {@link dev.ripcord.migration.statement.SqlOperation}s, the
 * database as a {@link dev.ripcord.migration.risk.Catalog}. It knows no parser and asks no server.
 * What it cannot tell is {@link dev.ripcord.migration.statement.Grade#UNKNOWN}, never safe.
 */
@NullMarked
package dev.ripcord.migration.risk;

import org.jspecify.annotations.NullMarked;
