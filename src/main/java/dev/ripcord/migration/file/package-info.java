/**
 * The files of migrations: folders, names, header lines, checksums, approvals.
 *
 * <p>Pure: the text of a file is an argument. May know {@code migration} and {@code migration.sql}.
 */
@NullMarked
package dev.ripcord.migration.file;

import org.jspecify.annotations.NullMarked;
