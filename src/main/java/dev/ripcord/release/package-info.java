/**
 * The nouns that every package shares: a service, an image, a release.
 *
 * <p>Pure: no clock, no random, no I/O. Knows no other package.
 */
@NullMarked
package dev.ripcord.release;

import org.jspecify.annotations.NullMarked;
