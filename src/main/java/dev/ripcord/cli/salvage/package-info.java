/** {@code ripcord salvage}: what rollbacks kept of the rows that their downs destroyed. */
@NullMarked
package dev.ripcord.cli.salvage;

import org.jspecify.annotations.NullMarked;
