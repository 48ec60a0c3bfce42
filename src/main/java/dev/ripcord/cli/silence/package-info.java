/** {@code silence}: keeps alerts from being sent for a while. */
@NullMarked
package dev.ripcord.cli.silence;

import org.jspecify.annotations.NullMarked;
