/** Copies of a database to try migrations on. */
@NullMarked
package dev.ripcord.postgres.shadow;

import org.jspecify.annotations.NullMarked;
