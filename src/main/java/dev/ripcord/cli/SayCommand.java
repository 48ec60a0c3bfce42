package dev.ripcord.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ripcord.config.Settings;
import dev.ripcord.json.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.io.IOException;
import java.net.ConnectException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code approve}, {@code pause}, {@code resume}, {@code abort}: asks the running daemon. */
@Command(
    mixinStandardHelpOptions = true,
    description = "A person's say in a watch that the daemon runs.",
    footer = {"", "Example: ripcord pause shop --for 10m"})
final class SayCommand implements Callable<Integer> {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Console console;
  private final Say wish;

  @Mixin private final CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "SERVICE", description = "whose release under watch")
  private String service = "";

  @Option(names = "--by", paramLabel = "WHO", description = "who you are (default: your login)")
  private @Nullable String by;

  @Option(names = "--for", paramLabel = "TIME", description = "of a pause (10m)")
  private String time = "10m";

  SayCommand(Console console, Say wish) {
    this.console = console;
    this.wish = wish;
  }

  @Override
  public Integer call() throws IOException {
    Optional<Settings> loaded = new Configuration(console).load(common);
    if (loaded.isEmpty()) {
      return Cli.USAGE;
    }
    Settings settings = loaded.get();
    Choice.of(settings, Optional.of(service));
    Vertx vertx = Vertx.vertx();
    WebClient client = WebClient.create(vertx);
    try {
      JsonNode status = get(client, settings, "/api/v1/services/" + service);
      JsonNode id = status.path("watch").path("id");
      if (!id.isNumber()) {
        console.err().println("ripcord: no release of " + service + " is under watch");
        return Cli.FAILED;
      }
      String path = "/api/v1/releases/" + id.asLong() + "/" + wish.verb();
      JsonNode after = post(client, settings, path);
      console
          .out()
          .println(
              common.json()
                  ? after.toString()
                  : service + ": " + after.path("state").asText(wish.verb()));
      return 0;
    } finally {
      client.close();
      vertx.close().timeout(2, TimeUnit.SECONDS).otherwiseEmpty().await();
    }
  }

  private JsonNode get(WebClient client, Settings settings, String path) throws IOException {
    return answer(
        settings, request(client.get(port(settings), host(settings), path), settings).send());
  }

  private JsonNode post(WebClient client, Settings settings, String path) throws IOException {
    String body =
        Json.object()
            .put("by", by == null ? console.environment().getOrDefault("USER", "operator") : by)
            .put("for", time)
            .toString();
    return answer(
        settings,
        request(client.post(port(settings), host(settings), path), settings)
            .putHeader("Content-Type", "application/json")
            .sendBuffer(
                Buffer.buffer(
                    wish == Say.PAUSE ? body : body.replace(",\"for\":\"" + time + "\"", ""))));
  }

  private static int port(Settings settings) {
    return settings.listen().port();
  }

  private static String host(Settings settings) {
    String host = settings.listen().host();
    return host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
  }

  private static HttpRequest<Buffer> request(HttpRequest<Buffer> request, Settings settings) {
    settings.token().ifPresent(t -> request.bearerTokenAuthentication(t.reveal()));
    return request;
  }

  private static JsonNode answer(Settings settings, Future<HttpResponse<Buffer>> sent)
      throws IOException {
    HttpResponse<Buffer> response;
    try {
      response = sent.timeout(10, TimeUnit.SECONDS).await();
    } catch (RuntimeException e) {
      throw new IOException(nobody(settings, e), e);
    } catch (Throwable e) {
      if (e instanceof ConnectException) {
        throw new IOException(nobody(settings, e), e);
      }
      throw e;
    }
    JsonNode json = MAPPER.readTree(response.bodyAsString());
    if (response.statusCode() >= 300) {
      throw new IOException(json.path("detail").asText("status " + response.statusCode()));
    }
    return json;
  }

  private static String nobody(Settings settings, Throwable e) {
    return "no daemon answers on "
        + settings.listen()
        + " ("
        + Cli.said(e)
        + "): a foreground `ripcord watch` is stopped by Ctrl-C";
  }
}
