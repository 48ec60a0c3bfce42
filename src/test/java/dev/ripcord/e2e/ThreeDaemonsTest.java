package dev.ripcord.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.TestPostgres;
import dev.ripcord.e2e.LoopbackService.Mode;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three daemons on one journal share thirty services; one stands still, one is killed and one is
 * told to end, each while it condemns a release.
 */
@Order(1)
final class ThreeDaemonsTest {
  private static final int SERVICES = 30;
  private static final List<String> BAD = List.of("paused", "killed", "ended");

  /** What each daemon that lives holds, the most first, and what nobody holds. */
  private static final String SHARES =
      """
      SELECT count(*) FROM ripcord_journal.lease l JOIN ripcord_journal.lease_session s
          ON s.id = l.session
        JOIN pg_stat_activity a ON a.pid = s.pid AND a.backend_start = s.backend_start
      WHERE s.expired_at IS NULL GROUP BY s.id ORDER BY 1 DESC
      """;

  private final PgConnectOptions journal = TestPostgres.freshJournal();
  private final Sql sql = new Sql(journal);
  private final List<AutoCloseable> open = new ArrayList<>();
  @TempDir private Path folder;

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
    sql.close();
  }

  @Test
  void servicesAreSharedEvenly_andMoveOnWhenADaemonIsKilledEndedOrStandsStill() throws IOException {
    Path file = configuration();
    Ripcord first = daemon(file);
    first.await("the first one holds all", () -> shares().equals(List.of(30)));
    Ripcord second = daemon(file);
    Ripcord third = daemon(file);
    third.await("they share evenly", () -> shares().equals(List.of(10, 10, 10)));
    third.await("the log says it", () -> third.err().contains("3 daemons share the leases: "));
    assertThat(first.err()).contains("to share evenly with " + third.holder());

    condemning("paused", third);
    third.signal("STOP");
    try {
      first.await("another one rolled it back", () -> isRolledBack("paused"));
      first.await("two share evenly", () -> shares().equals(List.of(15, 15)));
      assertThat(first.err() + second.err())
          .contains("from " + third.holder() + ": it stands still or cannot be reached");
    } finally {
      third.signal("CONT");
    }
    third.await("it takes part again", () -> shares().equals(List.of(10, 10, 10)));

    condemning("killed", first);
    first.kill();
    second.await("another one rolled it back", () -> isRolledBack("killed"));
    second.await("two share evenly", () -> shares().equals(List.of(15, 15)));
    assertThat(second.err() + third.err())
        .contains("from " + first.holder() + ": it was killed or cut off");

    condemning("ended", second);
    second.signal("TERM");
    assertThat(second.exit()).as(second.said()).isZero();
    assertThat(second.err()).contains("handed over to the daemons that live: " + third.holder());
    third.await("the last one rolled it back", () -> isRolledBack("ended"));
    third.await("it holds all", () -> shares().equals(List.of(30)));
    assertThat(third.err()).contains("from " + second.holder() + ": it was told to end");

    assertEachOnce(third);
  }

  /** What the journal says of all that happened. */
  private void assertEachOnce(Ripcord last) {
    assertThat(
            sql.rows(
                """
                SELECT w.service, w.outcome,
                  count(*) FILTER (WHERE e.type = 'planned'),
                  count(*) FILTER (WHERE e.type = 'run.step-done' AND (e.payload ->> 'index')::int = 0),
                  count(*) FILTER (WHERE e.type = 'finished'),
                  count(*) FILTER (WHERE e.type = 'watch.sampled'
                    AND (e.payload -> 'sample' -> 'counts' ->> 'errors')::bigint > 0)
                FROM ripcord_journal.watch w JOIN ripcord_journal.event e ON e.watch = w.id
                GROUP BY 1, 2 ORDER BY 1
                """))
        .as(last.said())
        .containsExactly(
            "ended|rolled-back|1|1|1|3",
            "killed|rolled-back|1|1|1|3",
            "paused|rolled-back|1|1|1|3");
    assertThat(
            sql.rows(
                "SELECT service, at FROM ripcord_journal.sample GROUP BY 1, 2 HAVING count(*) > 1"))
        .as("a poll was judged twice")
        .isEmpty();
    assertThat(
            sql.rows(
                "SELECT watch, payload -> 'sample' FROM ripcord_journal.event"
                    + " WHERE type = 'watch.sampled' GROUP BY 1, 2 HAVING count(*) > 1"))
        .as("a poll was counted twice")
        .isEmpty();
    for (String service : BAD) {
      assertThat(image(service)).isEqualTo("shop:1");
    }
    assertThat(last.get("/api/v1/services")).doesNotContain("\"heldBy\":\"ripcord");
  }

  /** A bad release is announced to a daemon, whoever held the service, and seen to be bad there. */
  private void condemning(String service, Ripcord daemon) throws IOException {
    write("image-" + service, "shop:2");
    daemon.announce(
        "{\"service\":\"%s\",\"release\":\"v2\",\"image\":\"shop:2\",\"previousImage\":\"shop:1\"}"
            .formatted(service));
    daemon.await(
        "a first breach",
        () ->
            sql.finds(
                "SELECT 1 FROM ripcord_journal.event e JOIN ripcord_journal.watch w ON w.id ="
                    + " e.watch WHERE e.type = 'watch.sampled' AND w.service = '"
                    + service
                    + "' AND (e.payload -> 'sample' -> 'counts' ->> 'errors')::bigint > 0"));
    assertThat(
            sql.rows("SELECT holder FROM ripcord_journal.lease WHERE service = '" + service + "'"))
        .containsExactly(daemon.holder());
  }

  private boolean isRolledBack(String service) {
    return sql.finds(
        "SELECT 1 FROM ripcord_journal.watch WHERE outcome = 'rolled-back' AND service = '"
            + service
            + "'");
  }

  private List<Integer> shares() {
    return sql.rows(SHARES).stream()
        .map(row -> Integer.parseInt(row))
        .sorted(Comparator.reverseOrder())
        .toList();
  }

  private Path configuration() throws IOException {
    StringBuilder yaml =
        new StringBuilder(
            """
            database: "%s"
            data: "%s"
            listen: 127.0.0.1:0
            interval: 700ms
            timeout: 500ms
            bake: 5m
            services:
            """
                .formatted(TestPostgres.url(journal), folder.resolve("data")));
    write("image", "shop:1");
    LoopbackService good =
        opened(new LoopbackService(Mode.AS_THE_FILE_SAYS, folder.resolve("image")));
    for (int i = BAD.size(); i < SERVICES; i++) {
      yaml.append("  good%d: {metrics: 'http://127.0.0.1:%d/metrics'}\n".formatted(i, good.port()));
    }
    for (String service : BAD) {
      write("image-" + service, "shop:1");
      Path image = folder.resolve("image-" + service);
      LoopbackService bad = opened(new LoopbackService(Mode.AS_THE_FILE_SAYS, image));
      write(service + ".sh", "echo \"$RIPCORD_IMAGE\" > '%s'".formatted(image));
      yaml.append(
          """
            %s:
              metrics: http://127.0.0.1:%d/metrics
              platform: {command: {switch: [sh, "%s"], current: [cat, "%s"]}}
          """
              .formatted(service, bad.port(), folder.resolve(service + ".sh"), image));
    }
    return Files.writeString(folder.resolve("ripcord.yaml"), yaml);
  }

  private String image(String service) {
    try {
      return Files.readString(folder.resolve("image-" + service)).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Ripcord daemon(Path file) {
    return opened(Ripcord.daemon(folder, file));
  }

  private <T extends AutoCloseable> T opened(T one) {
    open.add(one);
    return one;
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text + "\n");
  }
}
