package dev.ripcord.cli.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.DaemonClient;
import dev.ripcord.config.Settings;
import dev.ripcord.engine.WatchRequestSender;
import dev.ripcord.json.Json;
import dev.ripcord.port.Control.Announcement;
import dev.ripcord.port.Control.Wish;
import dev.ripcord.port.Journal;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.port.JournalException;
import dev.ripcord.port.WatchRequest;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A watch that another process does, since it holds the lease: a daemon learns of the release, and
 * the journal is read along until the end. Where that process is gone, stopped, or does not answer,
 * this is noticed by its lease, which becomes free: then the caller goes on by itself. Blocks.
 */
final class DaemonWatch {
  private static final long EVERY_MILLIS = 500;
  private static final int LOOK_EVERY = 4;
  private static final int TRIES = 15;

  private final Console console;
  private final Vertx vertx;
  private final Settings settings;
  private final Journal journal;
  private final WatchNarration narration;
  private String holder = "";

  /**
   * For one watch.
   *
   * @param narration is called with what happens
   */
  DaemonWatch(
      Console console, Vertx vertx, Settings settings, Journal journal, WatchNarration narration) {
    this.console = console;
    this.vertx = vertx;
    this.settings = settings;
    this.journal = journal;
    this.narration = narration;
  }

  /**
   * The watch of the release: one that runs already, else one that the daemon is asked to begin.
   * Empty when the lease has become free meanwhile.
   *
   * @throws IOException with what to do when nobody can be told of it
   */
  Optional<WatchRow> begin(Announcement announcement, Optional<WatchRow> known) throws IOException {
    if (isFree(announcement.service())) {
      return Optional.empty();
    }
    if (known.isPresent() && goesOn(known.get(), announcement)) {
      return known;
    }
    try (DaemonClient daemon = new DaemonClient(vertx, settings)) {
      for (int tries = 1; ; tries++) {
        try {
          JsonNode watch =
              daemon.post("/api/v1/releases", body(announcement), announcement.traceParent());
          return journal.watch(watch.path("id").asLong()).await();
        } catch (DaemonClient.Unanswered e) {
          Optional<WatchRow> opened = opened(announcement, known);
          if (opened.isPresent() || isFree(announcement.service())) {
            return opened;
          }
          if (tries == TRIES) {
            throw new IOException(nobody(announcement, e), e);
          }
          if (tries == 1) {
            console.err().println("ripcord: " + e.getMessage() + "; trying for " + TRIES + " s");
          }
          pause(1000);
        }
      }
    }
  }

  /** What is printed of the watch. */
  WatchNarration narration() {
    return narration;
  }

  private static boolean goesOn(WatchRow row, Announcement announcement) {
    Optional<ImageRef> previous = announcement.previousImage();
    boolean other =
        previous.isPresent() && !previous.equals(row.charter().release().previousImage());
    return row.endedAt().isEmpty() && !(announcement.retry() && other);
  }

  /** It may have been told although no answer came. */
  private Optional<WatchRow> opened(Announcement announcement, Optional<WatchRow> known) {
    return journal
        .find(announcement.service(), announcement.release())
        .await()
        .filter(row -> known.isEmpty() || row.id() > known.get().id());
  }

  private String nobody(Announcement announcement, DaemonClient.Unanswered e) {
    String service = announcement.service().text();
    String other =
        journal.unfinished().await().stream()
            .filter(row -> row.charter().release().service().equals(announcement.service()))
            .map(row -> ", release " + row.charter().release().name())
            .findFirst()
            .orElse("");
    return service
        + " is watched by "
        + holder
        + other
        + ", and it cannot be given release "
        + announcement.release()
        + ": "
        + e.getMessage()
        + ". Next: ripcord abort "
        + service
        + ", or stop that process, then the same command";
  }

  private static String body(Announcement announcement) {
    ObjectNode body = Json.object();
    body.put("service", announcement.service().text()).put("release", announcement.release());
    announcement.image().ifPresent(i -> body.put("image", i.text()));
    announcement.previousImage().ifPresent(i -> body.put("previousImage", i.text()));
    announcement.bake().ifPresent(b -> body.put("bake", b.toMillis() + "ms"));
    if (announcement.retry()) {
      body.put("retry", true);
    }
    return body.toString();
  }

  /**
   * Asks for a rollback.
   *
   * @throws IOException with why it is not done
   */
  void rollBack(WatchRow row, Wish wish, String by) throws IOException {
    WatchRequest ask =
        new WatchRequest("cli/" + UUID.randomUUID(), row.id(), wish, by, Duration.ZERO);
    Optional<WatchRequest.Answer> answer = new WatchRequestSender(journal, vertx).ask(ask).await();
    if (answer.isPresent() && !answer.get().accepted()) {
      throw new IOException(answer.get().text());
    }
  }

  /** Prints what happens until the end; empty when nobody watches it any more. */
  Optional<WatchRow> follow(WatchRow watch, Runnable beat) {
    ServiceName service = watch.charter().release().service();
    for (int look = 0; ; look++) {
      WatchRow row = journal.watch(watch.id()).await().orElse(watch);
      narration.narrate(journal.entries(watch.id()).await());
      if (row.endedAt().isPresent()) {
        return Optional.of(row);
      }
      if (look % LOOK_EVERY == 0 && isFree(service)) {
        console
            .err()
            .println(
                "ripcord: nobody watches "
                    + service
                    + " any more"
                    + (holder.isEmpty() ? "" : " (it was " + holder + ")")
                    + "; this process goes on with it");
        return Optional.empty();
      }
      beat.run();
      pause(EVERY_MILLIS);
    }
  }

  /** Whether nobody holds the lease; says so when another process has it than before. */
  boolean isFree(ServiceName service) {
    String mine = "ripcord " + ProcessHandle.current().pid();
    try {
      return journal
          .lease(service, mine)
          .compose(lease -> journal.release(lease).otherwiseEmpty())
          .map(true)
          .await();
    } catch (JournalException e) {
      if (!e.isLeaseHeld()) {
        throw e;
      }
      String now = e.holder().orElse("another process");
      if (!now.equals(holder)) {
        console
            .err()
            .println(
                "ripcord: "
                    + service
                    + (holder.isEmpty() ? " is watched by " : " is now watched by ")
                    + now
                    + "; its story:");
        holder = now;
      }
      return false;
    }
  }

  private void pause(long millis) {
    Future<Void> later = vertx.timer(millis, TimeUnit.MILLISECONDS).mapEmpty();
    later.await();
  }
}
