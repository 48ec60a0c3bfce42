package dev.ripcord.cli.demo;

import dev.ripcord.alert.Alerts;
import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ProgramVersion;
import dev.ripcord.cli.migrate.MigrateCommand;
import dev.ripcord.cli.wiring.Assembly;
import dev.ripcord.cli.wiring.EventLoops;
import dev.ripcord.cli.wiring.JournalDatabase;
import dev.ripcord.config.Loaded;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.config.file.ConfigurationFile;
import dev.ripcord.demo.ShopFacts;
import dev.ripcord.demo.Traffic;
import dev.ripcord.engine.Supervisor;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.port.Clocks;
import dev.ripcord.port.Control.Announcement;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.port.Unfenced;
import dev.ripcord.postgres.embedded.EmbeddedServer;
import dev.ripcord.postgres.journal.PostgresJournal;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.watch.Outcome;
import dev.ripcord.web.Metrics;
import dev.ripcord.web.WebServer;
import dev.ripcord.web.access.Access;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Plays the demo: everything in it is real, and each claim that it prints is checked before it is
 * printed. Runs on the main thread, which it blocks.
 */
final class Demo {
  private static final int PER_SECOND = 50;
  private static final double BROKEN_PERCENT = 20;

  private final Console console;
  private final Clocks clocks;
  private final DemoTeller teller;
  private final boolean healthy;
  private final DemoStage stage = DemoStage.set();
  private final EventLoops loops;
  private Optional<Traffic> traffic = Optional.empty();
  private Optional<Assembly> assembly = Optional.empty();
  private Optional<ShopFacts> facts = Optional.empty();
  private boolean struck;

  Demo(Console console, Clocks clocks, Ansi paint, boolean healthy) {
    this.console = console;
    this.clocks = clocks;
    this.healthy = healthy;
    this.loops = new EventLoops(console);
    this.teller = new DemoTeller(console, clocks, paint);
  }

  /** Plays it; whether all that was to be seen was seen to be true. */
  boolean play() {
    teller.title(
        healthy
            ? "Ripcord demo: a shop, a good release, and the proof. Everything is real and stays on"
                + " this machine."
            : "Ripcord demo: a shop, a bad release, and its rollback. Everything is real and stays"
                + " on this machine.");
    EmbeddedServer database = stage.startDatabase();
    teller.step(database.version() + " started");
    ShopFacts shop = shop(database);
    stage.write(database, healthy ? 0.4 : BROKEN_PERCENT);
    stage.shop();
    Traffic sending =
        Traffic.start(
            loops.vertx(), URI.create("http://127.0.0.1:" + stage.port() + "/"), PER_SECOND);
    traffic = Optional.of(sending);
    Settings settings = settings();
    ServiceSettings service = settings.services().firstEntry().getValue();
    Assembly made = new Assembly(console, loops, clocks, settings);
    assembly = Optional.of(made);
    PostgresJournal journal = made.journal(JournalDatabase.Sharing.JOIN);
    WatchedService watched = made.service(service);
    Metrics metrics = new Metrics(ProgramVersion.text());
    metrics.expect(settings.services().keySet(), Alerts.names(settings.alerts()));
    Supervisor supervisor =
        made.supervisor(journal, List.of(watched), List.of(metrics, teller), Supervisor.Held.FAIL);
    serve(made, settings, supervisor, metrics, journal);
    teller.polls(3);
    teller.step(
        "shop v1 serves " + PER_SECOND + " requests/s on 127.0.0.1:" + stage.port(),
        teller.lastRate());
    if (migrate(database) != 0) {
      teller.failed("the migration did not run");
      return false;
    }
    teller.step("migration 01_add_customer_email applied, its down migration stored with it");
    long rows = shop.now().await().customers();
    release(watched);
    teller.step(
        healthy
            ? "shop v2 released; it is a good one"
            : "shop v2 released; it breaks every fifth request");
    long released = clocks.nanos().getAsLong();
    long sentBefore = sending.sent();
    long failedBefore = sending.failed();
    WatchRow ended = watch(supervisor);
    List<String> cost =
        DemoTeller.cost(
            teller.sinceCondemned(),
            Duration.ofNanos(clocks.nanos().getAsLong() - released),
            sending.failed() - failedBefore,
            sending.sent() - sentBefore);
    return healthy ? proved(ended, shop, rows) : rolledBack(ended, shop, rows, cost);
  }

  private ShopFacts shop(EmbeddedServer database) {
    ShopFacts made = new ShopFacts(loops.vertx(), database.url("postgres"), database.url("shop"));
    facts = Optional.of(made);
    made.create("shop").compose(x -> made.create("journal")).await();
    return made;
  }

