package dev.ripcord.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.config.Settings;
import dev.ripcord.json.Json;
import dev.ripcord.port.Control.Announcement;
import dev.ripcord.port.Control.Wish;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.port.Observer;
import dev.ripcord.port.Recorded;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A watch that the running daemon does, since it holds the lease: the release is announced to it,
 * and its journal is read along until the end.
 */
final class ViaDaemon {
  private static final long EVERY_MILLIS = 500;

  private final Vertx vertx;
  private final Settings settings;
  private final Journal journal;
  private final List<Recorded> before;

  /**
   * For one watch.
   *
   * @param before the entries that the teller knows already
   */
  ViaDaemon(Vertx vertx, Settings settings, Journal journal, List<Recorded> before) {
    this.before = before;
    this.vertx = vertx;
    this.settings = settings;
    this.journal = journal;
  }

  /**
   * Announces the release and tells its entries as they come; gives the end.
   *
   * @param rollback who wants it rolled back at once
   * @param wish what is to go back then
   */
  WatchRow watch(Announcement announcement, Optional<String> rollback, Wish wish, Observer teller)
      throws IOException {
    ObjectNode body = Json.object();
    body.put("service", announcement.service().text()).put("release", announcement.release());
    announcement.image().ifPresent(i -> body.put("image", i.text()));
    announcement.previousImage().ifPresent(i -> body.put("previousImage", i.text()));
    announcement.bake().ifPresent(b -> body.put("bake", millis(b)));
    if (announcement.retry()) {
      body.put("retry", true);
    }
    JsonNode watch;
    try (DaemonClient daemon = new DaemonClient(vertx, settings)) {
      watch = daemon.post("/api/v1/releases", body.toString());
      if (rollback.isPresent()) {
        ObjectNode asked = Json.object().put("by", rollback.get());
        asked.put("imageOnly", wish == Wish.ROLLBACK_IMAGE);
        long id = watch.path("id").asLong();
        daemon.post("/api/v1/releases/" + id + "/rollback", asked.toString());
      }
    }
    return follow(watch.path("id").asLong(), teller);
  }

  private static String millis(Duration duration) {
    return duration.toMillis() + "ms";
  }

  private WatchRow follow(long id, Observer teller) {
    long seen = before.isEmpty() ? 0 : before.getLast().id();
    Retold retold = new Retold(teller);
    before.forEach(retold::know);
    while (true) {
      List<Recorded> entries = journal.entries(id).await();
      boolean ended = false;
      for (Recorded recorded : entries) {
        if (recorded.id() > seen) {
          seen = recorded.id();
          retold.tell(recorded);
          ended |= recorded.entry() instanceof Entry.Finished;
        }
      }
      if (ended) {
        return journal.watch(id).await().orElseThrow();
      }
      vertx.timer(EVERY_MILLIS, TimeUnit.MILLISECONDS).await();
    }
  }
}
