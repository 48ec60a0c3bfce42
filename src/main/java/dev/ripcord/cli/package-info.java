/**
 * One file per verb: builds the object graph by constructors and turns an outcome into words and an
 * exit code.
 *
 * <p>Knows every room.
 */
@NullMarked
package dev.ripcord.cli;

import org.jspecify.annotations.NullMarked;
