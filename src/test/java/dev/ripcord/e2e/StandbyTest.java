package dev.ripcord.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.TestPostgres;
import dev.ripcord.e2e.LoopbackService.Mode;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two daemons on one journal: one acts, the other waits; and a journal that is away. */
@Order(1)
final class StandbyTest {
  private final PgConnectOptions journal = TestPostgres.freshJournal();
  private final List<AutoCloseable> open = new ArrayList<>();
  @TempDir private Path folder;

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  @Test
  void c11_secondDaemon_watchesWhatIsFreeAndTakesOverFromOneThatStandsStill() throws IOException {
    LoopbackService service = opened(new LoopbackService(Mode.AS_THE_FILE_SAYS, image()));
    String url = TestPostgres.url(journal);
    Ripcord first = daemon("first.yaml", url, service, "shop");
    Ripcord second = daemon("second.yaml", url, service, "shop", "cart");

    second.await("cart is polled", () -> second.get("/api/v1/services/cart").contains("healthy"));
    assertThat(second.get("/api/v1/services/shop")).contains("\"heldBy\":\"ripcord ");
    assertThat(second.get("/")).contains("held by another process");
    assertThat(second.status("/readyz")).isEqualTo(200);
    assertThat(first.get("/api/v1/services/shop")).contains("\"heldBy\":null");
    Ripcord status =
        opened(Ripcord.run(folder, "status", "-c", folder.resolve("second.yaml").toString()));
    assertThat(status.exit()).as(status.said()).isZero();
    assertThat(status.out())
        .containsPattern("(?s)cart .*watched by ripcord .*shop .*watched by ripcord ");

    first.signal("STOP");
    try {
      second.await(
          "shop is polled by the second",
          () -> second.get("/api/v1/services/shop").contains("\"verdict\":\"healthy\""));
    } finally {
      first.signal("CONT");
    }
    assertThat(second.get("/api/v1/services/shop")).contains("\"heldBy\":null");
    first.await(
        "the first one waits now",
        () -> first.get("/api/v1/services/shop").contains("\"heldBy\":\"ripcord "));
  }

  @Test
  void c18_journalIsAway_isNotReadyUntilItIsBack() throws IOException {
    LoopbackService service = opened(new LoopbackService(Mode.AS_THE_FILE_SAYS, image()));
    Relay relay = opened(new Relay(journal.getPort()));
    String url =
        TestPostgres.url(journal).replace(":" + journal.getPort() + "/", ":" + relay.port() + "/");
    Ripcord daemon = daemon("ripcord.yaml", url, service, "shop");
    daemon.await("it is ready", () -> daemon.status("/readyz") == 200);

    relay.to(1);
    relay.cut();
    daemon.await("it is not ready", () -> daemon.status("/readyz") == 503);
    assertThat(daemon.get("/readyz")).contains("Not ready").contains("lease");

    relay.to(journal.getPort());
    daemon.await("it is ready again", () -> daemon.status("/readyz") == 200);
  }

  /** The file that says what runs. */
  private Path image() throws IOException {
    return Files.writeString(folder.resolve("image"), "shop:1\n");
  }

  private Ripcord daemon(String file, String url, LoopbackService service, String... names)
      throws IOException {
    StringBuilder yaml =
        new StringBuilder(
            """
            database: "%s"
            listen: 127.0.0.1:0
            interval: 500ms
            timeout: 400ms
            bake: 5m
            services:
            """
                .formatted(url));
    for (String name : names) {
      yaml.append(
          "  %s:\n    url: http://127.0.0.1:%d/health\n    metrics: http://127.0.0.1:%d/metrics\n"
              .formatted(name, service.port(), service.port()));
    }
    Path path = folder.resolve(file);
    Files.writeString(path, yaml);
    return opened(Ripcord.daemon(folder, path));
  }

  private <T extends AutoCloseable> T opened(T one) {
    open.add(one);
    return one;
  }
}
