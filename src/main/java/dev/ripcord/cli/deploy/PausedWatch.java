package dev.ripcord.cli.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ripcord.cli.console.DaemonClient;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.json.Json;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The watch of the release before, held by the daemon while the image is exchanged: the moments in
 * which nothing answers are no fault of that release. It goes on unless a new one takes its place.
 */
final class PausedWatch implements AutoCloseable {
  private final DaemonClient daemon;
  private final Optional<Long> watch;
  private final AtomicBoolean left = new AtomicBoolean();

  private PausedWatch(DaemonClient daemon, Optional<Long> watch) {
    this.daemon = daemon;
    this.watch = watch;
  }

  /** Holds what is under watch, if a daemon watches something. */
  static PausedWatch of(Vertx vertx, Settings settings, ServiceSettings service, String release)
      throws IOException {
    DaemonClient daemon = new DaemonClient(vertx, settings);
    Optional<Long> watch =
        daemon
            .find("/api/v1/services/" + service.name())
            .map(found -> found.path("watch"))
            .filter(found -> found.path("state").asText().equals("watching"))
            .map(found -> found.path("id").asLong());
    PausedWatch held = new PausedWatch(daemon, watch);
    if (watch.isPresent()) {
      held.ask(
          "pause", Json.object().put("by", daemon.by("deploy of " + release)).put("for", "15m"));
    }
    return held;
  }

  /** The new release takes its place: it stays held until then. */
  void keep() {
    left.set(true);
  }

  private void ask(String wish, JsonNode body) throws IOException {
    daemon.post("/api/v1/releases/" + watch.orElseThrow() + "/" + wish, body.toString());
  }

  /** Lets the watch go on unless it is kept; the second call does nothing. From any thread. */
  @Override
  public void close() throws IOException {
    try (daemon) {
      if (watch.isPresent() && left.compareAndSet(false, true)) {
        ask("resume", Json.object().put("by", daemon.by("deploy that did not come through")));
      }
    }
  }

  /** As {@link #close} while the process is being ended: what fails then ends with the pause. */
  void letGo() {
    try {
      close();
    } catch (IOException | RuntimeException unanswered) {
      // The watch stands still until its pause is over, as after a kill.
    }
  }
}
