/**
 * Silences: whose alerts are not sent for a while, why, until when, and who said so. The decision
 * is pure; {@link dev.ripcord.silence.SilenceBook} is where they are kept.
 */
@NullMarked
package dev.ripcord.silence;

import org.jspecify.annotations.NullMarked;
