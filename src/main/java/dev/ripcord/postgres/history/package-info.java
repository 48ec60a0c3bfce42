/** The tables in which a database's migrations are recorded: history, audit log, checks, proofs. */
@NullMarked
package dev.ripcord.postgres.history;

import org.jspecify.annotations.NullMarked;
