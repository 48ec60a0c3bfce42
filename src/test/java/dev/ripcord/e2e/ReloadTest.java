package dev.ripcord.e2e;

import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.ripcord.FreePort;
import dev.ripcord.TestPostgres;
import dev.ripcord.e2e.LoopbackService.Mode;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configuration of a daemon that runs: changed by hand, by a signal, and badly. */
@Order(1)
final class ReloadTest {
  private static final String SUCCESSFUL = "ripcord_config_last_reload_successful ";
  private static final String RESTART = "ripcord_config_restart_needed ";

  private final PgConnectOptions journal = TestPostgres.freshJournal();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final int port = FreePort.next();
  private final WireMockServer slack = new WireMockServer(options().dynamicPort());
  @TempDir private Path folder;

  @BeforeEach
  void begin() {
    slack.start();
    slack.stubFor(post("/slack").willReturn(ok("ok")));
  }

  @AfterEach
  void end() throws Exception {
    slack.stop();
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  private LoopbackService service() throws IOException {
    Files.writeString(image(), "shop:2\n");
    LoopbackService made = new LoopbackService(Mode.AS_THE_FILE_SAYS, image());
    open.add(made);
    return made;
  }

  private Path image() {
    return folder.resolve("image");
  }

  /** The top of a file, before its services. */
  private String top(String threshold) {
    return top(threshold, port);
  }

  private String top(String threshold, int at) {
    return """
    database: %s
    listen: 127.0.0.1:%d
    interval: 500ms
    timeout: 400ms
    bake: 5m
    threshold: %s
    services:
    """
        .formatted(TestPostgres.url(journal), at, threshold);
  }

  private static String watched(String name, LoopbackService service) {
    return "  %s: {metrics: \"http://127.0.0.1:%d/metrics\"}\n".formatted(name, service.port());
  }

  /** In one piece, as a program replaces a file. */
  private void write(String text) throws IOException {
    write(file(), text);
  }

  private void write(Path file, String text) throws IOException {
    Path next = folder.resolve("next");
    Files.writeString(next, text);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private Path file() {
    return folder.resolve("ripcord.yaml");
  }

  private Ripcord daemon(Path file) {
    Ripcord daemon = Ripcord.daemon(folder, file);
    open.add(daemon);
    return daemon;
  }

  private static void awaitLog(Ripcord daemon, String text) {
    daemon.await("the log says: " + text, () -> daemon.err().contains(text));
  }

  private static void awaitPolled(Ripcord daemon, LoopbackService service) {
    int before = service.asked();
    daemon.await("it is polled", () -> service.asked() > before + 1);
  }

  @Test
  void signal_addsChangesAndRemovesServices_andTheOthersAreNotTouched() throws IOException {
    LoopbackService shop = service();
    LoopbackService cart = service();
    write(top("50%") + watched("old", service()) + watched("shop", shop));
    Ripcord daemon = daemon(file());
    awaitPolled(daemon, shop);

    write(top("50%") + watched("cart", cart) + watched("shop", shop));
    daemon.signal("HUP");

    awaitLog(daemon, "configuration reloaded: 1 service added (cart), 1 removed (old)");
    awaitPolled(daemon, cart);
    awaitPolled(daemon, shop);
    daemon.await(
        "the removed one is gone from the figures",
        () -> !daemon.get("/metrics").contains("service=\"old\""));
    assertThat(daemon.get("/metrics")).contains(SUCCESSFUL + "1").contains(RESTART + "0");
    assertThat(daemon.get("/api/v1/services")).contains("\"cart\"").doesNotContain("\"old\"");
    daemon.signal("TERM");
    assertThat(daemon.exit()).as(daemon.said()).isZero();
    assertThat(daemon.err()).contains("stopped; no release was under watch");
  }

  @Test
  void badFile_isRefusedWithAllProblems_andAGoodOneHeals() throws IOException {
    LoopbackService shop = service();
    write(top("50%") + watched("shop", shop));
    Ripcord daemon = daemon(file());

    write(top("500%").replace("400ms", "soon") + watched("shop", shop));
    awaitLog(daemon, "configuration refused, the one of before stays; problems: 3");
    awaitLog(daemon, ":4:10 timeout ");
    awaitLog(daemon, ":6:12 threshold ");
    assertThat(daemon.get("/metrics")).contains(SUCCESSFUL + "0");
    awaitPolled(daemon, shop);
    Files.delete(file());
    awaitLog(daemon, "does not exist");

    write(top("50%") + watched("shop", shop));
    awaitLog(daemon, "configuration reloaded: nothing has changed");
    assertThat(daemon.get("/metrics")).contains(SUCCESSFUL + "1");

    write(top("50%").replace("services:", "# services:"));
    awaitLog(daemon, "configuration refused: no service is configured");
    awaitPolled(daemon, shop);
  }

  @Test
  void limitThatChanges_holdsForAReleaseUnderWatch() throws IOException {
    LoopbackService shop = service();
    write(top("50%") + watched("shop", shop));
    Ripcord daemon = daemon(file());
    daemon.announce("{\"service\":\"shop\",\"release\":\"v2\",\"previousImage\":\"shop:1\"}");
    awaitPolled(daemon, shop);

    write(
        "alerts: {slack: \"%s/slack\"}\n".formatted(slack.baseUrl())
            + top("10%")
            + watched("shop", shop));

    awaitLog(
        daemon,
        "configuration reloaded: 1 service changed (shop: threshold), other keys changed"
            + " (alerts.slack)");
    awaitLog(daemon, "ended: condemned");
    daemon.await(
        "it is told by the new channel",
        () -> !slack.findAll(postRequestedFor(urlEqualTo("/slack"))).isEmpty());
    Ripcord explain = Ripcord.run(folder, "explain", "v2", "-c", file().toString());
    assertThat(explain.out())
        .as(explain.said())
        .contains("from now on limit of the error rate 10% (before 50%)");
  }

  @Test
  void removedService_whoseReleaseIsUnderWatch_isWatchedUntilThatEnds() throws IOException {
    LoopbackService shop = service();
    LoopbackService cart = service();
    write(top("50%") + watched("cart", cart) + watched("shop", shop));
    Ripcord daemon = daemon(file());
    daemon.announce("{\"service\":\"shop\",\"release\":\"v2\",\"previousImage\":\"shop:1\"}");
    Path before = Files.copy(file(), folder.resolve("before.yaml"));

    write(top("50%") + watched("cart", cart));
    awaitLog(daemon, "shop is no longer configured, and release v2 is under watch");
    awaitPolled(daemon, shop);

    Ripcord abort = Ripcord.run(folder, "abort", "shop", "-c", before.toString());
    assertThat(abort.exit()).as(abort.said()).isZero();
    awaitLog(daemon, "shop is not watched any more");
  }

  @Test
  void symlinksOfAConfigMap_areFollowed_withoutASignal() throws IOException {
    LoopbackService shop = service();
    LoopbackService cart = service();
    Path mounted = Files.createDirectory(folder.resolve("mounted"));
    version(mounted, "..1", top("50%") + watched("shop", shop));
    Files.createSymbolicLink(mounted.resolve("..data"), Path.of("..1"));
    Files.createSymbolicLink(mounted.resolve("ripcord.yaml"), Path.of("..data/ripcord.yaml"));
    Ripcord daemon = daemon(mounted.resolve("ripcord.yaml"));

    version(mounted, "..2", top("50%") + watched("cart", cart) + watched("shop", shop));
    Files.createSymbolicLink(mounted.resolve("..next"), Path.of("..2"));
    Files.move(
        mounted.resolve("..next"), mounted.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);

    awaitLog(daemon, "configuration reloaded: 1 service added (cart)");
    awaitPolled(daemon, cart);
  }

  private static void version(Path mounted, String name, String text) throws IOException {
    Files.writeString(Files.createDirectory(mounted.resolve(name)).resolve("ripcord.yaml"), text);
  }

  @Test
  void twoSignalsAtOnce_andAKeyThatWaits_areToldOnceByName() throws IOException {
    LoopbackService shop = service();
    write(top("50%") + watched("shop", shop));
    Ripcord daemon = daemon(file());

    write(top("40%").replace("" + port, "" + FreePort.next()) + watched("shop", shop));
    daemon.signal("HUP");
    daemon.signal("HUP");

    awaitLog(daemon, "configuration: what has changed of listen is taken when the daemon is");
    assertThat(daemon.get("/metrics")).contains(SUCCESSFUL + "1").contains(RESTART + "1");
    assertThat(
            daemon
                .err()
                .lines()
                .filter(line -> line.contains("1 service changed (shop: threshold)")))
        .hasSize(1);

    write(top("40%") + watched("shop", shop));
    daemon.await("nothing waits", () -> daemon.get("/metrics").contains(RESTART + "0"));
  }

  /** Who holds which lease, by service. */
  private List<String> leases(Sql sql) {
    return sql.rows(
        "SELECT service || ' ' || holder FROM ripcord_journal.lease WHERE session IS NOT NULL"
            + " ORDER BY 1");
  }

  @Test
  void daemonsThatShare_takeWhatIsAddedAndWhatAnotherNoLongerHas() throws IOException {
    String both = watched("cart", service()) + watched("shop", service());
    Path other = folder.resolve("other.yaml");
    int second = FreePort.next();
    write(top("50%") + both);
    write(other, top("50%", second) + both);
    Sql sql = new Sql(journal);
    open.add(sql);
    Ripcord one = daemon(file());
    Ripcord two = daemon(other);
    one.await(
        "each has one",
        () -> leases(sql).stream().filter(l -> l.endsWith(one.holder())).count() == 1);

    write(top("50%") + watched("pay", service()));
    one.await(
        "the other has what the first no longer has",
        () ->
            leases(sql)
                .equals(
                    List.of(
                        "cart " + two.holder(), "pay " + one.holder(), "shop " + two.holder())));

    write(top("50%") + both);
    two.await(
        "they share again",
        () ->
            leases(sql).size() == 2
                && leases(sql).stream().filter(l -> l.endsWith(one.holder())).count() == 1);
    assertThat(one.err()).contains("pay is not watched any more");
  }

  @Test
  void secretInAFile_isReadAnew() throws IOException {
    LoopbackService shop = service();
    Files.writeString(folder.resolve("token"), "first\n");
    write("token_file: token\n" + top("50%") + watched("shop", shop));
    Ripcord daemon = daemon(file());

    Files.writeString(folder.resolve("token"), "second\n");

    awaitLog(daemon, "configuration reloaded: other keys changed (a secret)");
    assertThat(daemon.err()).doesNotContain("second");
  }
}
