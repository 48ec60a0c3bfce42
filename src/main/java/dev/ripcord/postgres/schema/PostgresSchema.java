package dev.ripcord.postgres.schema;

import static java.util.stream.Collectors.joining;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.ripcord.health.DatabaseState;
import dev.ripcord.migration.Applied;
import dev.ripcord.migration.History;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.proof.RevertCost;
import dev.ripcord.migration.risk.DownImpact;
import dev.ripcord.migration.selection.MigrationSelection;
import dev.ripcord.migration.selection.RevertSelection;
import dev.ripcord.port.Permit;
import dev.ripcord.port.Schema;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.ProgressPace;
import dev.ripcord.postgres.catalog.CatalogReader;
import dev.ripcord.postgres.dump.DumpFile;
import dev.ripcord.postgres.history.AuditReader;
import dev.ripcord.postgres.history.MigrationHistory;
import dev.ripcord.postgres.history.MigrationRan;
import dev.ripcord.postgres.history.MigrationSetup;
import dev.ripcord.postgres.history.MigrationTables;
import dev.ripcord.postgres.history.RunMetadata;
import dev.ripcord.postgres.migrate.MigrationRunner;
import dev.ripcord.postgres.migrate.ProgressListener;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import dev.ripcord.postgres.migrate.lock.BlockerRights;
import dev.ripcord.postgres.migrate.lock.RunnerFence;
import dev.ripcord.postgres.migrate.loss.AffectedTables;
import dev.ripcord.postgres.migrate.loss.DownLosses;
import dev.ripcord.postgres.migrate.loss.MissingRights;
import dev.ripcord.postgres.migrate.loss.RevertCostReader;
import dev.ripcord.postgres.migrate.salvage.SalvageArchive;
import dev.ripcord.postgres.migrate.salvage.SalvageEntry;
import dev.ripcord.postgres.migrate.salvage.SalvageRule;
import dev.ripcord.postgres.migrate.salvage.StageTwo;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.DownRights;
import dev.ripcord.rollback.Salvaged;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service's PostgreSQL: its migrations, its sessions, a backup, and whether it answers. It opens
 * its connections when they are first needed and gives them back with {@link #close}. May be called
 * from any thread; never blocks.
 */
public final class PostgresSchema implements Schema {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresSchema.class);
  private static final int POOL_SIZE = 2;

  /** Who waits for a plan waits for a rollback. */
  private static final Duration COUNTING = Duration.ofSeconds(3);

  private final Vertx vertx;
  private final Database database;
  private final Optional<String> application;
  private final MigrationTables tables;
  private final MigrationHistory history;
  private final AuditReader audit;
  private final MigrationRunner runner;
  private final DatabasePing ping;
  private final LongSupplier nanos;
  private final MigrationSetup.Blockers blockers;
  private final Optional<SalvageRule> salvage;

  @GuardedBy("this")
  private @Nullable Pool pool;

  /** One that keeps nothing of what a down destroys. */
  public PostgresSchema(
      Vertx vertx,
      Database database,
      MigrationSetup setup,
      Optional<String> application,
      LongSupplier nanos) {
    this(vertx, database, setup, application, nanos, Optional.empty());
  }

  /**
   * Opens nothing yet.
   *
   * @param setup the limits, and the schema of the history
   * @param application the {@code application_name} of the service's own sessions, where it is
   *     known
   * @param nanos a clock for durations, as {@code System::nanoTime}
   * @param salvage how what a down destroys is kept; empty where it is not
   */
  public PostgresSchema(
      Vertx vertx,
      Database database,
      MigrationSetup setup,
      Optional<String> application,
      LongSupplier nanos,
      Optional<SalvageRule> salvage) {
    this.salvage = salvage;
    this.blockers = setup.blockers();
    this.vertx = vertx;
    this.database = database;
    this.application = application;
    this.nanos = nanos;
    this.tables = new MigrationTables(setup.schema());
    this.history = new MigrationHistory(tables);
    this.audit = new AuditReader(tables);
    this.runner = new MigrationRunner(vertx, database, setup, nanos, step -> {});
    this.ping = new DatabasePing(vertx, database, nanos);
  }

  @Override
  public Future<List<Applied>> applied() {
    return history.records(pool()).map(MigrationHistory::applied).recover(this::explained);
  }

  @Override
  public Future<List<RevertCost>> waysBack(List<Applied> migrations) {
    return migrations.isEmpty()
        ? Future.succeededFuture(List.of())
        : database.onThread(
            "ways back",
            () -> {
              try (MigrationSession session = MigrationSession.open(vertx, database)) {
                return counted(
                    session,
                    new RevertCostReader(session, tables, nanos).read(migrations),
                    migrations);
              }
            });
  }

  @Override
  public Future<List<DownImpact>> impacts(List<Applied> migrations) {
    return migrations.isEmpty() || salvage.isEmpty()
        ? Future.succeededFuture(List.of())
        : new CatalogReader(vertx, database)
            .read()
            .compose(
                catalog ->
                    database.onThread(
                        "impacts of downs",
                        () -> {
                          try (MigrationSession session = MigrationSession.open(vertx, database)) {
                            return new DownImpactReader(session, tables, salvage.get())
                                .read(catalog, migrations);
                          }
                        }));
  }

  @Override
  public Future<DownRights> rights(List<Applied> migrations) {
    boolean needsNone = migrations.isEmpty() || salvage.isEmpty();
    return needsNone && blockers == MigrationSetup.Blockers.SHOW
        ? Future.succeededFuture(DownRights.NONE)
        : database.onThread(
            "rights",
            () -> {
              try (MigrationSession session = MigrationSession.open(vertx, database)) {
                return new DownRights(
                    forbidden(session, migrations),
                    BlockerRights.missing(session, blockers, application));
              }
            });
  }

  private Map<Version, String> forbidden(MigrationSession session, List<Applied> migrations) {
    Map<Version, String> forbidden = new HashMap<>();
    salvage
        .map(rule -> new MissingRights(session, rule.reader()))
        .ifPresent(
            rights ->
                migrations.forEach(
                    each ->
                        rights.of(each).ifPresent(what -> forbidden.put(each.version(), what))));
    return forbidden;
  }

  /** What is not verified says by its statements what it would delete now. */
  private List<RevertCost> counted(
      MigrationSession session, List<RevertCost> ways, List<Applied> migrations) {
    if (salvage.isEmpty() || ways.stream().allMatch(way -> way.proof().isPresent())) {
      return ways;
    }
    List<List<String>> counted =
        new DownLosses(session, tables, nanos, salvage.get().reader())
            .counted(migrations, COUNTING);
    List<RevertCost> all = new ArrayList<>();
    for (int i = 0; i < ways.size(); i++) {
      all.add(ways.get(i).counted(counted.get(i)));
    }
    return all;
  }

  @Override
  public Future<Reverted> down(Applied migration, String release, Permit permit) {
    return down(migration, release, permit, line -> {});
  }

  @Override
  public Future<Reverted> down(
      Applied migration, String release, Permit permit, Consumer<String> meanwhile) {
    return reverted(
        runner.telling(listener(meanwhile)),
        past -> one(past, migration),
        migration,
        release,
        permit);
  }

  /** Writes what takes long to the log too, and neither each second. */
  ProgressListener listener(Consumer<String> meanwhile) {
    ProgressPace pace = new ProgressPace(nanos);
    return new ProgressListener(
        step -> {},
        progress -> {
          if (pace.isDue(progress)) {
            LOG.info("{}", progress.line());
            meanwhile.accept(progress.line());
          }
        });
  }

  /** Reverts one migration and keeps what it destroys, where that is wanted. */
  Future<Reverted> reverted(
      MigrationRunner by,
      Function<History, MigrationSelection<Applied>> chosen,
      Applied migration,
      String release,
      Permit permit) {
    RunMetadata note = RunMetadata.rollback(release, permit);
    List<SalvageEntry> kept = new CopyOnWriteArrayList<>();
    List<String> back = new CopyOnWriteArrayList<>();
    StageTwo stage = StageTwo.DROPS.restoring(StageTwo.Restore.WHAT_FITS).telling(back::add);
    return by.stageTwo(stage)
        .down(
            chosen,
            note,
            permit.revoked(),
            salvage.filter(SalvageRule::keeps).map(rule -> rule.telling(kept::add)))
        .compose(outcome -> line(migration, outcome))
        .map(line -> reverted(line, kept, back));
  }

  private static Reverted reverted(String line, List<SalvageEntry> kept, List<String> back) {
    String more =
        Stream.concat(kept.stream().map(SalvageEntry::line), back.stream())
            .map(each -> "; " + each)
            .collect(joining());
    return new Reverted(
        line + more,
        kept.stream()
            .map(
                each ->
                    new Salvaged(
                        each.id(),
                        each.place(),
                        each.kind() == SalvageEntry.Kind.COLUMN,
                        each.rows()))
            .toList());
  }

  /** Exactly one migration, on which nothing else may stand; nothing when it is reverted. */
  private static MigrationSelection<Applied> one(History past, Applied migration) {
    Optional<Applied> found =
        past.applied().stream().filter(each -> each.order() == migration.order()).findFirst();
    if (found.isEmpty()) {
      return new MigrationSelection.Chosen<>(List.of(migration));
    }
    List<String> onTop =
        past.applied().stream()
            .filter(each -> each.order() > migration.order())
            .map(each -> each.label() + " was applied on top; revert it first")
            .toList();
    List<String> reasons =
        onTop.isEmpty() ? RevertSelection.blocker(migration).stream().toList() : onTop;
    return MigrationSelection.of(List.of(migration), reasons);
  }

  /** How the reverting of one migration ended, in words. */
  static Future<String> line(Applied migration, MigrationOutcome outcome) {
    return switch (outcome) {
      case MigrationOutcome.Done done -> Future.succeededFuture(line(migration, done));
      case MigrationOutcome.Refused refused ->
          Future.failedFuture(new SchemaException(String.join("; ", refused.reasons())));
      case MigrationOutcome.Failed failed -> Future.failedFuture(failure(failed));
    };
  }

  static SchemaException failure(MigrationOutcome.Failed failed) {
    return switch (failed.left()) {
      case NOTHING -> new SchemaException(failed.message());
      case PART -> SchemaException.partly(failed.message());
      case UNKNOWN -> SchemaException.unanswered(failed.message());
    };
  }

  private static String line(Applied migration, MigrationOutcome.Done done) {
    boolean before = done.steps().isEmpty() || done.steps().getFirst().already();
    String how =
        before
            ? migration.label() + " was reverted already"
            : migration.label()
                + " reverted in "
                + done.steps().getFirst().took().toMillis()
                + " ms";
    String remarks =
        Stream.concat(
                done.steps().stream().limit(1).flatMap(step -> step.waits().stream()),
                done.remarks().stream())
            .map(remark -> remark.replaceFirst("\n", " ").replace("\n", "; "))
            .collect(joining("; "));
    return remarks.isEmpty() ? how : how + "; " + remarks;
  }

  @Override
  public Future<Optional<String>> otherJournal(String journal, ServiceName service) {
    return RunnerFence.otherJournal(pool(), tables, journal, service).recover(this::explained);
  }

  @Override
  public Future<String> drained(Instant before, Duration budget, Permit permit) {
    return application.isEmpty()
        ? Future.succeededFuture(
            "sessions of the old and the new version cannot be distinguished: no application name"
                + " is configured")
        : new DatabaseDrain(vertx, pool(), application.get(), nanos)
            .drained(before, budget, permit.revoked())
            .recover(this::explained);
  }

  @Override
  public Future<Optional<Instant>> clock() {
    return pool()
        .query("SELECT clock_timestamp()")
        .execute()
        .map(rows -> Optional.of(rows.iterator().next().getOffsetDateTime(0).toInstant()))
        .recover(this::explained);
  }

  @Override
  public Future<Optional<String>> backupBlocker() {
    return dump().blocker(List.of(), application).recover(this::explained);
  }

  @Override
  public Future<Optional<String>> backupOfTablesBlocker(List<Applied> downs) {
    return affected(downs)
        .compose(
            found ->
                dump()
                    .blocker(
                        found instanceof AffectedTables.Result.Known(var places)
                            ? parts(places)
                            : List.of(),
                        application))
        .recover(this::explained);
  }

  @Override
  public Future<String> backup(Path file, Permit permit) {
    return dump().write(file, permit.revoked()).recover(this::explained);
  }

  @Override
  public Future<String> backupOfTables(Path file, List<Applied> downs, Permit permit) {
    return affected(downs)
        .compose(
            found ->
                switch (found) {
                  case AffectedTables.Result.Known(List<AffectedTables.Place> places) ->
                      dump().write(file, parts(places), permit.revoked());
                  case AffectedTables.Result.Unknown(String why) ->
                      dump()
                          .write(file, permit.revoked())
                          .map(line -> line + "; of the whole database: " + why);
                })
        .recover(this::explained);
  }

  private static List<DumpFile.Part> parts(List<AffectedTables.Place> places) {
    return places.stream()
        .map(each -> new DumpFile.Part(each.schema(), each.name(), each.hasRows()))
        .toList();
  }

  private Future<AffectedTables.Result> affected(List<Applied> downs) {
    if (salvage.isEmpty()) {
      return Future.succeededFuture(
          new AffectedTables.Result.Unknown("which tables the downs change is not known"));
    }
    return new CatalogReader(vertx, database)
        .read()
        .compose(
            catalog ->
                database.onThread(
                    "tables of downs",
                    () -> {
                      try (MigrationSession session = MigrationSession.open(vertx, database)) {
                        return new AffectedTables(session, tables, salvage.get().reader())
                            .of(catalog, downs);
                      }
                    }));
  }

  private DumpFile dump() {
    return new DumpFile(vertx, database, pool(), nanos);
  }

  /**
   * Deletes for good what a stage 2 has dropped and whose time is over.
   *
   * @param by who does it
   */
  public Future<List<SalvageEntry>> purgeDue(String by) {
    return new SalvageArchive(vertx, database, tables.schema()).purgeDue(by);
  }

  /** What stage 2 has dropped and still keeps, oldest first. */
  public Future<List<SalvageEntry>> keptOfStageTwo() {
    return runner.kept();
  }

  /** Whether the database answers, for a health sample. Never fails. */
  public Future<DatabaseState> state() {
    return ping.state();
  }

  /**
   * What others than a rollback have run here, oldest first and at most 10,000 of them.
   *
   * @param after only what stands behind this place in the audit
   * @param within only what is younger than this
   */
  public Future<List<MigrationRan>> ran(long after, Duration within) {
    return audit.after(pool(), after, within).recover(this::explained);
  }

  /** Gives the connections back. Nothing may be called afterwards. */
  public synchronized Future<Void> close() {
    Future<Void> closed = pool == null ? Future.succeededFuture() : pool.close();
    pool = null;
    return Future.join(closed, ping.close()).mapEmpty();
  }

  private synchronized Pool pool() {
    if (pool == null) {
      PoolOptions options =
          new PoolOptions()
              .setMaxSize(POOL_SIZE)
              .setConnectionTimeout((int) database.connectTimeout().toSeconds())
              .setConnectionTimeoutUnit(TimeUnit.SECONDS)
              .setIdleTimeout(30)
              .setIdleTimeoutUnit(TimeUnit.SECONDS);
      pool = PgBuilder.pool().with(options).connectingTo(database.options()).using(vertx).build();
    }
    return pool;
  }

  private <T> Future<T> explained(Throwable failure) {
    return Future.failedFuture(database.explain(failure));
  }
}
