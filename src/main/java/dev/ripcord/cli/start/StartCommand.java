package dev.ripcord.cli.start;

import dev.ripcord.alert.Alerts;
import dev.ripcord.alert.Heartbeat;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Configuration;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.console.Format;
import dev.ripcord.cli.console.PollOptions;
import dev.ripcord.cli.console.ProgramVersion;
import dev.ripcord.cli.console.UsageException;
import dev.ripcord.cli.wiring.AlertDelivery;
import dev.ripcord.cli.wiring.Assembly;
import dev.ripcord.cli.wiring.EventLoops;
import dev.ripcord.cli.wiring.Interruption;
import dev.ripcord.cli.wiring.JournalDatabase;
import dev.ripcord.cli.wiring.OutboxWaker;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.config.file.ConfigurationFile;
import dev.ripcord.engine.Supervisor;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.port.Clocks;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.postgres.embedded.EmbeddedServer;
import dev.ripcord.postgres.journal.PostgresJournal;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.RunState;
import dev.ripcord.systemd.SystemdNotifier;
import dev.ripcord.vertx.EventLoopLag;
import dev.ripcord.watch.Outcome;
import dev.ripcord.web.Metrics;
import dev.ripcord.web.WebServer;
import dev.ripcord.web.access.Access;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code start}: the daemon. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    description = {
      "The daemon: watches every configured service.",
      "Serves the page for people, the API and /metrics too, and runs until it is ended."
    },
    footer = {
      "",
      "Example: ripcord start -c config/ripcord.yaml",
      "A pipeline announces a release to it:",
      "  curl --json '{\"service\":\"shop\",\"release\":\"v42\"}' \\",
      "    http://127.0.0.1:9095/api/v1/releases"
    })
public final class StartCommand implements Callable<Integer> {
  private static final int WARNINGS = 20;
  private static final int NAMED = 5;
  private static final long LISTEN_SECONDS = 10;
  private static final long ROOM_SECONDS = 2;
  private static final int LOOKED_BACK = 200;

  private final Console console;
  private final Clocks clocks;

  @Mixin private final CommonOptions common = new CommonOptions();
  @Mixin private final PollOptions polls = new PollOptions();

  public StartCommand(Console console, Clocks clocks) {
    this.console = console;
    this.clocks = clocks;
  }

  @Override
  public Integer call() throws Exception {
    long begun = clocks.nanos().getAsLong();
    Configuration configuration = new Configuration(console);
    ConfigurationFile.Read read = configuration.readFiles(Optional.ofNullable(common.config));
    Optional<Settings> loaded = configuration.usable(read.loaded());
    if (loaded.isEmpty()) {
      return ExitCode.USAGE;
    }
    Settings settings = overlaid(loaded.get());
    if (settings.services().isEmpty()) {
      throw new UsageException("no service is configured; write a file with: ripcord config init");
    }
    warn(settings.warnings());
    CompletableFuture<ConfigurationReload> reload = new CompletableFuture<>();
    HangUp.handle(
        () -> {
          var _ = reload.thenAccept(ConfigurationReload::ask);
        });
    EventLoops loops = new EventLoops(console);
    Assembly assembly = new Assembly(console, loops, clocks, settings);
    CountDownLatch stopped = new CountDownLatch(1);
    Interruption interruption = Interruption.aroundDaemon(console, assembly);
    interruption.standing(() -> "stopped before it watched anything.");
    try {
      // A second daemon on the same address ends here, before it has written or polled anything.
      WebServer.tryAddress(assembly.vertx(), settings.listen())
          .timeout(LISTEN_SECONDS, TimeUnit.SECONDS)
          .await();
      int migrated = new MigrationsAtStart(console, loops, clocks).run(settings);
      if (migrated != 0) {
        return migrated;
      }
      awaitRoom(assembly, settings);
      reload.complete(serve(assembly, interruption, settings, read, begun));
      assembly.keepJournal(true, interruption::lost);
      stopped.await();
      return 0;
    } catch (RuntimeException e) {
      throw interruption.unlessUnderWay(e);
    } finally {
      interruption.over();
      assembly.close();
    }
  }

  /** Where it ended instead, whoever starts it anew would give up before somebody makes room. */
  private void awaitRoom(Assembly assembly, Settings settings) {
    if (settings.database().isPresent()) {
      return;
    }
    Optional<String> full = EmbeddedServer.fullDisk(settings.data());
    full.ifPresent(text -> console.err().println("ripcord: " + text + ". Waiting for room."));
    while (EmbeddedServer.fullDisk(settings.data()).isPresent()) {
      assembly.vertx().timer(ROOM_SECONDS, TimeUnit.SECONDS).await();
    }
  }

  /** The settings with what this command's options set. */
  private Settings overlaid(Settings settings) {
    SortedMap<ServiceName, ServiceSettings> services = new TreeMap<>();
    settings
        .services()
        .forEach((name, each) -> services.put(name, polls.over(each, Optional.empty())));
    return settings.withServices(services);
  }

  private void warn(List<String> warnings) {
    warnings.stream().limit(WARNINGS).forEach(w -> console.err().println("warning: " + w));
    if (warnings.size() > WARNINGS) {
      int more = warnings.size() - WARNINGS;
      console.err().println("warning: " + more + " more; all of them: ripcord config check");
    }
  }

