/**
 * A watch as a trace: spans made of its projection, and their form on the wire (OTLP as JSON).
 *
 * <p>Values in, JSON out; nothing is read or sent here.
 */
@NullMarked
package dev.ripcord.report.trace;

import org.jspecify.annotations.NullMarked;
