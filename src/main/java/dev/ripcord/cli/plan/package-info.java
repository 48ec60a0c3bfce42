/** {@code plan} and {@code drill}: what a rollback would be, and a rehearsal of it. */
@NullMarked
package dev.ripcord.cli.plan;

import org.jspecify.annotations.NullMarked;
