/** What every command prints with and reads from: console, colours, options, exit codes. */
@NullMarked
package dev.ripcord.cli.console;

import org.jspecify.annotations.NullMarked;
