/**
 * What a statement asks for, as data: operations, names, types, locks.
 *
 * <p>Pure. Parsers make it, the analysis of risks and the writing of downs read it.
 */
@NullMarked
package dev.ripcord.migration.statement;

import org.jspecify.annotations.NullMarked;
