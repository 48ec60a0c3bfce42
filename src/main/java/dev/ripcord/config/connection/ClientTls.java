package dev.ripcord.config.connection;

import java.util.Optional;

/**
 * TLS as a client.
 *
 * @param ca the certificates of the authorities that are trusted, instead of those that Java trusts
 * @param identity the certificate that a server gets which asks for one
 * @param serverName the name that the server's certificate must have, and that the server is told
 *     (SNI); empty for the host of the address
 */
public record ClientTls(
    Optional<PemFile> ca, Optional<Identity> identity, Optional<String> serverName) {}
