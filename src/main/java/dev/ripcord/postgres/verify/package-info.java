/** Tries a migration on a copy: up, down, up again, with rows and writes, and drafts downs. */
@NullMarked
package dev.ripcord.postgres.verify;

import org.jspecify.annotations.NullMarked;
