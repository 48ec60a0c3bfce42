package dev.ripcord.port;

import dev.ripcord.release.ServiceName;

/**
 * Which holder of a service's lease acts. Tokens are only comparable within one journal and one
 * service: whoever compares two fences compares the key first.
 *
 * @param journal the id of the journal that gave the lease, made when the journal was created
 * @param token grows with each new holder of the service's lease in this journal
 */
public record Fence(String journal, ServiceName service, long token) {}
