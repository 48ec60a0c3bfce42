/**
 * The JSON that people script against: one check, one event of a watch, a service, a watch.
 *
 * <p>Values in, JSON out; nothing is read or sent here. Knows the ports and the pure packages.
 */
@NullMarked
package dev.ripcord.json;

import org.jspecify.annotations.NullMarked;
