/**
 * Alerts people: Slack and webhooks, from the outbox, with retries.
 *
 * <p>Must not know other adapters.
 */
@NullMarked
package dev.ripcord.alert;

import org.jspecify.annotations.NullMarked;
