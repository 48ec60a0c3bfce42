/**
 * Measures a service's health from outside and gives a sample: HTTP probes of its {@code url}, and
 * the difference between two readings of its {@code metrics} page.
 *
 * <p>Two rules run through all of it. What could not be measured is missing and has a reason; it is
 * never 0 and never "bad". And no service can hold or fill the program: every request has one
 * deadline that aborts it, and every body a cap. Knows nothing of judging.
 *
 * <p>Must not know other adapters.
 */
@NullMarked
package dev.ripcord.probe;

import org.jspecify.annotations.NullMarked;
