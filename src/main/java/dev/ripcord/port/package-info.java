/**
 * What the engine asks of the world: a probe, a platform, a service's schema, a journal. And what
 * the world may ask of the engine: control.
 *
 * <p>Interfaces, the values that pass through them, and what the entries of a watch say all
 * together ({@link dev.ripcord.port.WatchProjection}); nothing that acts. Adapters implement them,
 * the engine calls them, and neither knows the other. May know the pure packages and Vert.x's
 * {@code Future}.
 */
@NullMarked
package dev.ripcord.port;

import org.jspecify.annotations.NullMarked;
