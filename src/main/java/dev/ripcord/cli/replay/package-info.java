/** Judging again what was recorded: {@code replay}. */
@NullMarked
package dev.ripcord.cli.replay;

import org.jspecify.annotations.NullMarked;
