/** {@code migrate}: the subcommands that change something. */
@NullMarked
package dev.ripcord.cli.migrate;

import org.jspecify.annotations.NullMarked;
