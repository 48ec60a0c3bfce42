/** {@code check}: one poll of one service. */
@NullMarked
package dev.ripcord.cli.check;

import org.jspecify.annotations.NullMarked;
