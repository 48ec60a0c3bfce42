package dev.ripcord.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.health.HealthReading;
import dev.ripcord.json.Examples;
import dev.ripcord.port.Entry;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventHubTest {
  /** Ten seconds. */
  private static final int BEATS_MAX = 100;

  /** What the system takes for a client that does not read; left alone it is megabytes. */
  private static final int SENT_AHEAD = 8 * 1024;

  private final Vertx vertx = Vertx.vertx();
  private final ScriptedControl control = new ScriptedControl();
  private final EventHub hub = new EventHub(vertx, control, Duration.ofMillis(100));
  private final List<Socket> sockets = new ArrayList<>();
  private int port;

  @BeforeEach
  void begin() {
    control.observe(hub);
    port = serve(new HttpServerOptions());
  }

  private int serve(HttpServerOptions options) {
    Router router = Router.router(vertx);
    router
        .route()
        .failureHandler(
            context -> ProblemResponse.answer(context.request(), ProblemResponse.of(context)));
    router.get("/events").handler(hub::listen);
    return await(vertx.createHttpServer(options).requestHandler(router).listen(0, "127.0.0.1"))
        .actualPort();
  }

  @AfterEach
  void end() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) {
    return future.timeout(20, TimeUnit.SECONDS).await();
  }

  private static Entry entry() {
    return new Entry.Watched(new WatchEvent.ResumeAsked("ann"));
  }

  /** Opens a stream; HTTP/1.0, so that the body comes as it is. */
  private BufferedReader open(String query, String... headers) throws IOException {
    return open(1, query, headers);
  }

  /** The same from 127.0.0.N. */
  private BufferedReader open(int from, String query, String... headers) throws IOException {
    InetAddress home = InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) from});
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port, home, 0);
    sockets.add(socket);
    socket.setSoTimeout(20_000);
    String request =
        "GET /events" + query + " HTTP/1.1\r\nHost: x\r\n" + String.join("", headers) + "\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  private static String until(BufferedReader stream, String start) throws IOException {
    int beats = 0;
    for (String line = stream.readLine(); line != null; line = stream.readLine()) {
      if (line.startsWith(start)) {
        return line;
      }
      beats += line.startsWith(": heartbeat") ? 1 : 0;
      if (beats > BEATS_MAX) {
        throw new IOException(BEATS_MAX + " heartbeats and nothing that begins with " + start);
      }
    }
    throw new IOException("the stream ended before " + start);
  }

  private static List<Long> ids(BufferedReader stream, long last) throws IOException {
    List<Long> ids = new ArrayList<>();
    do {
      ids.add(Long.parseLong(until(stream, "id: ").substring(4)));
    } while (ids.getLast() != last);
    return ids;
  }

  @Test
  void stream_resumed_hasNoGapAndNoRepeat() throws IOException {
    for (long id = 1; id <= 1303; id++) {
      control.record(id, entry(), false);
    }
    Promise<Void> read = Promise.promise();
    Future<Void> reading = control.holdReads(read);
    BufferedReader stream = open("?after=5", "Last-Event-ID: 1000\r\n");
    await(reading);
    // Told while the page is on its way: one entry that is in the page, and two that are not.
    control.tell(1303, entry());
    control.record(1304, entry(), true);
    control.record(1305, entry(), true);
    read.complete();

    List<Long> caughtUp = ids(stream, 1305);
    control.record(1306, entry(), true);

    assertThat(caughtUp).isEqualTo(LongStream.rangeClosed(1001, 1305).boxed().toList());
    assertThat(ids(stream, 1306)).containsExactly(1306L);
  }

  private static Entry poll(long errors) {
    return new Entry.Watched(new WatchEvent.Sampled(Examples.sample(1000, errors)));
  }

  @Test
  void e8_polled_hasItsVerdictAndStreak_liveAndAfterComingBackInTheMiddle() throws IOException {
    BufferedReader live = open("?after=0");
    control.record(1, new Entry.Opened(Examples.charter("v42")), true);
    control.record(2, poll(71), true);
    control.record(3, poll(72), true);

    for (BufferedReader stream :
        List.of(live, open("?after=0"), open("", "Last-Event-ID: 2\r\n"))) {
      until(stream, "id: 3");
      assertThat(until(stream, "data: "))
          .contains("\"event\":\"polled\"", "\"verdict\":\"breach\"", "\"streak\":2");
    }
  }

  @Test
  void stream_ofALongBacklog_isReadPageByPage() throws IOException {
    for (long id = 1; id <= 1203; id++) {
      control.record(id, entry(), false);
    }

    assertThat(ids(open("?after=0"), 1203))
        .isEqualTo(LongStream.rangeClosed(1, 1203).boxed().toList());
  }

  @Test
  void stream_whileEntriesAreWritten_hasEachOnce() throws IOException {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    long total = 3000;
    Thread writer =
        Thread.ofVirtual()
            .unstarted(
                () -> {
                  for (long id = 1; id <= total; id++) {
                    control.record(id, entry(), true);
                  }
                });
    List<BufferedReader> streams = new ArrayList<>();
    writer.start();
    for (int i = 0; i < 5; i++) {
      streams.add(open("?after=" + random.nextInt(3)));
    }
    for (BufferedReader stream : streams) {
      List<Long> ids = ids(stream, total);
      assertThat(ids).doesNotHaveDuplicates().contains(3L, total).isSorted();
      assertThat(ids.size()).isEqualTo((int) (total - ids.getFirst() + 1));
    }
  }

  @Test
  void stream_withoutANumber_beginsNow() throws IOException {
    control.record(1, entry(), true);
    BufferedReader stream = open("");
    until(stream, "retry: 2000");
    until(stream, ": heartbeat");

    control.record(2, new Entry.Finished(Outcome.HEALTHY, "ok"), true);

    assertThat(until(stream, "id: ")).isEqualTo("id: 2");
    assertThat(until(stream, "data: ")).contains("\"event\":\"finished\"").contains("\"id\":2");
  }

  @Test
  void stream_ofPolls_sendsThemWithoutANumber() throws IOException {
    BufferedReader stream = open("?polls=true");
    until(stream, ": heartbeat");

    control.polled(HealthReading.Kind.BREACH);

    assertThat(until(stream, "data: "))
        .startsWith("data: {\"event\":\"poll\",\"service\":\"shop\",")
        .contains("\"verdict\":\"breach\"")
        .endsWith("\"release\":\"v42\",\"streak\":1}");
  }

  @Test
  void stream_withABadNumber_isRefused() throws IOException {
    assertThat(open("?after=x").readLine()).isEqualTo("HTTP/1.1 400 Bad Request");
  }

  @Test
  void client_thatDoesNotRead_isCutOffAndTheOthersAreServed() throws IOException {
    BufferedReader slow = open("?polls=true");
    until(slow, ": heartbeat");
    BufferedReader fast = open("");
    until(fast, ": heartbeat");

    for (int i = 0; i < 40_000; i++) {
      control.polled(HealthReading.Kind.HEALTHY);
    }
    control.record(9, entry(), true);

    assertThat(ids(fast, 9)).containsExactly(9L);
    assertThat(drainsToItsEnd(slow)).isTrue();
  }

  @Test
  void s2_moreThanEightStreamsThatCatchUp_areToldToComeBack() throws IOException {
    Promise<Void> read = Promise.promise();
    Future<Void> reading = control.holdReads(read);
    for (int i = 0; i < 8; i++) {
      until(open("?after=0"), "retry: 2000");
    }
    await(reading);

    String refused = answer("?after=0");
    until(open(""), ": heartbeat");
    read.complete();

    assertThat(refused)
        .startsWith("HTTP/1.1 503")
        .contains("Retry-After: 5")
        .contains("8 clients read past events already; try again in 5 s");
    control.record(1, entry(), true);
    assertThat(ids(open("?after=0"), 1)).containsExactly(1L);
  }

  @Test
  void s2_moreStreamsThanThereArePlaces_areToldToComeBack() throws IOException {
    List<BufferedReader> streams = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      streams.add(open(i < 100 ? 1 : 2, ""));
      until(streams.getLast(), "retry: 2000");
    }

    assertThat(answer(3, ""))
        .startsWith("HTTP/1.1 503")
        .contains("Retry-After: 5")
        .contains("150 clients listen already");
    assertThat(answer(""))
        .startsWith("HTTP/1.1 429")
        .contains("Retry-After: 5")
        .contains("100 clients of your address listen already");
    control.record(1, entry(), true);
    for (BufferedReader stream : streams) {
      assertThat(ids(stream, 1)).containsExactly(1L);
    }
  }

  @Test
  void s2_clientThatReadsNothingWhileItCatchesUp_givesItsPlaceBack() throws IOException {
    port = serve(new HttpServerOptions().setSendBufferSize(SENT_AHEAD));
    for (long id = 1; id <= 4_000; id++) {
      control.record(id, entry(), false);
    }
    for (int i = 0; i < 8; i++) {
      Socket socket = new Socket();
      sockets.add(socket);
      socket.setReceiveBufferSize(4096);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      socket
          .getOutputStream()
          .write(
              "GET /events?after=0 HTTP/1.1\r\nHost: x\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
    }
    BufferedReader beats = open("");
    String answer = answer("?after=3999");
    for (int i = 0; i < 10 * BEATS_MAX && answer.startsWith("HTTP/1.1 503"); i++) {
      until(beats, ": heartbeat");
      answer = answer("?after=3999");
    }

    assertThat(answer).startsWith("HTTP/1.1 200");
  }

  /** The head and what comes with it of a request that is refused; the head of one that is not. */
  private String answer(String query) throws IOException {
    return answer(1, query);
  }

  /** The same from 127.0.0.N. */
  private String answer(int from, String query) throws IOException {
    BufferedReader stream = open(from, query, "Connection: close\r\n");
    StringBuilder answer = new StringBuilder();
    for (String line = stream.readLine(); line != null; line = stream.readLine()) {
      answer.append(line).append('\n');
      if (line.isEmpty() && answer.indexOf("200 OK") > 0) {
        break;
      }
    }
    return answer.toString();
  }

  private static boolean drainsToItsEnd(BufferedReader stream) {
    try {
      while (stream.readLine() != null) {
        // What was sent before the cut is still read.
      }
      return true;
    } catch (IOException e) {
      return String.valueOf(e.getMessage()).contains("reset");
    }
  }
}
