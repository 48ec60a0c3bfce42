/**
 * Puts an image back: a Docker container, a folder of releases, any program.
 *
 * <p>Must not know other adapters.
 */
@NullMarked
package dev.ripcord.platform;

import org.jspecify.annotations.NullMarked;
