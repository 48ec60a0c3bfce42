/**
 * Platform {@code swarm}: a service of a Docker Swarm.
 *
 * <p>May know {@code platform.docker.api}; no other platform.
 */
@NullMarked
package dev.ripcord.platform.swarm;

import org.jspecify.annotations.NullMarked;
