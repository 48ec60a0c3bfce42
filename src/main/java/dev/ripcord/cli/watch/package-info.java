/**
 * {@code watch}, {@code status}, {@code plan}, {@code rollback}, {@code approve} and their like.
 */
@NullMarked
package dev.ripcord.cli.watch;

import org.jspecify.annotations.NullMarked;
