/**
 * SQL text to operations, by the grammar of a library. The only package that knows the library; it
 * decides nothing, and what it cannot read it says so.
 */
@NullMarked
package dev.ripcord.parse;

import org.jspecify.annotations.NullMarked;
