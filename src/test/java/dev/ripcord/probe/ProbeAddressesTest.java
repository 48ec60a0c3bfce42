package dev.ripcord.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.FreePort;
import dev.ripcord.health.Counts;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Sample;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Names that have several addresses. */
class ProbeAddressesTest {
  private static final Duration NO_SPREAD = Duration.ZERO;
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Services services =
      new Services(
          """
          127.0.0.2 shop.test
          127.0.0.1 shop.test
          127.0.0.2 dead.test
          127.0.0.3 dead.test
          ::1 mixed.test
          127.0.0.1 mixed.test
          127.0.0.1 stack_shop
          127.0.0.1 dot.test
          """);

  @AfterEach
  void close() {
    services.close();
  }

  /** The port of a server on 127.0.0.1 alone, which counts its requests. */
  private int server(AtomicInteger calls, List<String> hosts) {
    String url =
        services.http(
            request -> {
              String page = "http_requests_total{code=\"500\"} " + calls.incrementAndGet() + "\n";
              hosts.add(String.valueOf(request.getHeader("Host")));
              request.response().end(page);
            });
    return URI.create(url).getPort();
  }

  private Sample pollUrl(String url) {
    return services.poll(services.probe(Optional.of(url), Optional.empty(), LONG), NO_SPREAD);
  }

  @Test
  void a16_refusedAddress_isFollowedByTheNext() {
    AtomicInteger calls = new AtomicInteger();
    List<String> hosts = new ArrayList<>();
    int port = server(calls, hosts);
    for (String name : List.of("shop.test", "mixed.test")) {
      calls.set(0);
      Sample sample = pollUrl("http://" + name + ":" + port + "/");
      assertThat(sample.counts()).as(name).contains(new Counts(10, 0));
      assertThat(sample.reasons()).as(name).isEmpty();
      assertThat(calls).as(name).hasValue(10);
      assertThat(hosts).contains(name + ":" + port);
    }
  }

  @Test
  void a16_metricsPage_isReadFromTheNextToo() {
    int port = server(new AtomicInteger(), new ArrayList<>());
    var probe =
        services.probe(
            Optional.empty(), Optional.of("http://shop.test:" + port + "/metrics"), LONG);
    services.prime(probe);
    assertThat(services.poll(probe, NO_SPREAD).counts()).contains(new Counts(1, 1));
  }

  @Test
  void a16_addressThatHangs_isFollowedByTheNext() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    int port = server(calls, new ArrayList<>());
    try (ServerSocket hung = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.2"))) {
      List<SocketChannel> waiting = fill(hung);
      Sample sample = pollUrl("http://shop.test:" + port + "/");
      assertThat(sample.counts()).contains(new Counts(10, 0));
      assertThat(calls).hasValue(10);
      for (SocketChannel channel : waiting) {
        channel.close();
      }
    }
  }

  /** Takes every place in the queue of a socket that accepts nobody; it answers no more then. */
  private static List<SocketChannel> fill(ServerSocket hung) throws IOException {
    List<SocketChannel> waiting = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      SocketChannel channel = SocketChannel.open();
      channel.configureBlocking(false);
      channel.connect(new InetSocketAddress(hung.getInetAddress(), hung.getLocalPort()));
      waiting.add(channel);
    }
    return waiting;
  }

  @Test
  void a16_serviceThatRefusesAtEachAddress_isSilent() {
    Sample sample = pollUrl("http://dead.test:" + FreePort.next() + "/");
    assertThat(sample.liveness()).isEqualTo(Liveness.SILENT);
    assertThat(sample.reasons().getFirst().code()).isEqualTo(Reason.Code.CONNECT);
    assertThat(sample.reasons().getFirst().text()).contains("refused the connection");
  }

  @Test
  void a16_answerOfTheFirstAddress_isNotAskedForAgain() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    int port = server(calls, new ArrayList<>());
    String url = "http://127.0.0.1:" + port + "/";
    assertThat(pollUrl(url).counts()).contains(new Counts(10, 0));
    assertThat(calls).hasValue(10);
  }

  @Test
  void a19_nameWithAnUnderscore_isAsked() {
    List<String> hosts = new ArrayList<>();
    int port = server(new AtomicInteger(), hosts);
    Sample sample = pollUrl("HTTP://stack_shop:" + port + "/h");
    assertThat(sample.counts()).contains(new Counts(10, 0));
    assertThat(hosts).contains("stack_shop:" + port);
  }

  @Test
  void a17_dotAtTheEndOfAName_isForTheResolverOnly() {
    List<String> hosts = new ArrayList<>();
    int port = server(new AtomicInteger(), hosts);
    assertThat(pollUrl("http://dot.test.:" + port + "/h").counts()).contains(new Counts(10, 0));
    assertThat(hosts).contains("dot.test:" + port);
  }
}
