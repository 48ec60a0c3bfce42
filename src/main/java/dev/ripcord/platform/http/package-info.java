/**
 * A service that a web hook puts in place.
 *
 * <p>Must not know other platforms.
 */
@NullMarked
package dev.ripcord.platform.http;

import org.jspecify.annotations.NullMarked;
