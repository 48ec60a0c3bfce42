/**
 * Puts an image back: a Docker container, a folder of releases, any program.
 *
 * <p>{@link dev.ripcord.platform.Platforms} makes them from settings; each lives in a class of its
 * own that only this package sees.
 *
 * <p>Must not know other adapters.
 */
@NullMarked
package dev.ripcord.platform;

import org.jspecify.annotations.NullMarked;
