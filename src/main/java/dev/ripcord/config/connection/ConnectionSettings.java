package dev.ripcord.config.connection;

import java.util.Optional;

/**
 * How the sources of a service are connected to.
 *
 * @param tls whose certificates are trusted, and our own; empty for what Java trusts, and none
 * @param proxy through which server requests go; empty for straight to the source
 */
public record ConnectionSettings(Optional<ClientTls> tls, Optional<ProxyServer> proxy) {
  /** Straight, and trusting what Java trusts. */
  public static final ConnectionSettings STANDARD =
      new ConnectionSettings(Optional.empty(), Optional.empty());
}
