package dev.ripcord.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ripcord.config.AlertSettings;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Alert.Kind;
import dev.ripcord.port.Outbox;
import dev.ripcord.release.Secret;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many alerts at once, and a receiver that takes them one after the other. */
class AlertStormTest {
  private final Vertx vertx = Vertx.vertx();
  private final MemoryOutbox outbox = new MemoryOutbox();
  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private final List<Alerts> started = new ArrayList<>();

  @AfterEach
  void end() {
    started.forEach(alerts -> await(alerts.stop()));
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) {
    return future.timeout(20, TimeUnit.SECONDS).await();
  }

  /** A receiver of one's own, and alerts that go to it. */
  private Alerts slack(Consumer<HttpServerRequest> receiver) {
    HttpServer server =
        await(
            vertx
                .createHttpServer()
                .requestHandler(
                    request ->
                        request
                            .body()
                            .onSuccess(
                                body -> {
                                  bodies.add(body.toString());
                                  receiver.accept(request);
                                }))
                .listen(0, "127.0.0.1"));
    RetryPolicy pace =
        new RetryPolicy(
            InstantSource.system(),
            () -> 0.5,
            Duration.ofMillis(20),
            Duration.ofMillis(20),
            Duration.ofMillis(100),
            Duration.ofSeconds(15),
            Duration.ofHours(24));
    Secret url = new Secret("http://127.0.0.1:" + server.actualPort() + "/x");
    Alerts alerts =
        new Alerts(
            vertx,
            outbox,
            new AlertSettings(Optional.of(url), Optional.empty(), Optional.empty()),
            pace,
            (_, _) -> {});
    started.add(alerts);
    await(alerts.start());
    return alerts;
  }

  private static Alert alert(Kind kind, String service) {
    return new Alert(
        kind.text() + " " + service,
        kind,
        new ServiceName(service),
        "v1",
        service + " v1: what <happened>",
        List.of("12 of 100\nrequests failed.", "Look at it."),
        Instant.now());
  }

  private static void answer(HttpServerRequest request, int status) {
    request.response().setStatusCode(status).end();
  }

  @Test
  void a24_everySecondMessageIsRefused_onlyThatOneIsChargedATryAndTheOrderStays() {
    for (int i = 1; i <= 12; i++) {
      outbox.put("slack", alert(Kind.BREACH, "s" + i));
    }
    Alerts alerts = slack(request -> answer(request, bodies.size() % 2 == 0 ? 429 : 200));

    assertThat(await(alerts.flush(Duration.ofSeconds(60)))).isTrue();

    assertThat(outbox.log().stream().filter(line -> line.startsWith("delivered")))
        .containsExactly(
            "delivered slack breach s1",
            "delivered slack breach s2",
            "delivered slack breach s3",
            "delivered slack breach s4",
            "delivered slack breach s5",
            "delivered slack breach s6",
            "delivered slack breach s7",
            "delivered slack breach s8",
            "delivered slack breach s9",
            "delivered slack breach s10",
            "delivered slack breach s11",
            "delivered slack breach s12");
    assertThat(outbox.attempts(1)).isZero();
    for (int i = 2; i <= 12; i++) {
      assertThat(outbox.attempts(i)).isEqualTo(1);
    }
    assertThat(bodies).hasSize(23);
  }

  @Test
  void a24_urgentOnesComeWhileTheChannelWaits_areDeliveredFirst() {
    for (int i = 1; i <= 5; i++) {
      outbox.put("slack", alert(Kind.BREACH, "s" + i));
    }
    Promise<Void> refused = Promise.promise();
    Alerts alerts =
        slack(
            request -> {
              if (bodies.size() == 1) {
                outbox.put("slack", alert(Kind.ROLLBACK, "shop"));
                outbox.put("slack", alert(Kind.ROLLED_BACK, "shop"));
                refused.complete();
              }
              answer(request, bodies.size() == 1 ? 429 : 200);
            });
    await(refused.future());

    assertThat(await(alerts.flush(Duration.ofSeconds(60)))).isTrue();

    assertThat(outbox.log().subList(0, 4))
        .containsExactly(
            "retry slack breach s1: answered 429",
            "delivered slack rollback shop",
            "delivered slack rolled-back shop",
            "delivered slack breach s1");
  }

  @Test
  void a24_waitAfterARefusal_isWhatWasAskedForAndDoesNotGrowWithWhatWasDelivered() {
    RetryPolicy pace = RetryPolicy.standard(InstantSource.system(), new java.util.Random(7));
    assertThat(pace.waitAfter(0, Optional.of(Duration.ofSeconds(1)))).hasSeconds(1);
  }

  @Test
  void c19_whileOneIsUnderWay_nothingElseIsClaimed() {
    outbox.put("slack", alert(Kind.BREACH, "s1"));
    outbox.put("slack", alert(Kind.BREACH, "s2"));
    Promise<HttpServerRequest> first = Promise.promise();
    Alerts alerts =
        slack(
            request -> {
              if (!first.tryComplete(request)) {
                answer(request, 200);
              }
            });
    HttpServerRequest held = await(first.future());

    assertThat(outbox.nextTry(1)).isAfter(Instant.now());
    assertThat(outbox.nextTry(2)).isEqualTo(Instant.MIN);

    held.response().end();
    assertThat(await(alerts.flush(Duration.ofSeconds(60)))).isTrue();
  }

  @Test
  void a30_manyAlertsOfOneKind_areOneMessageWithALineForEach() throws Exception {
    for (int i = 1; i <= Outbox.GROUP_FROM + 40; i++) {
      outbox.put("slack", alert(Kind.BREACH, "s" + i));
    }
    Alerts alerts = slack(request -> answer(request, 200));

    assertThat(await(alerts.flush(Duration.ofSeconds(60)))).isTrue();

    JsonNode message = new ObjectMapper().readTree(bodies.getFirst());
    JsonNode blocks = message.get("blocks");
    assertThat(blocks.get(0).at("/text/text").textValue())
        .isEqualTo("▲ 50 alerts of one kind: breach");
    List<String> lines = new ArrayList<>();
    for (int i = 1; i < blocks.size() - 1; i++) {
      String section = blocks.get(i).at("/text/text").textValue();
      assertThat(section).hasSizeLessThanOrEqualTo(3000);
      lines.addAll(section.lines().toList());
    }
    assertThat(lines).hasSize(50).doesNotHaveDuplicates();
    assertThat(lines.getFirst())
        .isEqualTo("s1 v1: what &lt;happened&gt; · 12 of 100 requests failed.");
    assertThat(message.get("text").textValue()).hasSizeLessThanOrEqualTo(3000);
    // The ten that are left are too few for a group.
    assertThat(bodies).hasSize(11);
  }

  @Test
  void a30_theGroupIsRefused_itsAlertsAreTriedOneByOne() {
    for (int i = 1; i <= Outbox.GROUP_FROM; i++) {
      outbox.put("slack", alert(Kind.BREACH, "s" + i));
    }
    Alerts alerts =
        slack(request -> answer(request, bodies.getLast().contains("alerts of one") ? 400 : 200));

    assertThat(await(alerts.flush(Duration.ofSeconds(60)))).isTrue();

    assertThat(outbox.log().stream().filter(line -> line.startsWith("delivered"))).hasSize(20);
    assertThat(outbox.log()).noneMatch(line -> line.startsWith("gave up"));
  }
}
