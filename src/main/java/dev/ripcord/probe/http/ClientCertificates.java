package dev.ripcord.probe.http;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The client certificates that a server can get from us: none, unless a service has one of its own.
 * It counts how often each server asked for one, since what such a server does next (an alert, a
 * reset, an answer 400) does not say that this is why. Safe to use from many threads.
 */
final class ClientCertificates extends X509ExtendedKeyManager {
  /** Redirects may lead to any number of servers; beyond this many, new ones are not counted. */
  private static final int SERVERS_MAX = 10_000;

  private final Map<String, LongAdder> asked = new ConcurrentHashMap<>();
  private final Set<String> content = ConcurrentHashMap.newKeySet();

  /** The same count, for servers that get a certificate of ours. */
  X509ExtendedKeyManager giving(X509ExtendedKeyManager own) {
    return new Giving(own);
  }

  private void note(SSLEngine engine) {
    if (asked.size() < SERVERS_MAX) {
      String server = key(engine.getPeerHost(), engine.getPeerPort());
      asked.computeIfAbsent(server, ignored -> new LongAdder()).increment();
    }
  }

  /** How often the server at a name and port has asked for a certificate so far. */
  long asked(String host, int port) {
    return asked.isEmpty()
        ? 0
        : Optional.ofNullable(asked.get(key(host, port))).map(LongAdder::sum).orElse(0L);
  }

  /** Notes that a server which asks for a certificate answered without one. */
  void answered(String host, int port) {
    if (!asked.isEmpty() && asked.containsKey(key(host, port))) {
      content.add(key(host, port));
    }
  }

  /** Whether a server is known to answer without the certificate that it asks for. */
  boolean isOptional(String host, int port) {
    return !content.isEmpty() && content.contains(key(host, port));
  }

  private static String key(String host, int port) {
    return host + ":" + port;
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
    note(engine);
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
    return null;
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
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
    return null;
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    return null;
  }

  private final class Giving extends X509ExtendedKeyManager {
    private final X509ExtendedKeyManager own;

    Giving(X509ExtendedKeyManager own) {
      this.own = own;
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
        String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
      note(engine);
      return own.chooseEngineClientAlias(keyTypes, issuers, engine);
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
      return own.chooseClientAlias(keyTypes, issuers, socket);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
      return own.getClientAliases(keyType, issuers);
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
      return own.getCertificateChain(alias);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
      return own.getPrivateKey(alias);
    }
  }
}
