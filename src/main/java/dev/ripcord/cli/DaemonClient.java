package dev.ripcord.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ripcord.config.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Speaks to the daemon that runs on this configuration. Blocks; for the main thread. */
final class DaemonClient implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int SECONDS = 10;
  private static final int FIND_SECONDS = 1;

  private final WebClient client;
  private final Settings settings;

  DaemonClient(Vertx vertx, Settings settings) {
    this.client = WebClient.create(vertx);
    this.settings = settings;
  }

  JsonNode get(String path) throws IOException {
    return answer(authorised(client.get(port(), host(), path)).send());
  }

  /** What the daemon knows, if there is one, it answers soon, and knows it. */
  Optional<JsonNode> find(String path) {
    return authorised(client.get(port(), host(), path))
        .send()
        .timeout(FIND_SECONDS, TimeUnit.SECONDS)
        .map(DaemonClient::found)
        .otherwise(Optional.empty())
        .await();
  }

  private static Optional<JsonNode> found(HttpResponse<Buffer> response) {
    try {
      return response.statusCode() == 200
          ? Optional.of(MAPPER.readTree(response.bodyAsString()))
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  JsonNode post(String path, String body) throws IOException {
    return answer(
        authorised(client.post(port(), host(), path))
            .putHeader("Content-Type", "application/json")
            .sendBuffer(Buffer.buffer(body)));
  }

  private int port() {
    return settings.listen().port();
  }

  private String host() {
    String host = settings.listen().host();
    return host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
  }

  private HttpRequest<Buffer> authorised(HttpRequest<Buffer> request) {
    settings.token().ifPresent(t -> request.bearerTokenAuthentication(t.reveal()));
    return request;
  }

  private JsonNode answer(Future<HttpResponse<Buffer>> sent) throws IOException {
    Optional<HttpResponse<Buffer>> response =
        sent.timeout(SECONDS, TimeUnit.SECONDS)
            .map(Optional::of)
            .otherwise(Optional.empty())
            .await();
    if (response.isEmpty()) {
      throw new IOException(
          "no daemon answers on "
              + settings.listen()
              + ": start it with ripcord start; a foreground `ripcord watch` is stopped by Ctrl-C");
    }
    JsonNode json = MAPPER.readTree(response.get().bodyAsString());
    if (response.get().statusCode() >= 300) {
      throw new IOException(
          json.path("detail").asText("the daemon answered " + response.get().statusCode()));
    }
    return json;
  }

  @Override
  public void close() {
    client.close();
  }
}
