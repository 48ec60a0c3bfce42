package dev.ripcord.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ripcord.TestPostgres;
import dev.ripcord.TodaysCases;
import dev.ripcord.Waiting;
import dev.ripcord.e2e.CrashPoint.Failing;
import dev.ripcord.e2e.CrashPoint.Scene;
import dev.ripcord.e2e.LoopbackService.Mode;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;

/** A bad release that is rolled back once, by a daemon that may be killed and the next one. */
final class CrashWorld implements AutoCloseable {
  private static final long SECONDS = 60;
  private static final Set<String> MEASURING = Set.of("blind", "sees-again");
  private static final String DOWNS =
      "SELECT %s FROM ripcord.migration_audit WHERE direction = 'down' AND %s success";

  private final Scene scene;
  private final CrashTemplates templates;
  private final Path folder;
  private final PgConnectOptions journal;
  private final PgConnectOptions shop;
  private final Sql journalSql;
  private final Sql shopSql;
  private final Relay journalRelay;
  private final Relay shopRelay;
  private final HttpServer sink;
  private final Set<String> told = new ConcurrentSkipListSet<>();
  private final LoopbackService service;
  private final CrashPlatform platform;
  private final List<CrashDaemon> daemons = new ArrayList<>();
  private boolean killed;

  CrashWorld(Scene scene, CrashTemplates templates) throws IOException {
    this.scene = scene;
    this.templates = templates;
    this.folder = Files.createTempDirectory("ripcord-crash");
    this.journal = templates.journal();
    this.shop = templates.shop(scene.failing());
    this.journalSql = Sql.connected(journal);
    this.shopSql = Sql.connected(shop);
    this.journalRelay = new Relay(journal.getPort());
    this.shopRelay = new Relay(shop.getPort());
    this.sink = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    sink.createContext("/", this::hear);
    sink.start();
    write("served", "shop:1");
    this.service = new LoopbackService(Mode.AS_THE_FILE_SAYS, CrashPlatform.served(folder));
    this.platform = CrashPlatform.of(scene, folder, journal.getDatabase());
  }

  /**
   * What is true after a rollback.
   *
   * @param outcome of the watch
   * @param runs the image that runs
   * @param steps the steps that the journal says are done, in their order
   * @param tables of the service's database
   * @param history which migrations are applied
   * @param audit how often each down is recorded as done
   * @param failures the downs that are recorded as failed; one that was broken off is one of them
   * @param effects how often each down has had its effect
   * @param begun how often a down was begun, done or not
   * @param alerts the kinds that have come
   */
  record End(
      List<String> outcome,
      String runs,
      List<String> steps,
      List<String> tables,
      List<String> history,
      List<String> audit,
      Set<String> failures,
      List<String> effects,
      int begun,
      Set<String> alerts) {
    /** What is not as it was; a down that was broken off may stand there as failed and begun. */
    List<String> differsFrom(End other) {
      List<String> differs = new ArrayList<>();
      compare(differs, "outcome", outcome, other.outcome);
      compare(differs, "image", runs, other.runs);
      compare(differs, "steps", steps, other.steps);
      compare(differs, "tables", tables, other.tables);
      compare(differs, "history", history, other.history);
      compare(differs, "audit", audit, other.audit);
      compare(differs, "effects", effects, other.effects);
      compare(differs, "alerts", alerts, other.alerts);
      if (!failures.containsAll(other.failures)) {
        differs.add("failures: %s, not %s".formatted(failures, other.failures));
      }
      if (begun < other.begun || begun > other.begun + 1) {
        differs.add("downs begun: %d, not %d or one more".formatted(begun, other.begun));
      }
      return differs;
    }

    private static void compare(List<String> differs, String what, Object is, Object was) {
      if (!is.equals(was)) {
        differs.add("%s: %s, not %s".formatted(what, is, was));
      }
    }
  }

  /** The end of a rollback that nobody disturbs. */
  End undisturbed() throws IOException {
    Ripcord daemon = daemon();
    announce(daemon);
    return end(daemon);
  }

