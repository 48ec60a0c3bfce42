package dev.ripcord.cli.wiring;

import dev.ripcord.alert.Alerts;
import dev.ripcord.alert.RetryPolicy;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.Logging;
import dev.ripcord.config.AlertSettings;
import dev.ripcord.config.MigrationSettings;
import dev.ripcord.config.PlatformSettings;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.config.SourceSettings;
import dev.ripcord.engine.Supervisor;
import dev.ripcord.engine.context.ServicePolicy;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.health.DatabaseState;
import dev.ripcord.health.Ratio;
import dev.ripcord.migration.Tool;
import dev.ripcord.platform.Platforms;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Clocks;
import dev.ripcord.port.ContainerUsage;
import dev.ripcord.port.Observer;
import dev.ripcord.port.Outbox;
import dev.ripcord.port.Platform;
import dev.ripcord.port.Probe;
import dev.ripcord.port.Schema;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.embedded.EmbeddedServer;
import dev.ripcord.postgres.history.MigrationSetup;
import dev.ripcord.postgres.journal.PostgresJournal;
import dev.ripcord.postgres.migrate.salvage.SalvageEntry;
import dev.ripcord.postgres.schema.ManagedToolSchema;
import dev.ripcord.postgres.schema.PostgresSchema;
import dev.ripcord.postgres.schema.ToolSchema;
import dev.ripcord.postgres.tool.ManagedToolFiles;
import dev.ripcord.probe.Probes;
import dev.ripcord.release.Secret;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.Policy;
import dev.ripcord.watch.WatchSpec;
import dev.ripcord.web.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of the program, put together by constructors and taken apart in the opposite order.
 * Made and closed on an ordinary thread, which it blocks.
 */
public final class Assembly {
  private static final int KEPT_SECONDS = 5;

  private static final Logger LOG = LoggerFactory.getLogger(Assembly.class);
  private static final long CLOSE_SECONDS = 4;

  /** Longer than the runner waits for another process that migrates the journal. */
  private static final long JOURNAL_SECONDS = 90;

  private final Vertx vertx;
  private final Clocks clocks;
  private final Settings settings;
  private final Map<String, String> environment;
  private final Probes probes;
  private final Platforms platforms;
  private final Map<Secret, PostgresSchema> schemas = new ConcurrentHashMap<>();
  private final Map<ServiceName, Ratio> thresholds = new ConcurrentHashMap<>();
  private final Deque<Runnable> endings = new ConcurrentLinkedDeque<>();
  private final Object opening = new Object();
  private Optional<JournalDatabase> memory = Optional.empty();
  private volatile Optional<AlertDelivery> delivery = Optional.empty();
  private volatile boolean closed;

  /** On event loops of its own. */
  public Assembly(Console console, Clocks clocks, Settings settings) {
    this(console, new EventLoops(console), clocks, settings);
  }

  /** On the event loops of the command, which it closes with itself. */
  public Assembly(Console console, EventLoops loops, Clocks clocks, Settings settings) {
    this.vertx = loops.vertx();
    this.clocks = clocks;
    this.settings = settings;
    this.environment = console.environment();
    this.probes = new Probes(vertx, clocks.wall(), clocks.nanos());
    this.platforms = new Platforms(vertx, clocks.nanos(), environment, notes());
    endings.add(loops::close);
    endings.add(() -> await(platforms.close()));
    endings.add(() -> await(probes.close()));
  }

  /** Where it is noted which programs run. */
  private Path notes() {
    return settings.data().resolve("programs");
  }

  public Vertx vertx() {
    return vertx;
  }

  /** The journal, its schema brought up to date. */
  public PostgresJournal journal(JournalDatabase.Sharing sharing) {
    JournalDatabase opened = open(sharing);
    memory = Optional.of(opened);
    List<Outbox.Route> channels = Alerts.routes(settings.alerts());
    PostgresJournal journal =
        PostgresJournal.open(
                vertx, opened.database(), channels, settings.retention(), clocks.nanos())
            .timeout(JOURNAL_SECONDS, TimeUnit.SECONDS)
            .await();
    endings.add(() -> await(journal.close()));
    opened.server().ifPresent(server -> journal.watchDisk(vertx, settings.data()));
    return journal;
  }

