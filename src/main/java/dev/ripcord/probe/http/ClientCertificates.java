package dev.ripcord.probe.http;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The client certificates that a server can get from us: that of the service, where it has one,
 * else none. Each time that a server asks is noted. Safe to use from many threads.
 */
final class ClientCertificates extends X509ExtendedKeyManager {
  private final CertificateRequests requests;
  private final Optional<X509ExtendedKeyManager> own;

  ClientCertificates(CertificateRequests requests, Optional<X509ExtendedKeyManager> own) {
    this.requests = requests;
    this.own = own;
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
    requests.note(engine.getPeerHost(), engine.getPeerPort());
    return own.map(keys -> keys.chooseEngineClientAlias(keyTypes, issuers, engine)).orElse(null);
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
    return own.map(keys -> keys.chooseClientAlias(keyTypes, issuers, socket)).orElse(null);
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return own.map(keys -> keys.getClientAliases(keyType, issuers)).orElse(null);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, Socket socket) {
    return null;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    return own.map(keys -> keys.getCertificateChain(alias)).orElse(null);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    return own.map(keys -> keys.getPrivateKey(alias)).orElse(null);
  }
}
