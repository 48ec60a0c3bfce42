/**
 * A service that something else deploys from a file in a git repository.
 *
 * <p>Must not know other platforms.
 */
@NullMarked
package dev.ripcord.platform.git;

import org.jspecify.annotations.NullMarked;
