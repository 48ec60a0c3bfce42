/**
 * A tag in a container registry from which something else deploys.
 *
 * <p>Must not know other platforms.
 */
@NullMarked
package dev.ripcord.platform.registry;

import org.jspecify.annotations.NullMarked;
