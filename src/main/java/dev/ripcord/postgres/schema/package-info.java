/** The schema of a service, as a rollback sees it: pings it, reads what was applied, reverts it. */
@NullMarked
package dev.ripcord.postgres.schema;

import org.jspecify.annotations.NullMarked;
