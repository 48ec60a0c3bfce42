package dev.ripcord.cli.wiring;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.ripcord.Waiting;
import dev.ripcord.config.AlertSettings;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Clocks;
import dev.ripcord.release.Secret;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What people are told while the journal is away. */
final class DirectAlertsTest {
  private static final String TITLE = "shop v42: the rollback cannot be written down";

  private final Vertx vertx = Vertx.vertx();
  private final WireMockServer server = new WireMockServer(options().dynamicPort());

  @BeforeEach
  void begin() {
    server.start();
  }

  @AfterEach
  void end() {
    server.stop();
    vertx.close().timeout(20, TimeUnit.SECONDS).await();
  }

  private Optional<Secret> url(String path) {
    return Optional.of(new Secret(server.baseUrl() + path));
  }

  private void tell() {
    AlertSettings channels = new AlertSettings(url("/slack"), Optional.empty(), url("/hook"));
    new DirectAlerts(
            vertx, () -> channels, new Clocks(InstantSource.system(), System::nanoTime), "")
        .unrecorded(
            new Alert(
                "watch-1/unwritten",
                Alert.Kind.WAITING,
                new ServiceName("shop"),
                "v42",
                TITLE,
                List.of("The journal does not answer."),
                Instant.parse("2026-01-02T03:04:05Z")));
  }

  private int asked(String path) {
    return server
        .findAll(postRequestedFor(urlEqualTo(path)).withRequestBody(containing(TITLE)))
        .size();
  }

  @Test
  void c18_alertThatCannotBeWrittenDown_isSentToEachChannel() {
    server.stubFor(post("/slack").willReturn(aResponse().withBody("ok")));
    server.stubFor(post("/hook").willReturn(aResponse().withStatus(204)));

    tell();

    assertThat(Waiting.until(20, () -> asked("/slack") > 0 && asked("/hook") > 0)).isTrue();
    assertThat(List.of(asked("/slack"), asked("/hook"))).containsExactly(1, 1);
  }

  @Test
  void c18_channelThatRefuses_doesNotKeepTheOtherFromBeingTold() {
    server.stubFor(post("/slack").willReturn(aResponse().withStatus(500)));
    server.stubFor(post("/hook").willReturn(aResponse().withStatus(204)));

    tell();

    assertThat(Waiting.until(20, () -> asked("/hook") > 0)).isTrue();
    assertThat(asked("/slack")).as("one try").isEqualTo(1);
  }
}
