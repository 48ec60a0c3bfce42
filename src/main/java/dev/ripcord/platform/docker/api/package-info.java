/**
 * The HTTP API of a Docker Engine over its socket, for every platform that speaks to one.
 *
 * <p>May know no other room of {@code platform}.
 */
@NullMarked
package dev.ripcord.platform.docker.api;

import org.jspecify.annotations.NullMarked;
