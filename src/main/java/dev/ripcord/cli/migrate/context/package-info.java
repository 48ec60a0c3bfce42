/** What all subcommands of {@code migrate} share: folders, databases, gates, reports. */
@NullMarked
package dev.ripcord.cli.migrate.context;

import org.jspecify.annotations.NullMarked;
