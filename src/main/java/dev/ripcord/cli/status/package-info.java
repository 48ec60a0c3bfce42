/** {@code status}: how the services stand, the worst first, once or again and again. */
@NullMarked
package dev.ripcord.cli.status;

import org.jspecify.annotations.NullMarked;
