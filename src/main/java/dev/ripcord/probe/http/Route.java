package dev.ripcord.probe.http;

import dev.ripcord.config.connection.ClientTls;
import dev.ripcord.config.connection.ConnectionSettings;
import dev.ripcord.config.connection.Identity;
import dev.ripcord.config.connection.PemFile;
import dev.ripcord.config.connection.ProxyServer;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import io.vertx.core.net.TrustOptions;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * How the sources of a service are connected to, ready for use: certificates are read, and kept
 * connections are shared by those who have the same route and by nobody else. {@link
 * ProbeClient#route} makes it. Safe to use from many threads.
 */
public final class Route {
  private final ConnectionSettings settings;
  private final Optional<ClientSSLOptions> own;
  private final Optional<ClientSSLOptions> other;

  private Route(
      ConnectionSettings settings,
      Optional<ClientSSLOptions> own,
      Optional<ClientSSLOptions> other) {
    this.settings = settings;
    this.own = own;
    this.other = other;
  }

  /**
   * Reads the certificates.
   *
   * @throws IllegalArgumentException when a certificate or key cannot be used
   */
  static Route of(ConnectionSettings settings, CertificateRequests requests, Vertx vertx) {
    Optional<TrustOptions> trust =
        settings.tls().flatMap(ClientTls::ca).map(ca -> trust(ca, vertx));
    Optional<KeyCertOptions> identity =
        settings
            .tls()
            .flatMap(ClientTls::identity)
            .map(pair -> certificates(requests, Optional.of(keys(pair, vertx))));
    Optional<ClientSSLOptions> other =
        trust.map(known -> options(Optional.of(known), certificates(requests, Optional.empty())));
    Optional<ClientSSLOptions> own = identity.map(keys -> options(trust, keys)).or(() -> other);
    return new Route(settings, own, other);
  }

  /** What a server gets that asks for a certificate. */
  static KeyCertOptions certificates(
      CertificateRequests requests, Optional<X509ExtendedKeyManager> own) {
    return KeyCertOptions.wrap(new ClientCertificates(requests, own));
  }

  private static ClientSSLOptions options(Optional<TrustOptions> trust, KeyCertOptions keys) {
    ClientSSLOptions options = new ClientSSLOptions().setKeyCertOptions(keys);
    trust.ifPresent(options::setTrustOptions);
    return options;
  }

  private static TrustOptions trust(PemFile ca, Vertx vertx) {
    try {
      return TrustOptions.wrap(
          new PemTrustOptions()
              .addCertValue(Buffer.buffer(ca.content().reveal()))
              .getTrustManagerFactory(vertx));
    } catch (Exception e) {
      throw new IllegalArgumentException("the certificates of " + ca + " cannot be used", e);
    }
  }

  private static X509ExtendedKeyManager keys(Identity pair, Vertx vertx) {
    try {
      KeyManager[] managers =
          new PemKeyCertOptions()
              .addCertValue(Buffer.buffer(pair.cert().content().reveal()))
              .addKeyValue(Buffer.buffer(pair.key().content().reveal()))
              .getKeyManagerFactory(vertx)
              .getKeyManagers();
      return (X509ExtendedKeyManager) managers[0];
    } catch (Exception e) {
      // The exception's own text may show the key, so it does not go along.
      throw new IllegalArgumentException(
          "the key of %s cannot be used with the certificate of %s (%s)"
              .formatted(pair.key(), pair.cert(), e.getClass().getSimpleName()));
    }
  }

  /**
   * Sets what the way to a target needs.
   *
   * @param isOwn whether the target is what was configured; another one, where a redirect led, gets
   *     neither our certificate nor the name
   */
  void set(RequestOptions options, Target target, boolean isOwn, Duration timeout) {
    if (target.tls()) {
      (isOwn ? own : other).ifPresent(options::setSslOptions);
      serverName(isOwn).ifPresent(options::setHost);
    }
    settings.proxy().ifPresent(proxy -> options.setProxyOptions(options(proxy, timeout)));
  }

  private static ProxyOptions options(ProxyServer proxy, Duration timeout) {
    ProxyOptions options =
        new ProxyOptions()
            .setType(proxy.kind() == ProxyServer.Kind.HTTP ? ProxyType.HTTP : ProxyType.SOCKS5)
            .setHost(proxy.host().replaceAll("[\\[\\]]", ""))
            .setPort(proxy.port())
            .setConnectTimeout(timeout);
    proxy
        .login()
        .ifPresent(
            login -> options.setUsername(login.user()).setPassword(login.password().reveal()));
    return options;
  }

  /** The name that a server's certificate must have, where it is not that of the address. */
  Optional<String> serverName(boolean isOwn) {
    return settings.tls().filter(ignored -> isOwn).flatMap(ClientTls::serverName);
  }

  /** Whether a server that asks for a certificate gets one. */
  boolean hasCertificate() {
    return settings.tls().flatMap(ClientTls::identity).isPresent();
  }

  /** The proxy for people, where there is one. */
  Optional<String> proxy() {
    return settings.proxy().map(ProxyServer::place);
  }

  /**
   * Whether it may be the proxy that answers, and not the service. A proxy marks what it passes on
   * with Via (RFC 9110, 7.6.3), and what it says itself with Proxy-Status (RFC 9209) or a field of
   * its own. In a tunnel it says nothing.
   */
  boolean mayBeOfProxy(Target target, HttpClientResponse response) {
    boolean forwards =
        !target.tls()
            && settings.proxy().filter(p -> p.kind() == ProxyServer.Kind.HTTP).isPresent();
    int status = response.statusCode();
    if (!forwards || status < 400) {
      return false;
    }
    String said = Optional.ofNullable(response.getHeader("proxy-status")).orElse("");
    return status == 407
        || response.getHeader("via") == null
        || response.getHeader("x-squid-error") != null
        || said.contains("error=");
  }
}
