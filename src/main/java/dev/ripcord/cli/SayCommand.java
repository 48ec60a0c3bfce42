package dev.ripcord.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.config.Settings;
import dev.ripcord.json.Json;
import dev.ripcord.release.PersonName;
import io.vertx.core.Vertx;
import java.io.IOException;
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
  private final Console console;
  private final Say say;

  @Mixin private final CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "SERVICE", description = "whose release under watch")
  private String service = "";

  @Option(names = "--by", paramLabel = "WHO", description = "who you are (default: your login)")
  private @Nullable String by;

  @Option(names = "--for", paramLabel = "TIME", description = "of a pause (10m)")
  private String time = "10m";

  SayCommand(Console console, Say say) {
    this.console = console;
    this.say = say;
  }

  /** What an abort of a rollback waits for. */
  private String doing(JsonNode after) {
    boolean rollingBack = after.path("state").asText().equals("rolling-back");
    return say == Say.ABORT && rollingBack ? "; " + after.path("rollback").asText() : "";
  }

  @Override
  public Integer call() throws IOException {
    Optional<Settings> loaded = new Configuration(console).load(common);
    if (loaded.isEmpty()) {
      return Cli.USAGE;
    }
    Settings settings = loaded.get();
    Choice.of(settings, Optional.of(service));
    String who =
        PollOptions.read("--by", by, PersonName::parse)
            .orElseGet(() -> console.environment().getOrDefault("USER", "operator"));
    Vertx vertx = Callbacks.watched(Vertx.vertx(), console);
    try (DaemonClient daemon = new DaemonClient(vertx, settings)) {
      JsonNode id = daemon.get("/api/v1/services/" + service).path("watch").path("id");
      if (!id.isNumber()) {
        console.err().println("ripcord: no release of " + service + " is under watch");
        return Cli.FAILED;
      }
      ObjectNode body = Json.object();
      body.put("by", who);
      if (say == Say.PAUSE) {
        body.put("for", time);
      }
      JsonNode after =
          daemon.post("/api/v1/releases/" + id.asLong() + "/" + say.verb(), body.toString());
      console
          .out()
          .println(
              common.json()
                  ? after.toString()
                  : service + ": " + after.path("state").asText(say.verb()) + doing(after));
      return 0;
    } finally {
      vertx.close().timeout(2, TimeUnit.SECONDS).otherwiseEmpty().await();
    }
  }
}
