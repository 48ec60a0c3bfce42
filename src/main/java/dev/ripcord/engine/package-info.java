/**
 * Owns the timers and performs effects: watches services, runs rollbacks.
 *
 * <p>Knows the ports and the pure rooms. Holds no SQL, speaks no HTTP.
 */
@NullMarked
package dev.ripcord.engine;

import org.jspecify.annotations.NullMarked;
