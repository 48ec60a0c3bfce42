/**
 * Platform {@code compose}: all containers of one service of a Compose project, each switched as
 * platform {@code docker} does it.
 *
 * <p>May know {@code platform.docker} and {@code platform.docker.api}; no other platform.
 */
@NullMarked
package dev.ripcord.platform.compose;

import org.jspecify.annotations.NullMarked;
