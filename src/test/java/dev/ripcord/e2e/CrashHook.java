package dev.ripcord.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A hook of HTTP that switches at once. */
final class CrashHook implements CrashPlatform {
  private static final Pattern IMAGE = Pattern.compile("\"image\":\"(shop:[0-9])\"");

  private final Path folder;
  private final HttpServer server;
  private final CallRelay relay;
  private volatile String image = "shop:2";

  CrashHook(Path folder) throws IOException {
    this.folder = folder;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    this.relay = CallRelay.before(server.getAddress().getPort());
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
    Matcher asked = IMAGE.matcher(body);
    int status = 200;
    if (isSwitch(exchange) && asked.find()) {
      status = asked.group(1).equals("shop:3") ? 500 : 200;
      if (status == 200) {
        image = asked.group(1);
        CrashPlatform.write(folder, "served", image);
      }
    }
    byte[] answer = "{\"image\":\"%s\"}".formatted(image).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  private static boolean isSwitch(HttpExchange exchange) {
    return exchange.getRequestMethod().equals("POST")
        && exchange.getRequestURI().getPath().equals("/");
  }

  @Override
  public String image(int version) {
    return "shop:" + version;
  }

  @Override
  public String runs() {
    return image;
  }

  @Override
  public String settings(boolean relayed) throws IOException {
    String url =
        "http://127.0.0.1:" + (relayed ? relay.port() : server.getAddress().getPort()) + "/";
    return "http: {switch: '%s', current: '%s', stop: '%s'}".formatted(url, url, url + "stop");
  }

  @Override
  public void killAt(CrashPoint point, Ripcord daemon) {
    relay.killAt(point.which(), point.before(), daemon::kill);
  }

  @Override
  public int calls() {
    return relay.calls();
  }

  @Override
  public void close() {
    relay.close();
    server.stop(0);
  }
}
