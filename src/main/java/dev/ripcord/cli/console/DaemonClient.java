package dev.ripcord.cli.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ripcord.config.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Speaks to the daemon that runs on this configuration. Blocks; for the main thread. */
public final class DaemonClient implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int SECONDS = 10;
  private static final int FIND_SECONDS = 1;

  /** A first handshake costs a process that has just begun about a second. */
  private static final int FIND_SECONDS_TLS = 3;

  private static final int UNAUTHORIZED = 401;

  private final WebClient client;
  private final Settings settings;

  public DaemonClient(Vertx vertx, Settings settings) {
    this.client = WebClient.create(vertx, options(settings));
    this.settings = settings;
  }

  /** The daemon's own certificate, from its file, is trusted and no other. */
  private static WebClientOptions options(Settings settings) {
    WebClientOptions options = new WebClientOptions();
    settings
        .access()
        .tls()
        .ifPresent(
            tls ->
                options
                    .setSsl(true)
                    .setVerifyHost(false)
                    .setTrustOptions(new PemTrustOptions().addCertPath(tls.cert().toString())));
    return options;
  }

  JsonNode get(String path) throws IOException {
    return answer(authorised(client.get(port(), host(), path)).send());
  }

  /** What the daemon knows, if there is one, it answers soon, and knows it. */
  public Optional<JsonNode> find(String path) {
    return authorised(client.get(port(), host(), path))
        .send()
        .timeout(
            settings.access().tls().isPresent() ? FIND_SECONDS_TLS : FIND_SECONDS, TimeUnit.SECONDS)
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

  public JsonNode post(String path, String body) throws IOException {
    return post(path, body, Optional.empty());
  }

  /** The same as a part of a trace. */
  public JsonNode post(String path, String body, Optional<String> traceParent) throws IOException {
    HttpRequest<Buffer> request = authorised(client.post(port(), host(), path));
    traceParent.ifPresent(span -> request.putHeader("traceparent", span));
    return answer(
        request.putHeader("Content-Type", "application/json").sendBuffer(Buffer.buffer(body)));
  }

  /** In whose name one asks: that of the token, which cannot speak as anybody else. */
  public String by(String usual) {
    return settings.access().ownName().orElse(usual);
  }

  private int port() {
    return settings.listen().port();
  }

  private String host() {
    String host = settings.listen().host();
    return host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
  }

  private HttpRequest<Buffer> authorised(HttpRequest<Buffer> request) {
    settings.access().own().ifPresent(t -> request.bearerTokenAuthentication(t.reveal()));
    return request;
  }

  /** Nobody answered, or not as a daemon does: what was asked may have been done or not. */
  public static final class Unanswered extends IOException {
    private static final long serialVersionUID = 1L;

    Unanswered(String message) {
      super(message);
    }
  }

  private JsonNode answer(Future<HttpResponse<Buffer>> sent) throws IOException {
    Optional<HttpResponse<Buffer>> response =
        sent.timeout(SECONDS, TimeUnit.SECONDS)
            .map(Optional::of)
            .otherwise(Optional.empty())
            .await();
    if (response.isEmpty()) {
      throw new Unanswered("no daemon answers on " + settings.listen());
    }
    int status = response.get().statusCode();
    JsonNode json = read(response.get().bodyAsString(), status);
    String detail = json.path("detail").asText("the daemon answered " + status);
    if (status >= 500) {
      throw new Unanswered(detail);
    }
    if (status == UNAUTHORIZED) {
      throw new IOException(detail + "; this command sends RIPCORD_TOKEN of the environment");
    }
    if (status >= 300) {
      throw new IOException(detail);
    }
    return json;
  }

  private JsonNode read(@Nullable String body, int status) throws Unanswered {
    try {
      JsonNode json = MAPPER.readTree(Objects.requireNonNullElse(body, ""));
      if (json.isObject() || json.isArray()) {
        return json;
      }
    } catch (JsonProcessingException e) {
      // It is said below what was found.
    }
    throw new Unanswered(
        "what answers on "
            + settings.listen()
            + " is no Ripcord daemon: status "
            + status
            + ", and not JSON; look at `listen`");
  }

  @Override
  public void close() {
    client.close();
  }
}
