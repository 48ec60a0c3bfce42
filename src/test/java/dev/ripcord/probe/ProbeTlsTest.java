package dev.ripcord.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.health.Counts;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Sample;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What servers say and ask for before there is HTTP. */
class ProbeTlsTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Services services = Services.overTls();

  @AfterEach
  void close() {
    services.close();
  }

  private Sample pollUrl(String url) {
    return services.poll(services.probe(Optional.of(url), Optional.empty(), LONG), Duration.ZERO);
  }

  private static HttpServerOptions asking(ClientAuth auth, String version) {
    return new HttpServerOptions()
        .setClientAuth(auth)
        .setEnabledSecureTransportProtocols(Set.of(version));
  }

  /** What the client says first, as text; the connection is closed then. */
  private String helloTo(String host) {
    Queue<String> hellos = new ConcurrentLinkedQueue<>();
    String url =
        services.raw(
            socket ->
                socket.handler(
                    hello -> {
                      hellos.add(hello.toString(StandardCharsets.ISO_8859_1));
                      socket.close();
                    }));
    pollUrl("https://" + host + ":" + URI.create(url).getPort() + "/");
    return hellos.isEmpty() ? "" : hellos.element();
  }

  @Test
  void a17_nameWithoutADot_isToldToTheServer() {
    assertThat(helloTo("localhost")).contains("localhost");
    assertThat(helloTo("localhost.")).contains("localhost").doesNotContain("localhost.");
  }

  @Test
  void a17_address_isNotToldToTheServer() {
    assertThat(helloTo("127.0.0.1")).isNotEmpty().doesNotContain("127.0.0.1");
  }

  /** An alert with which a server says that it has no such host: a warning, and a fatal one. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void a17_serverThatKnowsNoSuchName_isUnknown(int level) {
    byte[] alert = {21, 3, 3, 0, 2, (byte) level, 112};
    Sample sample = pollUrl(alerting(alert));
    assertThat(sample.liveness()).isEqualTo(Liveness.UNKNOWN);
    assertThat(sample.counts()).isEmpty();
    assertThat(sample.reasons().getFirst().text()).contains("knows no host localhost");
  }

  private String alerting(byte[] alert) {
    String url = services.raw(socket -> socket.handler(hello -> socket.end(Buffer.buffer(alert))));
    return "https://localhost:" + URI.create(url).getPort() + "/";
  }

  @Test
  void a17_tlsThatCannotBeAgreedOn_isUnknown_andOneThatBreaksIsNot() {
    for (int alert : List.of(40, 70, 71)) {
      Sample sample = pollUrl(alerting(new byte[] {21, 3, 3, 0, 2, 2, (byte) alert}));
      assertThat(sample.liveness()).as("alert " + alert).isEqualTo(Liveness.UNKNOWN);
      assertThat(sample.reasons().getFirst().code()).isEqualTo(Reason.Code.TLS);
    }
    Sample broken = pollUrl(alerting(new byte[] {21, 3, 3, 0, 2, 2, 80}));
    assertThat(broken.liveness()).isEqualTo(Liveness.SILENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void a18_serverThatDemandsAClientCertificate_isUnknown(String version) {
    String url =
        services.tls(asking(ClientAuth.REQUIRED, version), request -> request.response().end());
    Sample sample = pollUrl(url);
    assertThat(sample.liveness()).isEqualTo(Liveness.UNKNOWN);
    assertThat(sample.counts()).isEmpty();
    assertThat(sample.reasons().getFirst().code()).isEqualTo(Reason.Code.UNAUTHORIZED);
    assertThat(sample.reasons().getFirst().text())
        .contains("url wants a client certificate, and Ripcord has none");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void a18_serverThatAsksAndIsContentWithNone_isWell(String version) {
    String url =
        services.tls(asking(ClientAuth.REQUEST, version), request -> request.response().end());
    assertThat(pollUrl(url).counts()).contains(new Counts(10, 0));
  }

  @Test
  void a18_serverThatRefusesByAPage_isUnknown() {
    String page = "<center>No required SSL certificate was sent</center>";
    String url =
        services.tls(
            asking(ClientAuth.REQUEST, "TLSv1.3"),
            request -> request.response().setStatusCode(400).end(page));
    Sample sample = pollUrl(url);
    assertThat(sample.counts()).isEmpty();
    assertThat(sample.reasons().getFirst().text()).contains("wants a client certificate");
  }

  @Test
  void a18_serverThatHangsUpOnUs_isUnknownUntilItHasAnsweredWithoutACertificate() {
    AtomicBoolean up = new AtomicBoolean();
    String url =
        services.tls(
            asking(ClientAuth.REQUEST, "TLSv1.3"), request -> answerOrHangUp(request, up.get()));
    assertThat(pollUrl(url).liveness()).isEqualTo(Liveness.UNKNOWN);
    up.set(true);
    assertThat(pollUrl(url).counts()).contains(new Counts(10, 0));
    up.set(false);
    assertThat(pollUrl(url).liveness()).isEqualTo(Liveness.SILENT);
  }

  private static void answerOrHangUp(HttpServerRequest request, boolean up) {
    if (up) {
      request.response().end();
    } else {
      request.connection().close();
    }
  }
}
