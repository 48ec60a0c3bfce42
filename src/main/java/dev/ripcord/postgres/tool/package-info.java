/** The history table of another migration tool. */
@NullMarked
package dev.ripcord.postgres.tool;

import org.jspecify.annotations.NullMarked;
