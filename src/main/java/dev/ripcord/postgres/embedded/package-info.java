/** A PostgreSQL server of the program's own: starts it, keeps it, ends it. */
@NullMarked
package dev.ripcord.postgres.embedded;

import org.jspecify.annotations.NullMarked;