  private void precheck(List<WatchedService> services) {
    PlatformPrecheck.warnings(services)
        .onSuccess(found -> found.forEach(w -> console.err().println("warning: " + w)));
  }

  private ConfigurationReload serve(
      Assembly assembly,
      Interruption interruption,
      Settings settings,
      ConfigurationFile.Read read,
      long begun) {
    Metrics metrics = new Metrics(ProgramVersion.text());
    PostgresJournal journal = assembly.journal(JournalDatabase.Sharing.ALONE);
    AlertDelivery alerts = assembly.delivery(journal, metrics::alerted);
    List<ServiceName> names = List.copyOf(settings.services().keySet());
    List<String> channels = new ArrayList<>(Alerts.names(settings.alerts()));
    channels.addAll(Heartbeat.names(settings.alerts()));
    metrics.expect(names, channels);
    expanded(journal, metrics, names);
    List<WatchedService> services =
        settings.services().values().stream().map(assembly::service).toList();
    Supervisor supervisor =
        assembly.supervisor(
            journal,
            services,
            List.of(metrics, new OutboxWaker(alerts::wake)),
            Supervisor.Held.WAIT);
    SystemdNotifier systemd =
        SystemdNotifier.of(console.environment(), ProcessHandle.current().pid());
    interruption.standing(
        () -> {
          systemd.stopping();
          return stopped(supervisor);
        });
    alerts.beat(supervisor::unready);
    assembly.tally(metrics, begun);
    assembly.purgeKept();
    Access access = new Access(settings.access(), clocks.nanos());
    WebServer web =
        new WebServer(
            assembly.vertx(),
            settings.listen(),
            access,
            supervisor,
            new WebServer.Program(
                ProgramVersion.text(), clocks.wall(), metrics, journal.silences()));
    assembly.ending(EventLoopLag.start(assembly.vertx(), clocks.nanos(), metrics::late));
    int port = web.start().timeout(LISTEN_SECONDS, TimeUnit.SECONDS).await();
    assembly.ending(() -> web.stop().timeout(2, TimeUnit.SECONDS).otherwiseEmpty().await());
    RunningDaemon daemon =
        new RunningDaemon(
            assembly,
            new RunningDaemon.Parts(supervisor, alerts, access, metrics),
            services,
            added -> expanded(journal, metrics, added));
    String address =
        (settings.access().tls().isPresent() ? ", https://" : ", http://")
            + settings.listen().host()
            + ":"
            + port;
    Supplier<String> serving =
        () -> "watching " + Format.count(daemon.count(), "service", "services") + address;
    ConfigurationReload reload =
        new ConfigurationReload(
            new ConfigurationReload.Means(
                clocks,
                () -> new Configuration(console).readFiles(settings.file()),
                this::overlaid,
                this::warn,
                this::precheck,
                systemd,
                metrics,
                serving),
            daemon::take,
            settings,
            read.digests());
    console.out().println(serving.get());
    systemd.watch(assembly.vertx());
    systemd.ready(serving.get());
    precheck(services);
    Thread.ofPlatform().name("configuration").daemon().start(reload);
    assembly.ending(reload::stop);
    return reload;
  }

  /** Which schemas earlier rollbacks have left ahead, and no healthy release has caught up with. */
  private static void expanded(
      PostgresJournal journal, Metrics metrics, List<ServiceName> services) {
    if (services.isEmpty()) {
      return;
    }
    Set<ServiceName> told = new HashSet<>();
    for (WatchRow row : journal.recent(Optional.empty(), LOOKED_BACK).await()) {
      Optional<Outcome> outcome = row.outcome();
      boolean isRollback =
          outcome
              .filter(o -> o == Outcome.ROLLED_BACK || o == Outcome.ROLLED_BACK_UNHEALTHY)
              .isPresent();
      boolean tells = isRollback || outcome.filter(o -> o == Outcome.HEALTHY).isPresent();
      ServiceName service = row.charter().release().service();
      if (tells && services.contains(service) && !told.contains(service)) {
        boolean ahead =
            isRollback
                && WatchProjection.fold(journal.entries(row.id()).await())
                    .run()
                    .flatMap(RunState::expanded)
                    .isPresent();
        if (ahead || !isRollback) {
          told.add(service);
          metrics.expanded(service, ahead);
        }
      }
    }
  }

  /** What stays unwatched, or goes to others, when the daemon is asked to stop. */
  private static String stopped(Supervisor supervisor) {
    List<String> watched =
        supervisor.services().stream()
            .flatMap(service -> service.watch().stream())
            .filter(watch -> watch.row().endedAt().isEmpty())
            .map(watch -> watch.row().charter().release())
            .map(release -> release.service() + " " + release.shownName())
            .toList();
    List<String> others = supervisor.others();
    if (watched.isEmpty()) {
      return "stopped; no release was under watch" + (others.isEmpty() ? "." : to(others));
    }
    String named =
        String.join(", ", watched.stream().limit(NAMED).toList())
            + (watched.size() > NAMED ? " and " + (watched.size() - NAMED) + " more" : "");
    return others.isEmpty()
        ? "stopped; nobody watches "
            + named
            + " until a daemon on the same journal is started, or ripcord watch goes on with it."
        : "stopped; " + named + " were under watch" + to(others);
  }

  private static String to(List<String> others) {
    return "; the services are handed over to the daemons that live: "
        + String.join(", ", others)
        + ".";
  }
}
