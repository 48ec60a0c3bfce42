/** Runs migrations: up, down, repair, baseline, and who else does it now. */
@NullMarked
package dev.ripcord.postgres.migrate;

import org.jspecify.annotations.NullMarked;