  private Settings settings() {
    Loaded loaded =
        ConfigurationFile.load(
            Optional.of(stage.config()), console.environment(), Path.of("").toAbsolutePath());
    return switch (loaded) {
      case Loaded.Valid valid -> valid.settings();
      case Loaded.Invalid invalid -> throw new IllegalStateException(invalid.report());
    };
  }

  private void serve(
      Assembly made,
      Settings settings,
      Supervisor supervisor,
      Metrics metrics,
      PostgresJournal journal) {
    WebServer web =
        new WebServer(
            made.vertx(),
            settings.listen(),
            new Access(settings.access(), clocks.nanos()),
            supervisor,
            new WebServer.Program(
                ProgramVersion.text(), clocks.wall(), metrics, journal.silences()));
    int port = web.start().timeout(10, TimeUnit.SECONDS).await();
    made.ending(() -> web.stop().timeout(2, TimeUnit.SECONDS).otherwiseEmpty().await());
    System.setProperty("ripcord.demo.port", Integer.toString(port));
  }

  /** The same command that a pipeline would call. */
  private int migrate(EmbeddedServer database) {
    Console quiet =
        new Console(
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
            console.err(),
            console.environment(),
            false);
    String url = stage.shopDatabase(database).reveal();
    String dir = stage.migrations().toString();
    return MigrateCommand.run(
        quiet, clocks, "up", "--release", "v2", "--dir", dir, "--database-url", url);
  }

  private static void release(WatchedService watched) {
    Release v2 =
        new Release(
            watched.name(), "v2", Optional.of(new ImageRef("v2")), Optional.of(new ImageRef("v1")));
    watched
        .platform()
        .orElseThrow()
        .switchTo(v2, new ImageRef("v2"), Unfenced.of(watched.name()))
        .timeout(30, TimeUnit.SECONDS)
        .await();
  }

  private WatchRow watch(Supervisor supervisor) {
    Announcement v2 =
        new Announcement(
            supervisor.services().getFirst().service(),
            "v2",
            Optional.of(new ImageRef("v2")),
            Optional.of(new ImageRef("v1")),
            Optional.empty(),
            false);
    teller.watching();
    WatchStatus status = supervisor.announce(v2).await();
    return supervisor.ended(status.row().id()).timeout(90, TimeUnit.SECONDS).await();
  }

  private boolean proved(WatchRow ended, ShopFacts shop, long rows) {
    ShopFacts.Facts after = shop.now().await();
    boolean good =
        ended.outcome().equals(Optional.of(Outcome.HEALTHY))
            && after.hasEmail()
            && after.customers() >= rows;
    teller.step(
        good
            ? "shop v2 is proved healthy: " + ended.text().orElse("")
            : "shop v2 was not proved healthy: " + ended.text().orElse(""));
    teller.summary(List.of("Nothing was rolled back. " + teller.lastRate() + "."), good);
    return good;
  }

  private boolean rolledBack(WatchRow ended, ShopFacts shop, long rows, List<String> cost) {
    ShopFacts.Facts after = shop.now().await();
    boolean good =
        ended.outcome().equals(Optional.of(Outcome.ROLLED_BACK))
            && !after.hasEmail()
            && after.customers() >= rows;
    String schema = after.hasEmail() ? "schema NOT as before" : "schema as before";
    String kept =
        after.customers() >= rows ? "0 rows lost" : rows - after.customers() + " rows lost";
    teller.step("shop v1 serves again", teller.lastRate() + ", " + schema + ", " + kept);
    teller.summary(cost, good);
    return good;
  }

  /** Leaves it running until the process is interrupted. */
  void stay() throws InterruptedException {
    console.out().println();
    console
        .out()
        .println(
            "It is left running: http://127.0.0.1:"
                + System.getProperty("ripcord.demo.port")
                + "/ (page), /metrics, /api/v1/services");
    console.out().println("Its configuration: " + stage.config() + ". Ctrl-C ends it.");
    new CountDownLatch(1).await();
  }

  /** Stops everything; the second call does nothing. */
  synchronized void strike() {
    if (struck) {
      return;
    }
    struck = true;
    traffic.ifPresent(t -> t.stop().timeout(2, TimeUnit.SECONDS).otherwiseEmpty().await());
    facts.ifPresent(f -> f.close().timeout(2, TimeUnit.SECONDS).otherwiseEmpty().await());
    assembly.ifPresent(Assembly::close);
    stage.strike();
    loops.close();
  }
}
