/** The journal in PostgreSQL: watches, their entries, leases, samples, alerts to be sent. */
@NullMarked
package dev.ripcord.postgres.journal;

import org.jspecify.annotations.NullMarked;
