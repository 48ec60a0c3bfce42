package dev.ripcord.health;

import java.util.OptionalDouble;

/**
 * Whether a service's PostgreSQL answers.
 *
 * @param up whether it answered
 * @param latency seconds for one round trip; empty when it did not answer
 */
public record DatabaseState(boolean up, OptionalDouble latency) {}
