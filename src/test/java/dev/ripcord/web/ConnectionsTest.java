package dev.ripcord.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that hold a connection and send next to nothing. */
class ConnectionsTest {
  private static final int NEVER = 3_600_000;
  private static final String GET = "GET /ok HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

  private final Vertx vertx = Vertx.vertx();
  private final List<Socket> sockets = new ArrayList<>();
  private int port;

  @AfterEach
  void end() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) {
    return future.timeout(30, TimeUnit.SECONDS).await();
  }

  private void start(long headMillis, long bodyMillis) {
    Connections connections = new Connections(vertx, headMillis);
    Router router = Router.router(vertx);
    router
        .route()
        .failureHandler(
            context -> ProblemResponse.answer(context.request(), ProblemResponse.of(context)));
    router.get("/ok").handler(context -> context.response().end("ok"));
    router.post("/body").handler(new BodyDeadline(vertx, bodyMillis));
    router
        .post("/body")
        .handler(BodyHandler.create(false))
        .handler(context -> context.response().end("ok"));
    port =
        await(
                vertx
                    .createHttpServer(WebServer.options())
                    .connectionHandler(connections::opened)
                    .requestHandler(
                        request -> {
                          connections.begun(request.connection());
                          router.handle(request);
                        })
                    .listen(0, "127.0.0.1"))
            .actualPort();
  }

  private Socket send(String bytes) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(30_000);
    sockets.add(socket);
    socket.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  /** All that comes until the server closes. */
  private static String rest(Socket socket) throws IOException {
    try {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    } catch (SocketException reset) {
      return "reset";
    }
  }

  @Test
  void s10_headThatNeverEnds_isClosed() throws IOException {
    start(300, NEVER);

    assertThat(rest(send("GET /ok HTTP/1.1\r\nHost: x\r\nX-"))).doesNotContain("200");
    assertThat(rest(send(""))).doesNotContain("200");
    assertThat(rest(send(GET))).contains("200 OK");
  }

  @Test
  void s10_bodyThatNeverEnds_isATimeout() throws IOException {
    start(NEVER, 300);

    assertThat(rest(send("POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")))
        .startsWith("HTTP/1.1 408")
        .contains("the body did not arrive within 0.3 s");
  }

  @Test
  void s10_moreConnectionsThanThereArePlaces_theOldestThatWaitsGivesWay() throws IOException {
    start(NEVER, NEVER);
    List<Socket> slow = new ArrayList<>();
    for (int i = 0; i < Connections.OPEN_MAX + 5; i++) {
      slow.add(send("GET /ok HTTP/1.1\r\nHost: x\r\nX-"));
    }

    for (int i = 0; i < 5; i++) {
      assertThat(rest(slow.get(i))).doesNotContain("200");
    }
    assertThat(rest(send(GET))).contains("200 OK");
    slow.getLast()
        .getOutputStream()
        .write("a: b\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    assertThat(rest(slow.getLast())).contains("200 OK");
  }
}
