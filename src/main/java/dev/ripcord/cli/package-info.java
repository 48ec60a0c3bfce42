/**
 * The command line: the commands that there are, each with its options.
 *
 * <p>Knows every package.
 */
@NullMarked
package dev.ripcord.cli;

import org.jspecify.annotations.NullMarked;
