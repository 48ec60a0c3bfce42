/** {@code migrate}: the subcommands that only read. */
@NullMarked
package dev.ripcord.cli.migrate.inspect;

import org.jspecify.annotations.NullMarked;
