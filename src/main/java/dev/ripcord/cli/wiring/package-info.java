/** Builds the object graph by constructors, and ends it. */
@NullMarked
package dev.ripcord.cli.wiring;

import org.jspecify.annotations.NullMarked;
