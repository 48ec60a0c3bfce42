/** {@code start}: the daemon. */
@NullMarked
package dev.ripcord.cli.start;

import org.jspecify.annotations.NullMarked;
