/** One run of migrations: tasks, statements, transactions, and what is recorded of them. */
@NullMarked
package dev.ripcord.postgres.migrate.execution;

import org.jspecify.annotations.NullMarked;
