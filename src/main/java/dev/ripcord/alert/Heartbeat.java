package dev.ripcord.alert;

import dev.ripcord.config.AlertSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for an address again and again while all is well, so that whoever stands behind it misses us
 * when we are gone. Runs on an event loop, so it also stops when that no longer turns; begun and
 * ended from any thread.
 */
public final class Heartbeat {
  static final String NAME = "heartbeat";

  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

  private final Vertx vertx;
  private final AlertSettings.Heartbeat settings;
  private final JsonPoster post;
  private final Supplier<Optional<String>> unready;
  private final BiConsumer<String, String> counts;
  private String said = "";
  private long timer = -1;

  /**
   * Asks nothing yet.
   *
   * @param unready why all is not well, where it is not; must not block
   * @param counts as of {@link Alerts}
   */
  public Heartbeat(
      Vertx vertx,
      AlertSettings.Heartbeat settings,
      RetryPolicy pace,
      Supplier<Optional<String>> unready,
      BiConsumer<String, String> counts) {
    this.vertx = vertx;
    this.settings = settings;
    this.unready = unready;
    this.counts = counts;
    Duration every = settings.every();
    Duration deadline = pace.deadline().compareTo(every) < 0 ? pace.deadline() : every;
    this.post = new JsonPoster(vertx, pace.clock(), deadline);
  }

  /** Its name among the channels, where it is configured. */
  public static List<String> names(AlertSettings settings) {
    return settings.heartbeat().map(_ -> List.of(NAME)).orElse(List.of());
  }

  /** Begins, with the first one at once. */
  public void start() {
    timer = vertx.setPeriodic(0, settings.every().toMillis(), _ -> beat());
  }

  /** Ends. */
  public Future<Void> stop() {
    vertx.cancelTimer(timer);
    return post.close();
  }

  private void beat() {
    Optional<String> why = unready.get();
    if (why.isPresent()) {
      say("no heartbeat while Ripcord is not ready: " + why.get());
      return;
    }
    post.get(settings.url())
        .onSuccess(
            delivery -> {
              if (delivery.trouble().isEmpty()) {
                counts.accept(NAME, "sent");
                said = "";
              } else {
                failed(delivery.trouble().get());
              }
            });
  }

  /** The next one is the retry. */
  private void failed(String reason) {
    counts.accept(NAME, "retried");
    say("the heartbeat was not taken: " + reason);
  }

  private void say(String text) {
    if (!text.equals(said)) {
      said = text;
      LOG.warn("{}", text);
    }
  }
}
