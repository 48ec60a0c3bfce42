/**
 * A watch as other tools of a delivery hear of it: CDEvents, made of its projection and of the
 * occasion at which they are told.
 *
 * <p>Values in, JSON out; nothing is read or sent here.
 */
@NullMarked
package dev.ripcord.report.event;

import org.jspecify.annotations.NullMarked;