  /** A rollback by a daemon that ends by itself afterwards, and leaves what it has learnt. */
  void train() throws IOException {
    Ripcord daemon = daemon();
    announce(daemon);
    daemon.await("the rollback has ended", this::hasEnded);
    daemon.signal("TERM");
    daemon.exit();
  }

  /** The end when the daemon is killed at a point and another goes on. */
  End killedAt(CrashPoint point) throws IOException {
    Ripcord first = daemon();
    switch (point.what()) {
      case JOURNAL -> journalRelay.killAt(point.which(), point.before(), first::kill);
      case SHOP -> shopRelay.killAt(point.which(), point.before(), first::kill);
      case SWITCH, STOP, CALL -> platform.killAt(point, first);
    }
    try {
      announce(first);
    } catch (UncheckedIOException gone) {
      first.endsWithin(10);
    }
    Waiting.until(SECONDS, () -> !first.isAlive() || hasEnded());
    killed = !hasEnded() && !first.isAlive();
    first.kill();
    boolean heard = journalSql.finds("SELECT 1 FROM ripcord_journal.watch");
    if (!heard) {
      write("served", "shop:1");
    }
    CrashDaemon next = successor();
    if (!heard) {
      announce(next);
    } else if (scene.isRefused()) {
      turnBad(next);
    }
    return end(next);
  }

  /** Whether the daemon was killed before the rollback had ended. */
  boolean hasKilled() {
    return killed;
  }

  /** What has come by that a daemon can be killed at. */
  String counted() {
    return "%d and %d COMMITs, %d calls"
        .formatted(journalRelay.commits(), shopRelay.commits(), platform.calls());
  }

  private int begun() {
    return Integer.parseInt(
        shopSql
            .rows("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM begun")
            .getFirst());
  }

  /** What the daemons have said. */
  String said() {
    StringBuilder all = new StringBuilder();
    daemons.forEach(each -> all.append(each.said()));
    return all.toString();
  }

  private End end(CrashDaemon daemon) throws IOException {
    daemon.await("the rollback has ended", this::hasEnded);
    daemon.await("the alerts have come", this::hasDelivered);
    return new End(
        outcome(),
        platform.runs(),
        journalSql.rows(
            "SELECT type, payload->>'index' FROM ripcord_journal.event"
                + " WHERE type IN ('run.step-done', 'run.step-failed') ORDER BY id"),
        shopSql.rows(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
                + " AND relnamespace = 'public'::regnamespace ORDER BY 1"),
        shopSql.rows(
            "SELECT version, success, reverted_at IS NULL FROM ripcord.migration_history"
                + " ORDER BY id"),
        shopSql.rows(DOWNS.formatted("migration_version, count(*)", "") + " GROUP BY 1 ORDER BY 1"),
        new TreeSet<>(shopSql.rows(DOWNS.formatted("migration_version", "NOT"))),
        shopSql.rows("SELECT version, count(*) FROM told GROUP BY 1 ORDER BY 1"),
        begun(),
        new TreeSet<>(told));
  }

  /** Without the names that each world has of its own. */
  private List<String> outcome() {
    return journalSql.rows("SELECT release, outcome, text FROM ripcord_journal.watch").stream()
        .map(each -> each.replace(folder.toString(), "FOLDER"))
        .map(each -> each.replace(journal.getDatabase(), "JOURNAL"))
        .map(each -> each.replaceAll("127\\.0\\.0\\.1:[0-9]+", "HOOK"))
        .map(each -> each.replaceAll("task [a-z0-9]{25}", "task ID"))
        .map(each -> each.replaceAll("[0-9] of 2 pods are (available|made anew)", "no pods"))
        // Whether a task was seen before it ended is chance.
        .map(each -> each.replaceAll("it came up and did not stay:|after 15 s", "not up:"))
        .toList();
  }

  private boolean hasEnded() {
    return journalSql.finds("SELECT 1 FROM ripcord_journal.watch WHERE ended_at IS NOT NULL");
  }

