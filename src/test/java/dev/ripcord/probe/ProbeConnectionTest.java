package dev.ripcord.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.FreePort;
import dev.ripcord.Installed;
import dev.ripcord.Waiting;
import dev.ripcord.config.SourceSettings;
import dev.ripcord.config.connection.ClientTls;
import dev.ripcord.config.connection.ConnectionSettings;
import dev.ripcord.config.connection.Identity;
import dev.ripcord.config.connection.PemFile;
import dev.ripcord.config.connection.ProxyServer;
import dev.ripcord.health.Counts;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Sample;
import dev.ripcord.release.Secret;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SelfSignedCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sources behind authorities of their own, ones that want a certificate, and real proxies. */
class ProbeConnectionTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Counts WELL = new Counts(10, 0);
  private static final Counts FAILING = new Counts(10, 10);

  private static SelfSignedCertificate shop;
  private static SelfSignedCertificate client;
  private static SelfSignedCertificate stranger;

  @TempDir private static Path folder;

  private final Services services = new Services("127.0.0.1 localhost");

  @BeforeAll
  static void certificates() {
    shop = SelfSignedCertificate.create("shop.internal");
    client = SelfSignedCertificate.create("client");
    stranger = SelfSignedCertificate.create("stranger");
  }

  @AfterAll
  static void deleteCertificates() {
    List.of(shop, client, stranger).forEach(SelfSignedCertificate::delete);
  }

  @AfterEach
  void close() {
    services.close();
  }

  private Sample poll(String url, ConnectionSettings connection) {
    SourceSettings source =
        new SourceSettings(
            Optional.of(URI.create(url)),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            Map.of(),
            connection,
            Optional.empty());
    return services.poll(services.probe(source, LONG), Duration.ZERO);
  }

  private static ConnectionSettings tls(
      Optional<SelfSignedCertificate> ca,
      Optional<SelfSignedCertificate> identity,
      String serverName) {
    return new ConnectionSettings(
        Optional.of(
            new ClientTls(
                ca.map(each -> pem(each.certificatePath())),
                identity.map(
                    each -> new Identity(pem(each.certificatePath()), pem(each.privateKeyPath()))),
                Optional.of(serverName).filter(name -> !name.isEmpty()))),
        Optional.empty());
  }

  private static PemFile pem(String path) {
    try {
      return new PemFile(Path.of(path), new Secret(Files.readString(Path.of(path))));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A server at localhost whose certificate is that of shop.internal. */
  private String shop(ClientAuth auth, String version, Queue<String> hosts) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setClientAuth(auth)
            .setEnabledSecureTransportProtocols(Set.of(version))
            .setTrustOptions(client.trustOptions());
    return services.tls(
        options,
        shop,
        request -> {
          hosts.add(String.valueOf(request.authority()));
          request.response().end();
        });
  }

  private String shop(ClientAuth auth, String version) {
    return shop(auth, version, new ConcurrentLinkedQueue<>());
  }

  @Test
  void authorityOfItsOwn_isTrustedWithItsName_andThePageIsAskedForByItsAddress() {
    Queue<String> hosts = new ConcurrentLinkedQueue<>();
    String url = shop(ClientAuth.NONE, "TLSv1.3", hosts);
    assertThat(poll(url, tls(Optional.of(shop), Optional.empty(), "shop.internal")).counts())
        .contains(WELL);
    assertThat(hosts).containsOnly(URI.create(url).getAuthority());
  }

  @ParameterizedTest
  @CsvSource({"true,''", "true,other.internal", "false,shop.internal"})
  void certificateOfAnotherNameOrAuthority_isUnknown_andSaysWhatMendsIt(
      boolean trusted, String serverName) {
    Sample sample =
        poll(
            shop(ClientAuth.NONE, "TLSv1.3"),
            tls(Optional.of(trusted ? shop : stranger), Optional.empty(), serverName));
    assertThat(sample.liveness()).isEqualTo(Liveness.UNKNOWN);
    assertThat(sample.reasons().getFirst().code()).isEqualTo(Reason.Code.TLS);
    assertThat(sample.reasons().getFirst().text())
        .contains("not trusted here", "ca in tls of the service");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void serverThatDemandsACertificate_getsIt(String version) {
    ConnectionSettings connection = tls(Optional.of(shop), Optional.of(client), "shop.internal");
    assertThat(poll(shop(ClientAuth.REQUIRED, version), connection).counts()).contains(WELL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void certificateThatTheServerDoesNotTake_isUnknown(String version) {
    ConnectionSettings connection = tls(Optional.of(shop), Optional.of(stranger), "shop.internal");
    Sample sample = poll(shop(ClientAuth.REQUIRED, version), connection);
    assertThat(sample.liveness()).isEqualTo(Liveness.UNKNOWN);
    assertThat(sample.reasons().getFirst().code()).isEqualTo(Reason.Code.UNAUTHORIZED);
    assertThat(sample.reasons().getFirst().text()).contains("does not take the client certificate");
  }

  @Test
  void redirectToAnotherPlace_getsNoCertificate() {
    String elsewhere = shop(ClientAuth.REQUEST, "TLSv1.3");
    String url =
        services.tls(
            new HttpServerOptions(),
            shop,
            request ->
                request.response().setStatusCode(302).putHeader("Location", elsewhere).end());
    Sample sample = poll(url, tls(Optional.of(shop), Optional.of(client), "shop.internal"));
    // The name that was configured is not that of the other place either.
    assertThat(sample.liveness()).isEqualTo(Liveness.UNKNOWN);
    assertThat(sample.reasons().getFirst().code()).isEqualTo(Reason.Code.TLS);
  }

  @Test
  void certificateThatIsRenewed_isTakenFromThenOn() {
    String url = shop(ClientAuth.REQUIRED, "TLSv1.3");
    assertThat(poll(url, tls(Optional.of(shop), Optional.of(stranger), "shop.internal")).liveness())
        .isEqualTo(Liveness.UNKNOWN);
    assertThat(poll(url, tls(Optional.of(shop), Optional.of(client), "shop.internal")).counts())
        .contains(WELL);
  }

  private static ConnectionSettings through(String proxy) {
    return new ConnectionSettings(Optional.empty(), Optional.of(ProxyServer.parse(proxy)));
  }

  /** Runs a proxy until it takes connections, and what is done meanwhile. */
  private static void whileRuns(int port, List<String> command, Runnable action)
      throws IOException {
    Process proxy =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(port + ".log").toFile())
            .start();
    try {
      assertThat(Waiting.until(30, () -> isOpen(port))).isTrue();
      action.run();
    } finally {
      proxy.destroyForcibly();
    }
  }

  private static boolean isOpen(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void tinyproxy(int port, Runnable action) throws IOException {
    Path settings = folder.resolve(port + ".conf");
    Files.writeString(
        settings,
        """
        Port %d
        Listen 127.0.0.1
        Timeout 20
        MaxClients 50
        Allow 127.0.0.1
        BasicAuth probe pass
        """
            .formatted(port));
    List<String> command =
        List.of(
            Installed.orSkip("tinyproxy", "tinyproxy-bin").toString(),
            "-d",
            "-c",
            settings.toString());
    whileRuns(port, command, action);
  }

  private static void answers(HttpServerRequest request, int status) {
    request.response().setStatusCode(status).end();
  }

  @Test
  void httpProxy_passesOn_andWhatItSaysItselfIsUnknown() throws IOException {
    int port = FreePort.next();
    ConnectionSettings proxy = through("http://probe:pass@127.0.0.1:" + port);
    String well = services.http(request -> answers(request, 200));
    String bad = services.http(request -> answers(request, 503));
    String secret = shop(ClientAuth.NONE, "TLSv1.3");
    int nobody = FreePort.next();
    tinyproxy(
        port,
        () -> {
          assertThat(poll(well, proxy).counts()).contains(WELL);
          assertThat(poll(bad, proxy).counts()).as("said by the service").contains(FAILING);
          ConnectionSettings tunnel =
              new ConnectionSettings(
                  tls(Optional.of(shop), Optional.empty(), "shop.internal").tls(), proxy.proxy());
          assertThat(poll(secret, tunnel).counts()).contains(WELL);
          for (String scheme : List.of("http", "https")) {
            Sample down = poll(scheme + "://127.0.0.1:" + nobody + "/", proxy);
            assertThat(down.liveness()).as(scheme).isEqualTo(Liveness.UNKNOWN);
            assertThat(down.reasons().getFirst().text())
                .contains("was not reached through the proxy 127.0.0.1:" + port);
          }
          for (String url : List.of(well, secret)) {
            Sample refused = poll(url, through("http://probe:wrong@127.0.0.1:" + port));
            assertThat(refused.liveness()).isEqualTo(Liveness.UNKNOWN);
            assertThat(refused.counts()).isEmpty();
            assertThat(refused.reasons().getFirst().text()).doesNotContain("wrong");
          }
        });
  }

  @Test
  void socksProxy_passesOn_andWhomItDoesNotReachIsUnknown() throws IOException {
    int port = FreePort.next();
    ConnectionSettings proxy = through("socks5://probe:pass@127.0.0.1:" + port);
    String well = services.http(request -> answers(request, 200));
    String bad = services.http(request -> answers(request, 500));
    int nobody = FreePort.next();
    List<String> command =
        List.of(
            Installed.orSkip("microsocks", "microsocks").toString(),
            "-i",
            "127.0.0.1",
            "-p",
            Integer.toString(port),
            "-u",
            "probe",
            "-P",
            "pass");
    whileRuns(
        port,
        command,
        () -> {
          String name = "http://localhost:" + URI.create(well).getPort() + "/";
          assertThat(poll(name, proxy).counts()).contains(WELL);
          assertThat(poll(bad, proxy).counts()).contains(FAILING);
          assertThat(poll("http://127.0.0.1:" + nobody + "/", proxy).liveness())
              .isEqualTo(Liveness.UNKNOWN);
          assertThat(poll(well, through("socks5://127.0.0.1:" + port)).liveness())
              .isEqualTo(Liveness.UNKNOWN);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "socks5"})
  void proxyThatIsNotThere_isUnknown(String kind) {
    String url = services.http(request -> answers(request, 200));
    int port = FreePort.next();
    Sample sample = poll(url, through(kind + "://127.0.0.1:" + port));
    assertThat(sample.liveness()).isEqualTo(Liveness.UNKNOWN);
    assertThat(sample.counts()).isEmpty();
    assertThat(sample.reasons().getFirst().text())
        .contains("was not reached through the proxy 127.0.0.1:" + port + " (Connection refused)");
    assertThat(poll(url, through(kind + "://nowhere.invalid:3128")).liveness())
        .isEqualTo(Liveness.UNKNOWN);
  }
}
