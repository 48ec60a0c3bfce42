/**
 * Measures a service's health from outside and gives a sample.
 *
 * <p>Knows nothing of judging. Must not know other adapters.
 */
@NullMarked
package dev.ripcord.probe;

import org.jspecify.annotations.NullMarked;
