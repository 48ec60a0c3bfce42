package dev.ripcord.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.config.AccessSettings;
import dev.ripcord.config.AccessSettings.NamedToken;
import dev.ripcord.config.AccessSettings.Reading;
import dev.ripcord.config.AccessSettings.Role;
import dev.ripcord.config.AccessSettings.Tls;
import dev.ripcord.config.AlertSettings;
import dev.ripcord.config.Listen;
import dev.ripcord.config.Settings;
import dev.ripcord.release.Secret;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SelfSignedCertificate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a command says to the daemon, and whom it believes. */
class DaemonClientTest {
  private final Vertx vertx = Vertx.vertx();
  private final SelfSignedCertificate certificate = SelfSignedCertificate.create("localhost");

  @AfterEach
  void end() {
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) {
    return future.timeout(30, TimeUnit.SECONDS).await();
  }

  /** Answers with who asks, or 401. */
  private int serve(SelfSignedCertificate own) {
    HttpServer server =
        vertx
            .createHttpServer(
                new HttpServerOptions().setSsl(true).setKeyCertOptions(own.keyCertOptions()))
            .requestHandler(
                request -> {
                  String who = String.valueOf(request.getHeader("Authorization"));
                  boolean isKnown = who.equals("Bearer anns");
                  request
                      .response()
                      .setStatusCode(isKnown ? 200 : 401)
                      .end(isKnown ? "{\"known\":true}" : "{\"detail\":\"no token was sent\"}");
                });
    return await(server.listen(0, "127.0.0.1")).actualPort();
  }

  private Settings settings(int port, Optional<Secret> own) {
    return new Settings(
        Optional.empty(),
        Path.of("data"),
        Optional.empty(),
        Settings.JournalAway.WAIT,
        new Listen("127.0.0.1", port),
        new AccessSettings(
            Optional.empty(),
            List.of(new NamedToken("ann", Role.ADMIN, new Secret("anns"))),
            Reading.OPEN,
            Optional.of(
                new Tls(
                    Path.of(certificate.certificatePath()), Path.of(certificate.privateKeyPath()))),
            own),
        AlertSettings.NONE,
        Duration.ofDays(7),
        new TreeMap<>(),
        List.of());
  }

  @Test
  void ownToken_overTls_isSentToTheDaemonOfThisConfiguration() throws Exception {
    int port = serve(certificate);
    try (DaemonClient client =
        new DaemonClient(vertx, settings(port, Optional.of(new Secret("anns"))))) {
      assertThat(client.get("/x").path("known").asBoolean()).isTrue();
      assertThat(client.by("root")).isEqualTo("ann");
    }
  }

  @Test
  void noToken_isToldHowToSendOne() {
    int port = serve(certificate);
    try (DaemonClient client = new DaemonClient(vertx, settings(port, Optional.empty()))) {
      assertThatThrownBy(() -> client.get("/x"))
          .hasMessage("no token was sent; this command sends RIPCORD_TOKEN of the environment");
      assertThat(client.by("root")).isEqualTo("root");
    }
  }

  @Test
  void anotherCertificate_isNotBelieved() {
    int port = serve(SelfSignedCertificate.create("localhost"));
    try (DaemonClient client =
        new DaemonClient(vertx, settings(port, Optional.of(new Secret("anns"))))) {
      assertThatThrownBy(() -> client.get("/x")).isInstanceOf(DaemonClient.Unanswered.class);
    }
  }
}
