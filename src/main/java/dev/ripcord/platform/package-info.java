/**
 * Puts an image back: a Docker container, a folder of releases, any program.
 *
 * <p>{@link dev.ripcord.platform.Platforms} makes them from settings; each lives in a class of its
 * own that only this package sees. What Docker is asked to do next is decided by a pure function,
 * {@code NextStep}, from what is there, so that a switch that was killed at any point is carried to
 * its end by the next call.
 *
 * <p>Must not know other adapters.
 */
@NullMarked
package dev.ripcord.platform;

import org.jspecify.annotations.NullMarked;
