package dev.ripcord.alert;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.ripcord.config.AlertSettings;
import dev.ripcord.release.Secret;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
  private final Vertx vertx = Vertx.vertx();
  private final WireMockServer server = new WireMockServer(options().dynamicPort());

  @BeforeEach
  void begin() {
    server.start();
  }

  @AfterEach
  void end() {
    server.stop();
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) {
    return future.timeout(20, TimeUnit.SECONDS).await();
  }

  /** Gives the first outcome that is counted. */
  private String beats(Supplier<Optional<String>> unready) {
    Promise<String> first = Promise.promise();
    Heartbeat heartbeat =
        new Heartbeat(
            vertx,
            new AlertSettings.Heartbeat(
                new Secret("http://127.0.0.1:" + server.port() + "/beat"), Duration.ofSeconds(10)),
            RetryPolicy.standard(InstantSource.system(), new java.util.Random(1)),
            unready,
            (channel, outcome) -> first.tryComplete(channel + " " + outcome));
    heartbeat.start();
    String outcome = await(first.future());
    await(heartbeat.stop());
    return outcome;
  }

  @Test
  void ready_asksAtOnce() {
    server.stubFor(get("/beat").willReturn(ok()));

    assertThat(beats(Optional::empty)).isEqualTo("heartbeat sent");

    server.verify(1, getRequestedFor(urlEqualTo("/beat")));
  }

  @Test
  void refused_isCountedAndTheNextOneIsTheRetry() {
    server.stubFor(get("/beat").willReturn(aResponse().withStatus(404)));

    assertThat(beats(Optional::empty)).isEqualTo("heartbeat retried");
  }

  @Test
  void notReady_staysSilentUntilItIs() {
    server.stubFor(get("/beat").willReturn(ok()));
    AtomicInteger looks = new AtomicInteger();
    Promise<Void> thrice = Promise.promise();
    Heartbeat heartbeat =
        new Heartbeat(
            vertx,
            new AlertSettings.Heartbeat(
                new Secret("http://127.0.0.1:" + server.port() + "/beat"), Duration.ofMillis(20)),
            RetryPolicy.standard(InstantSource.system(), new java.util.Random(1)),
            () -> {
              if (looks.incrementAndGet() == 3) {
                thrice.complete();
              }
              return Optional.of("the journal is away");
            },
            (channel, outcome) -> {});
    heartbeat.start();
    await(thrice.future());
    await(heartbeat.stop());

    assertThat(server.getAllServeEvents()).isEmpty();
  }
}
