package dev.ripcord.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.Waiting;
import dev.ripcord.config.AccessSettings;
import dev.ripcord.config.AccessSettings.Reading;
import dev.ripcord.config.AccessSettings.Tls;
import dev.ripcord.config.Listen;
import dev.ripcord.release.Secret;
import dev.ripcord.web.access.Access;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SelfSignedCertificate;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The daemon's own certificate. */
class TlsTest {
  private final Vertx vertx = Vertx.vertx();
  @TempDir private Path folder;

  @AfterEach
  void end() {
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) {
    return future.timeout(30, TimeUnit.SECONDS).await();
  }

  private Tls files() {
    return new Tls(folder.resolve("cert.pem"), folder.resolve("key.pem"));
  }

  private void take(SelfSignedCertificate certificate) throws Exception {
    Files.copy(
        Path.of(certificate.certificatePath()),
        files().cert(),
        StandardCopyOption.REPLACE_EXISTING);
    Files.copy(
        Path.of(certificate.privateKeyPath()), files().key(), StandardCopyOption.REPLACE_EXISTING);
  }

  private WebServer server() {
    AccessSettings settings =
        new AccessSettings(
            Optional.of(new Secret("all")),
            List.of(),
            Reading.OPEN,
            Optional.of(files()),
            Optional.empty());
    return new WebServer(
        vertx,
        new Listen("127.0.0.1", 0),
        new Access(settings, System::nanoTime),
        new ScriptedControl(),
        ScriptedControl.program(new Metrics("0.1.0")));
  }

  @Test
  void address_withACertificate_isServedOverTlsWithASecureCookie() throws Exception {
    take(SelfSignedCertificate.create("localhost"));
    WebServer server = server();
    int port = await(server.start());
    WebClient client =
        WebClient.create(
            vertx,
            new WebClientOptions()
                .setSsl(true)
                .setFollowRedirects(false)
                .setTrustOptions(new PemTrustOptions().addCertPath(files().cert().toString())));

    HttpResponse<Buffer> ready = await(client.get(port, "localhost", "/readyz").send());
    HttpResponse<Buffer> signed =
        await(
            client
                .post(port, "localhost", "/sign-in")
                .putHeader("Origin", "https://localhost:" + port)
                .sendForm(MultiMap.caseInsensitiveMultiMap().add("token", "all")));

    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(signed.statusCode()).isEqualTo(303);
    assertThat(signed.getHeader("Set-Cookie")).contains("; Secure", "HTTPOnly", "SameSite=Strict");
    await(server.stop());
  }

  @Test
  void certificateThatIsNone_isSaidAtTheStart() throws Exception {
    Files.writeString(files().cert(), "none");
    Files.writeString(files().key(), "none");
    WebServer server = server();

    assertThatThrownBy(() -> await(server.start()))
        .hasMessageContaining("cannot listen with the certificate that `tls` names")
        .hasMessageContaining("both as PEM");
  }

  @Test
  void keyOfAnotherCertificate_isSaidAtTheStart() throws Exception {
    take(SelfSignedCertificate.create("localhost"));
    takeKeyOf(SelfSignedCertificate.create("localhost"));
    WebServer server = server();

    assertThatThrownBy(() -> await(server.start()))
        .hasMessageContaining("`tls` names: the key is that of another certificate");
  }

  private void takeKeyOf(SelfSignedCertificate other) throws IOException {
    Files.copy(Path.of(other.privateKeyPath()), files().key(), StandardCopyOption.REPLACE_EXISTING);
  }

  /** The number of the certificate that a new connection is shown. */
  private String shown(int port) throws Exception {
    NetClient client =
        vertx.createNetClient(
            new NetClientOptions()
                .setSsl(true)
                .setTrustAll(true)
                .setHostnameVerificationAlgorithm(""));
    NetSocket socket = await(client.connect(port, "127.0.0.1"));
    String number =
        ((X509Certificate) socket.peerCertificates().getFirst()).getSerialNumber().toString();
    await(client.close());
    return number;
  }

  @Test
  void certificateThatIsRenewed_isTakenAndABadOneIsNot() throws Exception {
    take(SelfSignedCertificate.create("localhost"));
    HttpServer server =
        vertx
            .createHttpServer(TlsFiles.with(WebServer.options(), files()))
            .requestHandler(request -> request.response().end());
    int port = await(server.listen(0, "127.0.0.1")).actualPort();
    TlsFiles certificate = new TlsFiles(vertx, files(), server);
    String first = shown(port);
    take(SelfSignedCertificate.create("localhost"));

    certificate.look();

    assertThat(Waiting.until(30, () -> !uncheckedShown(port).equals(first))).isTrue();
    String second = shown(port);
    takeKeyOf(SelfSignedCertificate.create("localhost"));
    await(certificate.look());
    assertThat(shown(port)).as("its key is not there yet").isEqualTo(second);
    Files.writeString(files().cert(), "none");
    await(certificate.look());
    certificate.stop();
    assertThat(shown(port)).isEqualTo(second);
  }

  private String uncheckedShown(int port) {
    try {
      return shown(port);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
