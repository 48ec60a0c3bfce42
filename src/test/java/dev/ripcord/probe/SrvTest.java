package dev.ripcord.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.config.SourceSettings;
import dev.ripcord.health.Counts;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.probe.http.ProbeClient;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.dns.DnsClientOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pages that a DNS server lists; it speaks DNS over UDP on loopback. */
final class SrvTest {
  private static final int SRV = 33;

  private final Vertx vertx = Vertx.vertx();
  private final DatagramSocket socket = vertx.createDatagramSocket();
  private final List<Integer> ports = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  /** Answers each question with the ports that are listed now, all on localhost. */
  private int dns() {
    socket.handler(this::answer);
    return socket.listen(0, "127.0.0.1").await().localAddress().port();
  }

  private void answer(DatagramPacket asked) {
    Buffer query = asked.data();
    int end = 12;
    while (query.getByte(end) != 0) {
      end += query.getByte(end) + 1;
    }
    Buffer reply =
        Buffer.buffer()
            .appendBuffer(query.slice(0, 2))
            .appendShort((short) 0x8180)
            .appendShort((short) 1)
            .appendShort((short) ports.size())
            .appendInt(0)
            .appendBuffer(query.slice(12, end + 5));
    byte[] host = "localhost".getBytes(StandardCharsets.US_ASCII);
    for (int port : ports) {
      reply
          .appendShort((short) 0xC00C)
          .appendShort((short) SRV)
          .appendShort((short) 1)
          .appendInt(1)
          .appendShort((short) (6 + host.length + 2))
          .appendShort((short) 0)
          .appendShort((short) 0)
          .appendUnsignedShort(port)
          .appendByte((byte) host.length)
          .appendBytes(host)
          .appendByte((byte) 0);
    }
    var _ = socket.send(reply, asked.sender().port(), asked.sender().host());
  }

  private int page(AtomicInteger requests) {
    return vertx
        .createHttpServer()
        .requestHandler(
            request ->
                request
                    .response()
                    .end("http_requests_total{code=\"200\"} " + requests.get() + "\n"))
        .listen(0, "127.0.0.1")
        .await()
        .actualPort();
  }

  @Test
  void listedPages_areSummed_andAskedForAnew() {
    AtomicInteger one = new AtomicInteger(100);
    AtomicInteger other = new AtomicInteger(1_000);
    ports.add(page(one));
    ports.add(page(other));
    Probes probes =
        new Probes(
            new ProbeClient(vertx, InstantSource.system(), System::nanoTime),
            vertx.createDnsClient(new DnsClientOptions().setHost("127.0.0.1").setPort(dns())));
    HealthProbe probe =
        probes.probe(
            SourceSettings.of(
                Optional.empty(),
                Optional.of(URI.create("srv://_http._tcp.shop.test/metrics")),
                Map.of(),
                Optional.empty()),
            Duration.ofSeconds(5),
            Rules.DEFAULT,
            Optional.empty(),
            Optional.empty());

    on(probe::prime);
    one.addAndGet(7);
    other.addAndGet(30);
    Sample both = on(() -> probe.poll("v1", Duration.ZERO));
    assertThat(both.counts()).as(both.toString()).contains(new Counts(37, 0));
    ports.removeLast();
    one.addAndGet(5);
    assertThat(on(() -> probe.poll("v1", Duration.ZERO)).counts()).contains(new Counts(5, 0));
  }

  private <T> T on(Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    vertx.getOrCreateContext().runOnContext(ignored -> work.get().onComplete(done));
    return done.future().await();
  }
}
