/** What the design claims in figures, calculated from the code itself. */
@NullMarked
package dev.ripcord.bench;

import org.jspecify.annotations.NullMarked;
