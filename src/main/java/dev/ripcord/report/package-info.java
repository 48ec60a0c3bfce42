/**
 * A watch as people and build servers read it afterwards: one projection of its events, and the
 * Markdown, the JSON and the JUnit XML that are made of it.
 *
 * <p>Values in, text out; nothing is read or sent here. Knows the ports, the JSON and the pure
 * packages.
 */
@NullMarked
package dev.ripcord.report;

import org.jspecify.annotations.NullMarked;
