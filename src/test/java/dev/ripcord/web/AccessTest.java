package dev.ripcord.web;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.ripcord.config.AccessSettings;
import dev.ripcord.config.Listen;
import dev.ripcord.release.Secret;
import dev.ripcord.web.access.Access;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Who gets in, byte by byte. */
class AccessTest {
  private static final String RESUME = "POST /api/v1/releases/17/resume HTTP/1.1\r\n";
  private static final String ANNOUNCE = "POST /api/v1/releases HTTP/1.1\r\nHost: 127.0.0.1\r\n";
  private static final String JSON = "Content-Type: application/json\r\n";

  private final Vertx vertx = Vertx.vertx();
  private final ScriptedControl control = new ScriptedControl();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final List<Socket> sockets = new ArrayList<>();
  private Optional<WebServer> server = Optional.empty();
  private int port;

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  @BeforeEach
  void listenToTheLog() {
    log.start();
    root().addAppender(log);
  }

  @AfterEach
  void end() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    server.ifPresent(s -> await(s.stop()));
    await(vertx.close());
    root().detachAppender(log);
  }

  private static <T> T await(Future<T> future) {
    return future.timeout(30, TimeUnit.SECONDS).await();
  }

  private static Access access(Optional<Secret> token) {
    return new Access(AccessSettings.of(token), System::nanoTime);
  }

  private void start(String host, Optional<Secret> token) {
    WebServer made =
        new WebServer(
            vertx,
            new Listen(host, 0),
            access(token),
            control,
            ScriptedControl.program(new Metrics("0.1.0")));
    server = Optional.of(made);
    port = await(made.start());
  }

  private void start() {
    start("127.0.0.1", Optional.empty());
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(30_000);
    sockets.add(socket);
    return socket;
  }

  /** Sends bytes and gives all that comes until the server closes. */
  private String raw(String request) throws IOException {
    Socket socket = connect();
    socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
    return rest(socket);
  }

  private static String rest(Socket socket) throws IOException {
    try {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (SocketException reset) {
      return "reset";
    }
  }

  private String get(String path, String host) throws IOException {
    return raw("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
  }

  private List<String> trouble() {
    return log.list.stream()
        .filter(event -> event.getLevel().levelInt >= ch.qos.logback.classic.Level.WARN_INT)
        // Other tests run beside this one and log too.
        .filter(
            event ->
                event.getLoggerName().matches("dev\\.ripcord\\.web\\..*|io\\.(vertx|netty)\\..*"))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/metrics", "/api/v1/services", "/api/v1/releases/17", "/readyz"})
  void s7_readUnderTheHostOfAnotherName_isRefused(String path) throws IOException {
    start();

    for (String host :
        List.of(
            "evil.example",
            "evil.example:" + port,
            "127.0.0.1.evil.example",
            "127.999.1.1",
            "10.0.0.1",
            "ripcord")) {
      assertThat(get(path, host)).startsWith("HTTP/1.1 403").contains("Foreign host");
    }
    for (String host :
        List.of("127.0.0.1", "127.0.0.1:" + port, "localhost:1", "LOCALHOST", "[::1]:" + port)) {
      assertThat(get(path, host)).startsWith("HTTP/1.1 200");
    }
    assertThat(get("/livez", "evil.example")).startsWith("HTTP/1.1 200");
  }

  @Test
  void s7_streamUnderTheHostOfAnotherName_isRefused() throws IOException {
    start();

    assertThat(get("/api/v1/events", "evil.example")).startsWith("HTTP/1.1 403");
  }

  @ParameterizedTest
  @CsvSource({
    "evil.example, 403",
    "10.0.0.1.evil.example, 403",
    "10.0.0.1, 200",
    "[fe80::1]:9095, 200",
    "localhost, 200",
    "ripcord:9095, 200",
    "ripcord.monitoring.svc, 200",
    "ripcord.monitoring.svc.cluster.local, 200",
    "host.docker.internal, 200",
  })
  void s7_readOnEveryAddress_takesNamesThatNobodyElseCanHave(String host, int status)
      throws IOException {
    start("0.0.0.0", Optional.empty());

    assertThat(get("/metrics", host)).startsWith("HTTP/1.1 " + status);
  }

  @Test
  void s7_readWithATokenSet_isOpenUnderAnyName() throws IOException {
    start("127.0.0.1", Optional.of(new Secret("s3cret")));

    assertThat(get("/metrics", "ripcord.example.com")).startsWith("HTTP/1.1 200");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "application/x-www-form-urlencoded",
        "text/plain",
        "application/jsonx",
        "",
      })
  void s6_formWithoutAndWithABody_isRefused(String type) throws IOException {
    start();
    String head = RESUME + "Host: 127.0.0.1\r\nConnection: close\r\nContent-Type: " + type + "\r\n";

    assertThat(raw(head + "Content-Length: 0\r\n\r\n")).startsWith("HTTP/1.1 415");
    assertThat(raw(head + "Content-Length: 2\r\n\r\n{}")).startsWith("HTTP/1.1 415");
    assertThat(
            raw(
                head
                    + "Content-Length: 63\r\n\r\n"
                    + "--x\r\nContent-Disposition: form-data; name=\"by\"\r\n\r\nann\r\n--x--\r\n"))
        .startsWith("HTTP/1.1 415");
    assertThat(control.asked).isEmpty();
  }

  @Test
  void s6_jsonInAnySpelling_isTaken() throws IOException {
    start();
    String head = RESUME + "Host: 127.0.0.1\r\nConnection: close\r\nContent-Length: 2\r\n";

    assertThat(raw(head + "Content-Type: APPLICATION/JSON;charset=utf-8\r\n\r\n{}"))
        .startsWith("HTTP/1.1 200");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n",
        "GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
        "GET /livez HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n",
        "POST /api/v1/releases HTTP/1.1\r\nContent-Length: 9999\r\n\r\n{",
      })
  void s10_requestWithoutOneHost_isABadRequest(String request) throws IOException {
    start();

    assertThat(raw(request)).startsWith("HTTP/1.1 400").contains("one Host header");
    assertThat(trouble()).isEmpty();
  }

  @Test
  void s10_http10WithoutAHost_isServed() throws IOException {
    start();

    assertThat(raw("GET /readyz HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.0 200");
  }

  @Test
  void s10_chunkWithAnExtension_isServedOrRefusedClearly() throws IOException {
    start();
    String body = "{\"service\":\"shop\",\"release\":\"v42\"}";
    String head = ANNOUNCE + JSON + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n";

    assertThat(raw(head + "22;a=b\r\n" + body + "\r\n0;c=\"d\"\r\n\r\n"))
        .matches(answer -> answer.startsWith("HTTP/1.1 201") || answer.startsWith("HTTP/1.1 400"));
    assertThat(trouble()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"zz\r\n{}\r\n0\r\n\r\n", "-1\r\n{}\r\n", "2\r\n{}xx\r\n0\r\n\r\n", ";\r\n"})
  void s10_chunkOfABadSize_isABadRequest(String body) throws IOException {
    start();

    assertThat(raw(ANNOUNCE + JSON + "Transfer-Encoding: chunked\r\n\r\n" + body))
        .startsWith("HTTP/1.1 400");
    assertThat(control.asked).isEmpty();
    assertThat(trouble()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "v\\u0000",
        "a\\nb",
        "\\ud800",
        "v2; touch pwned #",
        "\\u001b]0;x",
      })
  void a27_releaseOfAnotherForm_isABadRequest(String release) throws IOException {
    start();
    String body = "{\"service\":\"shop\",\"release\":\"" + release + "\"}";
    String answer =
        raw(
            ANNOUNCE
                + JSON
                + "Connection: close\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n"
                + body);

    assertThat(answer).startsWith("HTTP/1.1 400").contains("is not a release name: use 1 to 128");
    assertThat(control.asked).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\\nb", "a\\u0000", "\\u202eann", "\\ud800"})
  void s4_personWhoCannotBeShown_isABadRequest(String by) throws IOException {
    start();
    String body = "{\"by\":\"" + by + "\"}";
    String answer =
        raw(
            RESUME
                + "Host: 127.0.0.1\r\nConnection: close\r\n"
                + JSON
                + "Content-Length: "
                + body.length()
                + "\r\n\r\n"
                + body);

    assertThat(answer).startsWith("HTTP/1.1 400").contains("\\\"by\\\": ");
    assertThat(control.asked).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip|true",
        "gzip;q=0|false",
        "gzip; q=0.000, identity|false",
        "GZIP;Q=0.5|true",
        "x-gzip|true",
        "deflate, *;q=0|false",
        "*|true",
        "*;q=1, gzip;q=0|false",
        "gzipped|false",
        "identity|false",
      })
  void a26_gzipIsSentOnlyWhereItIsTaken(String accept, boolean sent) throws IOException {
    start();
    String answer =
        raw(
            "HEAD /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAccept-Encoding: "
                + accept
                + "\r\n\r\n");

    assertThat(answer.contains("Content-Encoding: gzip")).isEqualTo(sent);
    assertThat(answer).contains("Vary: Accept, Accept-Encoding");
  }
}
