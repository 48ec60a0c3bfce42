package dev.ripcord.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.FreePort;
import dev.ripcord.config.SourceSettings;
import dev.ripcord.health.Counts;
import dev.ripcord.health.DatabaseState;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.release.Secret;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthProbeTest {
  private static final Duration NO_SPREAD = Duration.ZERO;
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);

  private final Services services = new Services();

  @AfterEach
  void close() {
    services.close();
  }

  private Sample pollPage(String page, Duration timeout) {
    return services.poll(services.probe(Optional.empty(), Optional.of(page), timeout), NO_SPREAD);
  }

  private static Reason first(Sample sample) {
    return sample.reasons().getFirst();
  }

  @Test
  void urlBesideMetrics_isAskedOnceWhenItAnswers() {
    AtomicInteger calls = new AtomicInteger();
    String url =
        services.http(
            request -> {
              calls.incrementAndGet();
              request.response().end();
            });
    String page = services.counting(100, 10, 190, 20);
    var probe = services.probe(Optional.of(url), Optional.of(page), LONG);
    services.prime(probe);
    Sample sample = services.poll(probe, LONG);
    assertThat(calls).hasValue(1);
    assertThat(sample.liveness()).isEqualTo(Liveness.ANSWERS);
    assertThat(sample.counts()).contains(new Counts(100, 10));
    assertThat(sample.probed()).isFalse();
    assertThat(sample.window()).isPositive();
  }

  @Test
  void urlBesideMetrics_isSilentOnlyAfterThreeFailures() {
    AtomicInteger calls = new AtomicInteger();
    AtomicInteger well = new AtomicInteger(Integer.MAX_VALUE);
    String url =
        services.http(
            request -> {
              boolean good = calls.incrementAndGet() >= well.get();
              request.response().setStatusCode(good ? 200 : 503).end();
            });
    String page = services.counting(0, 0, 100, 0, 200, 0);
    var probe = services.probe(Optional.of(url), Optional.of(page), LONG);
    services.prime(probe);
    Sample silent = services.poll(probe, Duration.ofMillis(90));
    assertThat(calls).hasValue(3);
    assertThat(silent.liveness()).isEqualTo(Liveness.SILENT);
    assertThat(silent.counts()).contains(new Counts(100, 0));
    calls.set(0);
    well.set(2);
    Sample back = services.poll(probe, Duration.ofMillis(90));
    assertThat(calls).hasValue(2);
    assertThat(back.liveness()).isEqualTo(Liveness.ANSWERS);
    assertThat(first(back).text()).contains("answered 503 (1 of 2 probes)");
  }

  @Test
  void metricsPageThatFails_isOnlyAReason() {
    record Case(String page, Duration timeout, Reason.Code code) {}
    Case[] cases = {
      new Case("http://127.0.0.1:" + FreePort.next() + "/", LONG, Reason.Code.CONNECT),
      new Case(services.http(request -> {}), SHORT, Reason.Code.TIMEOUT),
      new Case(services.drip(), SHORT, Reason.Code.TIMEOUT),
      new Case(services.status(500), LONG, Reason.Code.STATUS),
      new Case(services.status(404), LONG, Reason.Code.STATUS),
      new Case(services.status(401), LONG, Reason.Code.UNAUTHORIZED),
      new Case(services.body("text/html", "<html>"), LONG, Reason.Code.PARSE),
      new Case(services.raw(socket -> socket.close()), LONG, Reason.Code.RESET),
      new Case(services.endless("text/plain"), LONG, Reason.Code.BODY),
      new Case(services.packed("gzip", new byte[] {1, 2, 3}), LONG, Reason.Code.PARSE),
      new Case(services.packed("br", new byte[] {1, 2, 3}), LONG, Reason.Code.PARSE),
      new Case(services.packed("gzip", Services.bomb()), LONG, Reason.Code.BODY),
      new Case(services.body("text/plain", ""), LONG, Reason.Code.NO_DATA),
    };
    for (Case c : cases) {
      Sample sample = pollPage(c.page(), c.timeout());
      assertThat(first(sample).code()).as(c.toString()).isEqualTo(c.code());
      assertThat(first(sample).text()).contains("metrics page ").contains("(source: metrics, ");
      assertThat(sample.liveness()).isEqualTo(Liveness.UNKNOWN);
      assertThat(sample.counts()).isEmpty();
    }
  }

  @Test
  void pageCutWithItsConnection_isNotReadAsAWholeOne() {
    String head = "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n";
    String page = "http_requests_total{code=\"200\"} 12";
    Sample cut = pollPage(services.bytes(head + page), LONG);
    assertThat(first(cut).code()).isEqualTo(Reason.Code.PARSE);
    assertThat(first(cut).text()).contains("cut off");
  }

  @Test
  void gzip_isUnpackedAndAskedFor() {
    String page = services.gzip("http_requests_total{code=\"500\"} %d\n");
    var probe = services.probe(Optional.empty(), Optional.of(page), LONG);
    services.prime(probe);
    assertThat(services.poll(probe, NO_SPREAD).counts()).contains(new Counts(1, 1));
  }

  @Test
  void failedReadingInBetween_losesNoErrors() {
    AtomicInteger calls = new AtomicInteger();
    String page =
        services.http(
            request -> {
              int call = calls.incrementAndGet();
              String text = "http_requests_total{code=\"500\"} " + call + "\n";
              request.response().setStatusCode(call == 2 ? 503 : 200).end(text);
            });
    var probe = services.probe(Optional.empty(), Optional.of(page), LONG);
    services.prime(probe);
    assertThat(services.poll(probe, NO_SPREAD).counts()).isEmpty();
    assertThat(services.poll(probe, NO_SPREAD).counts()).contains(new Counts(2, 2));
  }

  @Test
  void keptConnectionThatTheServiceClosed_isNotAFault() {
    AtomicInteger calls = new AtomicInteger();
    String page =
        services.raw(
            socket ->
                socket.handler(
                    request -> {
                      // Every connection answers once and is closed when it is used again.
                      if (calls.incrementAndGet() % 2 == 0) {
                        socket.close();
                        return;
                      }
                      String body = "http_requests_total{code=\"500\"} " + calls.get() + "\n";
                      socket.write(
                          "HTTP/1.1 200 OK\r\nContent-Length: "
                              + body.length()
                              + "\r\n\r\n"
                              + body);
                    }));
    var probe = services.probe(Optional.empty(), Optional.of(page), LONG);
    services.prime(probe);
    assertThat(services.poll(probe, NO_SPREAD).counts()).contains(new Counts(2, 2));
  }

  @Test
  void credentials_areNeverInAReason() {
    String url = services.status(500).replace("http://", "http://me:geheim@") + "?key=geheim";
    Sample sample =
        services.poll(services.probe(Optional.of(url), Optional.of(url), LONG), NO_SPREAD);
    assertThat(sample.reasons().toString()).doesNotContain("geheim").contains("answered 500");
  }

  @Test
  void close_endsWhatIsUnderWay() {
    Promise<Void> asked = Promise.promise();
    String url = services.http(request -> asked.tryComplete());
    HealthProbe probe = services.probe(Optional.of(url), Optional.of(url), LONG);
    Future<Sample> poll = services.begin(probe, LONG);
    services.await(asked.future());
    services.run(probe::close);
    Sample sample = services.await(poll);
    assertThat(sample.liveness()).isEqualTo(Liveness.UNKNOWN);
    assertThat(sample.counts()).isEmpty();
    services.awaitConnectionsClosed();
    Sample after = services.poll(probe, LONG);
    assertThat(after.liveness()).isEqualTo(Liveness.UNKNOWN);
  }

  @Test
  void database_isAskedBeside() {
    DatabaseState up = new DatabaseState(true, OptionalDouble.of(0.0012));
    assertThat(withDatabase(() -> Future.succeededFuture(up)).database()).contains(up);
    DatabaseState down = new DatabaseState(false, OptionalDouble.empty());
    assertThat(withDatabase(() -> Future.failedFuture("geheim")).database()).contains(down);
    assertThat(
            withDatabase(
                    () -> {
                      throw new IllegalStateException("geheim");
                    })
                .reasons()
                .toString())
        .contains("database did not answer")
        .doesNotContain("geheim");
    assertThat(withDatabase(() -> Promise.<DatabaseState>promise().future()).database())
        .contains(down);
  }

  @Test
  void largePage_isReadOnAWorker() {
    StringBuilder filler = new StringBuilder();
    for (int i = 0; filler.length() < 400_000; i++) {
      filler.append("filler{n=\"").append(i).append("\"} 1\n");
    }
    AtomicInteger calls = new AtomicInteger();
    String page =
        services.http(
            request ->
                request
                    .response()
                    .end(
                        filler
                            + "http_requests_total{code=\"500\"} "
                            + calls.incrementAndGet()
                            + "\n"));
    var probe = services.probe(Optional.empty(), Optional.of(page), LONG);
    services.prime(probe);
    assertThat(services.poll(probe, NO_SPREAD).counts()).contains(new Counts(1, 1));
  }

  @Test
  void headerThatCannotBeSent_isNotTheServicesFault() {
    SourceSettings source =
        SourceSettings.of(
            Optional.of(URI.create(services.status(200))),
            Optional.empty(),
            Map.of("X-Key", new Secret("a\nb")),
            Optional.empty());
    HealthProbe probe =
        services.probes().probe(source, LONG, Rules.DEFAULT, Optional.empty(), Optional.empty());
    Sample sample = services.poll(probe, NO_SPREAD);
    assertThat(sample.liveness()).isEqualTo(Liveness.UNKNOWN);
    assertThat(first(sample).code()).isEqualTo(Reason.Code.SOURCE_DOWN);
    assertThat(first(sample).text()).doesNotContain("a\nb");
  }

  @Test
  void connectionsOfRequestsThatCannotBeSent_areClosed() {
    AtomicInteger closed = new AtomicInteger();
    Promise<Void> all = Promise.promise();
    String url =
        services.raw(
            socket ->
                socket.closeHandler(
                    ignored -> {
                      if (closed.incrementAndGet() == 10) {
                        all.complete();
                      }
                    }));
    SourceSettings source =
        SourceSettings.of(
            Optional.of(URI.create(url)),
            Optional.empty(),
            Map.of("X-Key", new Secret("a\nb")),
            Optional.empty());
    services.poll(
        services.probes().probe(source, LONG, Rules.DEFAULT, Optional.empty(), Optional.empty()),
        NO_SPREAD);
    services.await(all.future());
    assertThat(closed).hasValue(10);
  }

  /** Every page is answered only when all have been asked for: one that waited would time out. */
  @Test
  void manyServicesAtOneAddress_doNotWaitForEachOther() {
    int many = 200;
    List<Runnable> asked = new ArrayList<>();
    String page =
        services.http(
            request -> {
              asked.add(() -> request.response().end("http_requests_total{code=\"200\"} 1\n"));
              if (asked.size() == many) {
                asked.forEach(Runnable::run);
              }
            });
    List<Future<Sample>> polls = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      HealthProbe probe = services.probe(Optional.empty(), Optional.of(page), LONG);
      polls.add(services.begin(probe, NO_SPREAD));
    }

    services.await(Future.join(polls));

    assertThat(polls)
        .allSatisfy(p -> assertThat(first(p.result()).text()).contains("first reading"));
  }

  private Sample withDatabase(Supplier<Future<DatabaseState>> database) {
    SourceSettings source =
        SourceSettings.of(
            Optional.of(URI.create(services.status(200))),
            Optional.empty(),
            Map.of("X-Key", new Secret("s3cret")),
            Optional.empty());
    HealthProbe probe =
        services
            .probes()
            .probe(source, SHORT, Rules.DEFAULT, Optional.of(database), Optional.empty());
    return services.poll(probe, NO_SPREAD);
  }
}