  /** A server that is just being started when the program is asked to stop is stopped too. */
  private JournalDatabase open(JournalDatabase.Sharing sharing) {
    synchronized (opening) {
      if (closed) {
        throw new IllegalStateException("the program is ending");
      }
      JournalDatabase opened = JournalDatabase.open(settings, sharing);
      endings.add(opened::close);
      return opened;
    }
  }

  /**
   * Starts the journal's server again whenever it ends by itself, where this process runs it.
   *
   * @param waits whether a server whose disk is full is waited for, until there is room
   * @param lost is called with the reason why it stays down: nothing can be written down any more
   */
  public void keepJournal(boolean waits, Consumer<String> lost) {
    memory
        .flatMap(JournalDatabase::server)
        .filter(server -> !server.isJoined())
        .ifPresent(server -> server.keepRunning(clocks.nanos(), waits, lost));
  }

  /**
   * The same for a server that another process ran. Only for who acts: who follows a daemon leaves
   * the data folder to that daemon, which may be being started again.
   */
  public void keepJoinedJournal(Consumer<String> lost) {
    memory
        .flatMap(JournalDatabase::server)
        .filter(EmbeddedServer::isJoined)
        .ifPresent(server -> server.keepRunning(clocks.nanos(), false, lost));
  }

  /** Carries alerts while the program runs; what is due at the end gets a last try. */
  public Alerts alerts(PostgresJournal journal, BiConsumer<String, String> counts) {
    Alerts alerts =
        new Alerts(
            vertx,
            journal.outbox(),
            settings.alerts(),
            RetryPolicy.standard(clocks.wall(), RandomGenerator.getDefault()),
            counts);
    alerts.start().await();
    endings.add(
        () -> {
          await(alerts.flush(Duration.ofSeconds(3)));
          await(alerts.stop());
        });
    return alerts;
  }

  /** The same for a daemon, whose channels may become others while it runs. */
  public AlertDelivery delivery(PostgresJournal journal, BiConsumer<String, String> counts) {
    AlertDelivery made = new AlertDelivery(vertx, journal, clocks, settings.alerts(), counts);
    endings.add(made::end);
    delivery = Optional.of(made);
    return made;
  }

  private AlertSettings channels() {
    return delivery.map(AlertDelivery::settings).orElse(settings.alerts());
  }

  /** Sends one alert to every channel, past the outbox: which did not take it, with the reason. */
  public Future<List<String>> alertOnce(Alert alert) {
    RetryPolicy pace = RetryPolicy.standard(clocks.wall(), RandomGenerator.getDefault());
    return Alerts.once(vertx, settings.alerts(), pace, alert, "");
  }

  /** The engine over some services, running. */
  public Supervisor supervisor(
      PostgresJournal journal,
      List<WatchedService> services,
      List<Observer> observers,
      Supervisor.Held held) {
    String holder = "ripcord " + ProcessHandle.current().pid();
    Supervisor supervisor = new Supervisor(journal, services, clocks, holder, held);
    var _ = supervisor.observe(decisions(services));
    observers.forEach(supervisor::observe);
    DirectAlerts direct = new DirectAlerts(vertx, this::channels, clocks, journal.id());
    var _ = supervisor.observe(direct);
    if (settings.journalAway() == Settings.JournalAway.LOCAL_FILE) {
      journal.goOnWithout(settings.data().resolve("journal-away"), direct::unrecorded);
    }
    String id = vertx.deployVerticle(supervisor).await();
    endings.add(() -> await(vertx.undeploy(id)));
    return supervisor;
  }

  private DecisionLog decisions(List<WatchedService> services) {
    services.forEach(this::shown);
    return new DecisionLog(thresholds, Logging.isJson(environment), clocks.nanos());
  }

  private void shown(WatchedService service) {
    thresholds.put(service.name(), service.terms().rules().threshold());
  }

  /** The log shows services as they are configured from now on. */
  public void shown(Supervisor.Change change) {
    change.added().forEach(this::shown);
    change.changed().forEach(this::shown);
  }

