/**
 * Alerts people by the channels that are configured, from the outbox, with retries.
 *
 * <p>Must not know other adapters.
 */
@NullMarked
package dev.ripcord.alert;

import org.jspecify.annotations.NullMarked;
