/** {@code watch}, {@code rollback}, {@code explain}, {@code approve} and their like. */
@NullMarked
package dev.ripcord.cli.watch;

import org.jspecify.annotations.NullMarked;
