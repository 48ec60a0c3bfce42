package dev.ripcord.config.file;

import dev.ripcord.config.connection.ClientTls;
import dev.ripcord.config.connection.ConnectionSettings;
import dev.ripcord.config.connection.Identity;
import dev.ripcord.config.connection.PemFile;
import dev.ripcord.config.connection.ProxyServer;
import dev.ripcord.config.file.Key.Group;
import dev.ripcord.config.file.Key.Value;
import dev.ripcord.release.Secret;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The keys of how a service's sources are connected to. */
final class ConnectionKeys {
  static final Value<Path> CA =
      new Value<>(
          "ca",
          Types.PATH,
          "",
          "/etc/ripcord/ca.pem",
          "The certificates of the authorities that are trusted, instead of those that Java"
              + " trusts.");
  static final Value<Path> CERT =
      new Value<>(
          "cert",
          Types.PATH,
          "",
          "/etc/ripcord/client.pem",
          "A certificate for servers that ask for one, with those between it and the authority.");
  static final Value<Path> KEY =
      new Value<>(
          "key",
          Types.PATH,
          "",
          "/run/secrets/client-key.pem",
          "Its private key, without a password.");
  static final Value<String> SERVER_NAME =
      new Value<>(
          "server-name",
          Types.SERVER_NAME,
          "",
          "shop.internal",
          "The name that the server's certificate must have, and that the server is told; without"
              + " it, the host of the address.");
  static final Group TLS =
      new Group(
          "tls",
          List.of(CA, CERT, KEY, SERVER_NAME),
          "Holds for every https:// address of these sources. Files are in PEM form; one that is"
              + " renewed is taken while the daemon runs.");
  static final Value<Secret> PROXY =
      new Value<>(
          "proxy",
          Types.PROXY,
          "",
          "http://proxy.internal:3128",
          "The server through which these sources are asked: http:// or socks5://, with"
              + " user:password@ where it asks for them.");

  private ConnectionKeys() {}

  /** How the sources of a service are connected to. */
  static ConnectionSettings read(Section service, Problems problems) {
    return new ConnectionSettings(
        service.section(TLS).flatMap(section -> tls(section, problems)),
        service.secret(PROXY).map(url -> ProxyServer.parse(url.reveal())));
  }

  private static Optional<ClientTls> tls(Section section, Problems problems) {
    if (section.names().isEmpty()) {
      if (problems.isFreeOf(section.path())) {
        section.problem("has none of ca, cert with key, and server-name");
      }
      return Optional.empty();
    }
    Optional<PemFile> ca = section.pemFile(CA, PemFile::withCertificates);
    Optional<PemFile> cert = section.pemFile(CERT, PemFile::withCertificates);
    Optional<PemFile> key = section.pemFile(KEY, PemFile::withKey);
    if (section.has(CERT) != section.has(KEY)) {
      section.problem("needs both of cert and key, or neither");
    }
    Optional<Identity> identity = cert.flatMap(own -> key.map(secret -> new Identity(own, secret)));
    identity
        .filter(pair -> !pair.isMatching())
        .ifPresent(
            pair ->
                section.problem(
                    "has a key that is not that of its certificate: "
                        + pair.key()
                        + " does not go with "
                        + pair.cert()));
    return Optional.of(new ClientTls(ca, identity, section.value(SERVER_NAME)));
  }

  /** As the file would spell it. */
  static Map<String, Object> shown(ConnectionSettings connection) {
    Map<String, Object> map = new LinkedHashMap<>();
    connection
        .tls()
        .ifPresent(
            tls -> {
              Map<String, Object> own = new LinkedHashMap<>();
              tls.ca().ifPresent(file -> own.put(CA.name(), file.toString()));
              tls.identity()
                  .ifPresent(
                      pair -> {
                        own.put(CERT.name(), pair.cert().toString());
                        own.put(KEY.name(), pair.key().toString());
                      });
              tls.serverName().ifPresent(name -> own.put(SERVER_NAME.name(), name));
              map.put(TLS.name(), own);
            });
    connection.proxy().ifPresent(proxy -> map.put(PROXY.name(), proxy.toString()));
    return map;
  }
}
