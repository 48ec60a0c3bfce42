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
import dev.ripcord.cli.wiring.Assembly;
import dev.ripcord.cli.wiring.EventLoops;
import dev.ripcord.cli.wiring.Interruption;
import dev.ripcord.cli.wiring.JournalDatabase;
import dev.ripcord.cli.wiring.OutboxWaker;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.engine.Supervisor;
import dev.ripcord.port.Clocks;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.postgres.journal.PostgresJournal;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.RunState;
import dev.ripcord.systemd.SystemdNotifier;
import dev.ripcord.watch.Outcome;
import dev.ripcord.web.Metrics;
import dev.ripcord.web.WebServer;
import dev.ripcord.web.access.Access;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
    Optional<Settings> loaded = new Configuration(console).load(common);
    if (loaded.isEmpty()) {
      return ExitCode.USAGE;
    }
    Settings settings = loaded.get();
    if (settings.services().isEmpty()) {
      throw new UsageException("no service is configured; write a file with: ripcord config init");
    }
    List<String> warnings = settings.warnings();
    warnings.stream().limit(WARNINGS).forEach(w -> console.err().println("warning: " + w));
    if (warnings.size() > WARNINGS) {
      int more = warnings.size() - WARNINGS;
      console.err().println("warning: " + more + " more; all of them: ripcord config check");
    }
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
      serve(assembly, interruption, settings, begun);
      PlatformPrecheck.warnings(assembly, settings)
          .onSuccess(found -> found.forEach(w -> console.err().println("warning: " + w)));
      assembly.keepJournal(interruption::lost);
      stopped.await();
      return 0;
    } catch (RuntimeException e) {
      throw interruption.unlessUnderWay(e);
    } finally {
      interruption.over();
      assembly.close();
    }
  }

  private void serve(Assembly assembly, Interruption interruption, Settings settings, long begun) {
    Metrics metrics = new Metrics(ProgramVersion.text());
    PostgresJournal journal = assembly.journal(JournalDatabase.Sharing.ALONE);
    Alerts alerts = assembly.alerts(journal, metrics::alerted);
    List<ServiceSettings> services =
        settings.services().values().stream().map(s -> polls.over(s, Optional.empty())).toList();
    List<String> channels = new ArrayList<>(Alerts.names(settings.alerts()));
    channels.addAll(Heartbeat.names(settings.alerts()));
    metrics.expect(services.stream().map(ServiceSettings::name).toList(), channels);
    expanded(journal, metrics, services.stream().map(ServiceSettings::name).toList());
    Supervisor supervisor =
        assembly.supervisor(
            journal,
            services.stream().map(assembly::service).toList(),
            List.of(metrics, new OutboxWaker(alerts)),
            Supervisor.Held.WAIT);
    SystemdNotifier systemd =
        SystemdNotifier.of(console.environment(), ProcessHandle.current().pid());
    interruption.standing(
        () -> {
          systemd.stopping();
          return stopped(supervisor);
        });
    assembly.heartbeat(supervisor, metrics::alerted);
    assembly.tally(metrics, begun);
    assembly.purgeKept();
    WebServer web =
        new WebServer(
            assembly.vertx(),
            settings.listen(),
            new Access(settings.access(), clocks.nanos()),
            supervisor,
            new WebServer.Program(ProgramVersion.text(), clocks.wall(), metrics));
    int port = web.start().timeout(LISTEN_SECONDS, TimeUnit.SECONDS).await();
    assembly.ending(() -> web.stop().timeout(2, TimeUnit.SECONDS).otherwiseEmpty().await());
    String serving =
        "watching "
            + Format.count(services.size(), "service", "services")
            + (settings.access().tls().isPresent() ? ", https://" : ", http://")
            + settings.listen().host()
            + ":"
            + port;
    console.out().println(serving);
    systemd.watch(assembly.vertx());
    systemd.ready(serving);
  }

  /** Which schemas earlier rollbacks have left ahead, and no healthy release has caught up with. */
  private static void expanded(
      PostgresJournal journal, Metrics metrics, List<ServiceName> services) {
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