  /**
   * Counts what other processes migrate in the databases that are known.
   *
   * @param begun when this process began, by the clock for durations
   */
  public void tally(Metrics metrics, long begun) {
    MigrationTally tally =
        new MigrationTally(vertx, () -> Map.copyOf(schemas), metrics, begun, clocks.nanos());
    tally.start();
    endings.add(tally::stop);
  }

  /** Purges what stage 2 has kept for long enough in the databases that are known. */
  public void purgeKept() {
    SalvagePurger purger = new SalvagePurger(vertx, () -> List.copyOf(schemas.values()));
    purger.start();
    endings.add(purger::stop);
  }

  /**
   * What stage 2 has dropped of a service's database and still keeps; nothing where it has none.
   * Fails where the database does not answer within some seconds.
   */
  public Future<List<SalvageEntry>> keptOf(ServiceSettings service) {
    return service
        .migrations()
        .flatMap(MigrationSettings::database)
        .map(url -> schema(url, service.migrations()).keptOfStageTwo())
        .map(kept -> kept.timeout(KEPT_SECONDS, TimeUnit.SECONDS))
        .orElseGet(() -> Future.succeededFuture(List.<SalvageEntry>of()));
  }

  /** A service with its ways to the world. */
  public WatchedService service(ServiceSettings service) {
    return new WatchedService(
        service.name(), terms(service), probe(service), platform(service), schema(service));
  }

  private Optional<Platform> platform(ServiceSettings service) {
    return service.platform().map(p -> platforms.of(service.name(), p));
  }

  private Optional<Schema> schema(ServiceSettings service) {
    return service.migrations().flatMap(m -> m.database().map(u -> migrated(u, m)));
  }

  /**
   * A service that is configured otherwise; what does not depend on the difference stays the same
   * object, so that counters go on where they were.
   *
   * @param next how it is configured now
   * @param before how it was
   * @param running what was made of that
   */
  public WatchedService service(
      ServiceSettings next, ServiceSettings before, WatchedService running) {
    boolean isSameDatabase = next.migrations().equals(before.migrations());
    boolean isSamePlatform = next.platform().equals(before.platform());
    if (!isSameDatabase) {
      // Its limits are those of its first settings: a database that is set otherwise is a new one.
      next.migrations().flatMap(MigrationSettings::database).ifPresent(schemas::remove);
    }
    boolean isMeasuredAlike =
        isSameDatabase
            && isSamePlatform
            && next.source().equals(before.source())
            && next.rules().equals(before.rules())
            && next.schedule().timeout().equals(before.schedule().timeout());
    return new WatchedService(
        next.name(),
        terms(next),
        isMeasuredAlike ? running.probe() : probe(next),
        isSamePlatform ? running.platform() : platform(next),
        isSameDatabase ? running.schema() : schema(next));
  }

  /** These are all services from now on: databases of others are not looked after any more. */
  public void retain(Collection<ServiceSettings> services) {
    schemas
        .keySet()
        .retainAll(services.stream().flatMap(Assembly::databases).collect(Collectors.toSet()));
  }

  private static Stream<Secret> databases(ServiceSettings service) {
    return Stream.concat(
        service.source().database().stream(),
        service.migrations().flatMap(MigrationSettings::database).stream());
  }

  /** The database of migrations that Ripcord runs, or another tool. */
  private Schema migrated(Secret url, MigrationSettings migrations) {
    PostgresSchema plain = schema(url, Optional.of(migrations));
    Optional<ManagedToolFiles> kept = ToolFolder.of(migrations, migrations.dir());
    if (kept.isPresent()) {
      return new ManagedToolSchema(
          vertx,
          Database.of(url),
          plain,
          kept.get(),
          MigrationLimits.of("ripcord", Optional.of(migrations)),
          clocks.nanos());
    }
    return migrations.tool() == Tool.NATIVE
        ? plain
        : new ToolSchema(
            vertx,
            Database.of(url),
            plain,
            new ToolSchema.Means(migrations.tool(), migrations.down(), notes()),
            MigrationSetup.of("ripcord"),
            clocks.nanos());
  }

