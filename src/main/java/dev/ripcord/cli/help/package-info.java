/** What the program says about itself: the list of commands, help, completion scripts. */
@NullMarked
package dev.ripcord.cli.help;

import org.jspecify.annotations.NullMarked;
