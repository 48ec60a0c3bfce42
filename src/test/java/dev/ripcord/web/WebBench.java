package dev.ripcord.web;

import dev.ripcord.config.AccessSettings;
import dev.ripcord.config.Listen;
import dev.ripcord.port.Control;
import dev.ripcord.web.access.Access;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A web server of a test on a free port, and a client for it. */
final class WebBench implements AfterEachCallback {
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = HttpClient.newHttpClient();
  private Optional<WebServer> server = Optional.empty();
  private int port;

  static <T> T await(Future<T> future) {
    return future.timeout(20, TimeUnit.SECONDS).await();
  }

  /** Starts it on this machine's own address. */
  void start(AccessSettings access, Control control, WebServer.Program program) {
    start("127.0.0.1", access, control, program);
  }

  /** Starts it. */
  void start(String host, AccessSettings access, Control control, WebServer.Program program) {
    WebServer made = server(new Listen(host, 0), access, control, program);
    server = Optional.of(made);
    port = await(made.start());
  }

  /** Another one, which is not started and not stopped here. */
  WebServer server(
      Listen listen, AccessSettings access, Control control, WebServer.Program program) {
    return new WebServer(vertx, listen, new Access(access, System::nanoTime), control, program);
  }

  Vertx vertx() {
    return vertx;
  }

  int port() {
    return port;
  }

  String address() {
    return "http://127.0.0.1:" + port;
  }

  HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create(address() + path));
  }

  /** A form as a page of the server's own sends it. */
  HttpRequest.Builder form(String path, String... namesAndValues) {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      body.append(body.isEmpty() ? "" : "&")
          .append(namesAndValues[i])
          .append('=')
          .append(URLEncoder.encode(namesAndValues[i + 1], StandardCharsets.UTF_8));
    }
    return to(path)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .header("Origin", address())
        .POST(BodyPublishers.ofString(body.toString()));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return send(request, BodyHandlers.ofString());
  }

  <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler)
      throws IOException, InterruptedException {
    return client.send(request.build(), handler);
  }

  /** The whole answer to bytes as they are; they must end the connection. */
  String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Stops it before the end of the test. */
  void stop() {
    server.ifPresent(started -> await(started.stop()));
    server = Optional.empty();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    stop();
    await(vertx.close());
    client.close();
  }
}
