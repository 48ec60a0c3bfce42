/**
 * What every source of figures is: one reading, what it gives, and the rules of counters. Sources
 * know nothing of each other.
 */
@NullMarked
package dev.ripcord.probe.source;

import org.jspecify.annotations.NullMarked;