  /** What the killed one had begun to deliver is due in a minute: here it has passed. */
  private boolean hasDelivered() {
    journalSql.rows(
        "UPDATE ripcord_journal.outbox SET due_at = now()"
            + " WHERE delivered_at IS NULL AND gave_up_at IS NULL AND due_at > now() + '5 s'");
    return !journalSql.finds(
        "SELECT 1 FROM ripcord_journal.outbox WHERE delivered_at IS NULL AND gave_up_at IS NULL");
  }

  private void announce(CrashDaemon daemon) {
    try {
      daemon.announce(
          "{\"service\":\"shop\",\"release\":\"v2\",\"image\":\"%s\",\"previousImage\":\"%s\"}"
              .formatted(
                  platform.image(2), platform.image(scene.failing() == Failing.SWITCH ? 3 : 1)));
    } finally {
      turnBad(daemon);
    }
  }

  /**
   * It is bad from then on: what was bad before is not held against a release. Where it cannot be
   * rolled back people are told so when a watch begins, beside the polls, and only while it is no
   * rollback yet; so there it is bad only after that.
   */
  private void turnBad(CrashDaemon daemon) {
    if (scene.isRefused()) {
      Waiting.until(SECONDS, () -> isWarned() || !daemon.isAlive());
    }
    if (!scene.isRefused() || isWarned()) {
      write("served", "shop:2");
    }
  }

  private boolean isWarned() {
    return journalSql.finds(
        "SELECT 1 FROM ripcord_journal.outbox WHERE key LIKE 'watch-%/no-way-back'");
  }

  private Ripcord daemon() throws IOException {
    Ripcord daemon = Ripcord.daemon(templates.program(), folder, Map.of(), configuration(true));
    daemons.add(daemon);
    return daemon;
  }

  private CrashDaemon successor() throws IOException {
    Path file = configuration(false);
    CrashDaemon daemon =
        TodaysCases.areQuick()
            ? CrashSuccessor.daemon(folder, file)
            : Ripcord.daemon(templates.program(), folder, Map.of(), file);
    daemons.add(daemon);
    return daemon;
  }

  private Path configuration(boolean relayed) throws IOException {
    write(
        "ripcord.yaml",
        """
        database: "%s"
        data: "%s"
        listen: 127.0.0.1:0
        interval: 200ms
        bake: 5m
        order: %s
        alerts: {webhook: "http://127.0.0.1:%d/"}
        services:
          shop:
            metrics: http://127.0.0.1:%d/metrics
            platform: {%s}
            migrations: {dir: "%s", database: "%s", backup: off}
        """
            .formatted(
                relayed ? relayed(journal, journalRelay) : templates.server().url(journal),
                folder.resolve("data"),
                scene.order(),
                sink.getAddress().getPort(),
                service.port(),
                platform.settings(relayed),
                templates.migrations(scene.failing()),
                relayed ? relayed(shop, shopRelay) : templates.server().url(shop)));
    return folder.resolve("ripcord.yaml");
  }

  private String relayed(PgConnectOptions server, Relay relay) {
    return templates
        .server()
        .url(server)
        .replace(":" + server.getPort() + "/", ":" + relay.port() + "/");
  }

  /**
   * Of the key watch-1/breach/2 the kind: at which poll it was may differ. What is told of a
   * service that goes on being bad is no part of the rollback, nor that a slow machine could not
   * measure for a while.
   */
  private void hear(HttpExchange exchange) throws IOException {
    String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
    if (key.startsWith("watch-") && !MEASURING.contains(key.split("/", -1)[1])) {
      told.add(key.split("/", -1)[1]);
    }
    exchange.getRequestBody().readAllBytes();
    exchange.sendResponseHeaders(204, -1);
    exchange.close();
  }

  private void write(String name, String text) {
    CrashPlatform.write(folder, name, text);
  }

  @Override
  public void close() {
    daemons.forEach(CrashDaemon::kill);
    service.close();
    sink.stop(0);
    journalRelay.close();
    shopRelay.close();
    journalSql.close();
    shopSql.close();
    platform.close();
    templates.server().drop(journal);
    templates.server().drop(shop);
    TestPostgres.delete(folder);
  }
}
