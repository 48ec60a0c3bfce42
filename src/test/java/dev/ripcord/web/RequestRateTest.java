package dev.ripcord.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.config.AccessSettings;
import dev.ripcord.config.AccessSettings.NamedToken;
import dev.ripcord.config.AccessSettings.Reading;
import dev.ripcord.config.AccessSettings.Role;
import dev.ripcord.config.Listen;
import dev.ripcord.release.Secret;
import dev.ripcord.web.access.Access;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who asks too often is told when to come back. */
class RequestRateTest {
  private static final String HOME = "127.0.0.1";

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicLong nanos = new AtomicLong();
  private final Access access =
      new Access(
          new AccessSettings(
              Optional.empty(),
              List.of(new NamedToken("ann", Role.OPERATOR, new Secret("s3cret-ann"))),
              Reading.OPEN,
              Optional.empty(),
              Optional.empty()),
          nanos::get);
  private final WebServer server =
      new WebServer(
          vertx,
          new Listen(HOME, 0),
          access,
          new ScriptedControl(),
          ScriptedControl.program(new Metrics("0.1.0")));
  private int port;

  @BeforeEach
  void begin() {
    port = await(server.start());
  }

  @AfterEach
  void end() {
    await(server.stop());
    await(vertx.close());
    client.close();
  }

  private static <T> T await(Future<T> future) {
    return future.timeout(20, TimeUnit.SECONDS).await();
  }

  private HttpResponse<String> send(String method, String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://" + HOME + ":" + port + path))
            .header("Authorization", "Bearer s3cret-ann")
            .header("Accept", "text/html,*/*;q=0.8")
            .method(method, BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static void assertTold(HttpResponse<String> answer, String who) {
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(answer.body())
        .contains("\"type\":\"urn:ripcord:problem:too-many-requests\"")
        .contains("too many requests came from " + who + "; try again in 1 s");
  }

  @Test
  void tooManyReads_areTold_andWritesMetricsAndHealthGoOn() throws Exception {
    for (int i = 0; i < Access.READS; i++) {
      access.read(HOME);
    }

    assertTold(send("GET", "/api/v1/services"), "your address");
    assertTold(send("GET", "/"), "your address");
    assertThat(send("GET", "/metrics").statusCode()).isEqualTo(200);
    assertThat(send("GET", "/livez").statusCode()).isEqualTo(200);
    assertThat(send("GET", "/readyz").statusCode()).isEqualTo(200);
    assertThat(send("POST", "/api/v1/releases/17/resume").statusCode()).isEqualTo(200);
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(send("GET", "/api/v1/services").statusCode()).isEqualTo(200);
  }

  @Test
  void tooManyWritesOfAnAddress_areTold_andReadsGoOn() throws Exception {
    for (int i = 0; i < Access.WRITES; i++) {
      access.write(HOME);
    }

    assertTold(send("POST", "/api/v1/releases/17/resume"), "your address");
    assertTold(send("DELETE", "/api/v1/silences/1"), "your address");
    assertThat(send("GET", "/api/v1/services").statusCode()).isEqualTo(200);
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(send("POST", "/api/v1/releases/17/resume").statusCode()).isEqualTo(200);
  }

  @Test
  void tooManyWritesWithAToken_fromWhateverAddress_areTold() throws Exception {
    for (int i = 0; i < Access.WRITES; i++) {
      access.write("the token of ann");
    }

    assertTold(send("POST", "/api/v1/releases/17/resume"), "the token of ann");
  }
}
