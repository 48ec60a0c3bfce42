/**
 * SQL text → what it asks for, by the grammar of a library. The only room that knows the library;
 * it decides nothing, and what it cannot read it says so.
 */
@NullMarked
package dev.ripcord.parse;

import org.jspecify.annotations.NullMarked;