  public Probe probe(ServiceSettings service) {
    SourceSettings source =
        service
            .platform()
            .filter(PlatformSettings.Kubernetes.class::isInstance)
            .map(PlatformSettings.Kubernetes.class::cast)
            .map(service.source()::withPodsOf)
            .orElse(service.source());
    Optional<Secret> url =
        source.database().or(() -> service.migrations().flatMap(MigrationSettings::database));
    Optional<Supplier<Future<DatabaseState>>> state =
        url.map(
                u ->
                    schema(
                        u, service.migrations().filter(m -> m.database().equals(Optional.of(u)))))
            .map(s -> s::state);
    Optional<Supplier<Future<Optional<ContainerUsage>>>> container =
        service
            .platform()
            .filter(
                settings ->
                    settings instanceof PlatformSettings.Docker
                        || settings instanceof PlatformSettings.Compose)
            .map(settings -> platforms.of(service.name(), settings))
            .map(platform -> platform::usage);
    return probes.probe(source, service.schedule().timeout(), service.rules(), state, container);
  }

  private PostgresSchema schema(Secret url, Optional<MigrationSettings> migrations) {
    return schemas.computeIfAbsent(
        url,
        u -> {
          PostgresSchema schema =
              new PostgresSchema(
                  vertx,
                  Database.of(u),
                  MigrationLimits.of("ripcord", migrations),
                  migrations.flatMap(MigrationSettings::application),
                  clocks.nanos(),
                  migrations.map(MigrationSettings::losses).map(SalvageRules::of));
          endings.add(() -> await(schema.close()));
          return schema;
        });
  }

  private ServicePolicy terms(ServiceSettings service) {
    Optional<MigrationSettings> migrations = service.migrations();
    Policy policy =
        new Policy(
            service.rollback().order(),
            service.rollback().stopFirst(),
            migrations
                .map(m -> Policy.Backup.valueOf(m.backup().name()))
                .orElse(Policy.Backup.AUTO),
            Policy.Scope.BOTH,
            service.rollback().verify(),
            service.rules().breaches().needed(),
            service.rollback().stepDeadline(),
            migrations
                .filter(MigrationSettings::isRunHere)
                .map(m -> Policy.Losses.valueOf(m.losses().act().name()))
                .orElse(Policy.Losses.DEFER),
            migrations
                .map(m -> Policy.BackupOf.valueOf(m.backupOf().name()))
                .orElse(Policy.BackupOf.DATABASE),
            service
                .rollback()
                .approval()
                .map(
                    asked ->
                        new Policy.Answer(
                            asked.within(), asked.otherwise() == WatchSpec.Otherwise.ROLLBACK))
                .orElseGet(() -> new Policy.Answer(service.schedule().bake(), false)));
    return new ServicePolicy(
        service.rules(),
        service.schedule().interval(),
        service.schedule().afterBreach(),
        service.schedule().warmUp(),
        service.schedule().bake(),
        service.rollback().approval(),
        policy,
        service.rollback().databaseAway(),
        migrations.flatMap(MigrationSettings::application).isPresent(),
        settings.data().resolve("backups"));
  }

  /** Something to be ended with the rest, before what was made earlier. */
  public void ending(Runnable ending) {
    endings.add(ending);
  }

  /**
   * Takes everything apart, the youngest first; the second call waits for the first. Another thread
   * may still be making something: that is taken apart too.
   */
  public synchronized void close() {
    closed = true;
    synchronized (opening) {
      for (Runnable next = endings.pollLast(); next != null; next = endings.pollLast()) {
        end(next);
      }
    }
  }

  /** One that fails keeps no other from being ended. */
  private static void end(Runnable ending) {
    try {
      ending.run();
    } catch (RuntimeException e) {
      LOG.debug("what is taken apart failed", e);
    }
  }

  private static void await(Future<?> future) {
    future.<Object>mapEmpty().timeout(CLOSE_SECONDS, TimeUnit.SECONDS).otherwiseEmpty().await();
  }
}
