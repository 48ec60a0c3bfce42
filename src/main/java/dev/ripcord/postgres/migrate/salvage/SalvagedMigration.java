package dev.ripcord.postgres.migrate.salvage;

import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.sql.Statement;
import dev.ripcord.migration.statement.Name;
import dev.ripcord.migration.statement.SqlOperation;
import dev.ripcord.migration.undo.Deletion;
import dev.ripcord.migration.undo.Deletions;
import dev.ripcord.migration.undo.LiveSql;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.PreconditionFailure;
import dev.ripcord.postgres.StatementFailure;
import dev.ripcord.postgres.history.MigrationTables;
import dev.ripcord.postgres.migrate.salvage.DataSnapshot.Target;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One migration that loses nothing, the down of a rollback or the up of a stage 2: what it destroys
 * is kept in its own transaction.
 *
 * <p>The text says what to expect; what it really did is read from the database itself before the
 * commit: tables and columns that are gone, tables that were emptied or written anew, rows that
 * were changed or deleted, by whatever cascade, trigger or block. Where something of it was not
 * kept, all of it is undone and done again with that kept too. Used by the thread of a run.
 */
public final class SalvagedMigration {
  /**
   * What comes first in the transaction, whatever the file or the role's settings say: under
   * another level what was committed while a lock was waited for would be destroyed unseen.
   */
  public static final String ISOLATION = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED";

  private static final int ATTEMPTS_MAX = 5;

  /** Each time the copy is newer, but what has to be read under the lock is as large. */
  private static final int HELD_MAX = 3;

  private static final String DEPENDENTS = "2BP01";

  private static final String COLUMN =
      """
      SELECT a.attrelid::bigint AS oid, a.attnum::int AS number FROM pg_attribute a
      WHERE a.attrelid = to_regclass($1) AND a.attname = $2::text::name AND NOT a.attisdropped
        AND a.attgenerated = ''
      """;
  private static final String ELSEWHERE =
      """
      WITH RECURSIVE tree (oid) AS (SELECT to_regclass($1)::oid
        UNION SELECT i.inhrelid FROM tree JOIN pg_inherits i ON i.inhparent = tree.oid)
      SELECT FROM tree JOIN pg_class c ON c.oid = tree.oid WHERE c.relkind = 'f' LIMIT 1
      """;
  private static final String COUNTS = "SELECT current_setting('track_counts'), current_user::text";

  private final MigrationTables tables;
  private final SalvageRule rule;
  private final boolean acceptsLoss;
  private final SalvageManifest.Origin origin;
  private final Script script;
  private final Set<Target> targets = new LinkedHashSet<>();
  private final Map<Target, SalvageStore.Ahead> ahead = new HashMap<>();
  private final CopySize sizes = new CopySize();

  /** What cannot be kept and may be lost, with the reason. */
  private final Map<Target, String> givenUp = new HashMap<>();

  private Optional<String> keepsNothing = Optional.empty();
  private boolean moves = true;
  private int attempts;
  private int held;
  private boolean prepares;

  private SalvagedMigration(
      MigrationTables tables,
      SalvageRule rule,
      boolean acceptsLoss,
      SalvageManifest.Origin origin,
      Script script) {
    this.tables = tables;
    this.rule = rule;
    this.acceptsLoss = acceptsLoss;
    this.origin = origin;
    this.script = script;
  }

  /**
   * The down of one migration in a rollback.
   *
   * @param release which is rolled back, for the manifest
   * @param label of the migration
   */
  public static SalvagedMigration down(
      MigrationTables tables,
      SalvageRule rule,
      Optional<String> release,
      String label,
      Script script) {
    return new SalvagedMigration(
        tables, rule, false, new SalvageManifest.Origin(release, label, Optional.empty()), script);
  }

  /**
   * The up of one migration of stage 2.
   *
   * @param rule how it is kept
   * @param stage for how long, and whether what cannot be kept may be lost
   * @param release that it belongs to, for the manifest
   * @param label of the migration
   */
  public static SalvagedMigration up(
      MigrationTables tables,
      SalvageRule rule,
      StageTwo stage,
      Optional<String> release,
      String label,
      Script script) {
    return new SalvagedMigration(
        tables,
        rule,
        stage.acceptsLoss(),
        new SalvageManifest.Origin(release, label, Optional.of(stage.grace())),
        script);
  }

  /** Something would have been destroyed that was not kept: all is undone, and done again. */
  private static final class MoreToKeep extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** What was to be read under a lock took longer than others may be kept waiting for it. */
  static final class HeldTooLong extends RuntimeException {
    private static final long serialVersionUID = 1L;

    HeldTooLong(String text) {
      super(text);
    }
  }

  /** Something cannot be kept and may be lost: all is undone, and done again without it. */
  private static final class LessToKeep extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Copies what takes long while everybody goes on writing. Before an attempt, and outside of a
   * transaction: before the first, and before each one that {@link #wantsToPrepare}.
   */
  public void prepare(MigrationSession session) {
    try {
      copyAhead(session);
    } catch (PreconditionFailure why) {
      if (!acceptsLoss) {
        throw refusal(why);
      }
      keepsNothing = Optional.of(why.getMessage());
    }
  }

  private void copyAhead(MigrationSession session) {
    SalvageManifest manifest = new SalvageManifest(session, tables);
    manifest.tidy();
    SalvageStore store =
        new SalvageStore(session, manifest, rule, origin.grace().isPresent(), sizes);
    SnapshotReader reader = new SnapshotReader(session, tables.schema());
    ahead.clear();
    prepares = false;
    predict(session, store, reader);
    for (Target target : targets) {
      reader
          .table(target.table())
          .flatMap(from -> store.ahead(target, from, held > 0))
          .ifPresent(copied -> ahead.put(target, copied));
    }
  }

  /** Removes what was prepared for a down that was not done after all. */
  public void giveUp(MigrationSession session) {
    if (!ahead.isEmpty()) {
      new SalvageManifest(session, tables).tidy();
    }
  }

  /**
   * Runs what a down says, within its transaction.
   *
   * @see #attempt
   */
  public interface Work {
    /** Runs one statement. */
    void one(Statement statement);

    /** Runs statements one after the other, without an answer awaited between them. */
    void all(List<Statement> statements);

    /** Does what may have to wait for a lock, and says who is in the way while it waits. */
    void waiting(String what, Runnable work);

    /** How long a writer may be kept waiting for a lock. */
    Duration lockTimeout();

    /** A clock for durations. */
    long nanos();

    /** Sends what ends what the statements have set, and has deferred constraints speak. */
    Future<?> settle();
  }

  /**
   * The migration, once, within a transaction.
   *
   * @param session on which the transaction is open
   * @param statements of the migration
   * @return what was kept
   */
  public List<SalvageEntry> attempt(
      MigrationSession session, List<Statement> statements, Work work) {
    if (keepsNothing.isPresent()) {
      work.all(statements);
      var _ = session.await(work.settle());
      return List.of();
    }
    try {
      return keeping(session, statements, work);
    } catch (PreconditionFailure why) {
      if (!acceptsLoss) {
        throw refusal(why);
      }
      keepsNothing = Optional.of(why.getMessage());
      throw new LessToKeep();
    }
  }

  /** A refusal says what would let it pass. */
  private PreconditionFailure refusal(PreconditionFailure why) {
    if (origin.grace().isPresent()) {
      return new PreconditionFailure(
          why.getMessage() + ". To drop it for good all the same: --accept-loss");
    }
    return why.getMessage().startsWith("rows cannot be kept")
        ? new PreconditionFailure(why.getMessage() + ", or set migrations.losses.act: defer")
        : why;
  }

  /** What was dropped for good, since it could not be kept; for people. */
  public List<String> lost() {
    List<String> lines = new ArrayList<>();
    keepsNothing.ifPresent(
        why -> lines.add("nothing was kept of " + origin.migration() + ": " + why));
    givenUp.values().forEach(why -> lines.add("not kept: " + why));
    return lines;
  }

  private List<SalvageEntry> keeping(
      MigrationSession session, List<Statement> statements, Work work) {
    SalvageManifest manifest = new SalvageManifest(session, tables);
    SalvageStore store =
        new SalvageStore(session, manifest, rule, origin.grace().isPresent(), sizes);
    SnapshotReader reader = new SnapshotReader(session, tables.schema());
    Future<RowSet<Row>> counts = session.later(COUNTS);
    SnapshotReader.Asked asked = reader.ask();
    Row now = session.await(counts).iterator().next();
    if (now.getString(0).equals("off")) {
      throw new PreconditionFailure(
          "rows cannot be kept: track_counts is off, so nobody can tell what the %s changes. Set it on (it is by default)"
              .formatted(origin.grace().isPresent() ? "up" : "down"));
    }
    DataSnapshot before = reader.read(asked);
    List<SalvageStore.Copy> copies = new ArrayList<>();
    for (Target target : targets) {
      Optional.ofNullable(before.tables().get(target.table()))
          .filter(from -> !givenUp.containsKey(target))
          .flatMap(from -> copy(store, target, from, work))
          .ifPresent(copies::add);
    }
    Set<Long> moved = new HashSet<>();
    List<SalvageEntry> entries = new ArrayList<>();
    TableMove move =
        new TableMove(session, store, manifest, before, origin, now.getString(1), work);
    List<Statement> together = new ArrayList<>();
    for (Statement statement : statements) {
      Optional<SqlOperation.Drop> drop = dropped(statement);
      if (drop.isEmpty()) {
        together.add(statement);
        continue;
      }
      runAll(together, work);
      move.instead(drop.get(), () -> work.one(statement))
          .ifPresentOrElse(
              instead -> {
                moved.addAll(instead.tables());
                entries.addAll(instead.entries());
              },
              () -> work.one(statement));
    }
    runAll(together, work);
    Future<?> settled = work.settle();
    asked = reader.ask();
    var _ = session.await(settled);
    DataSnapshot later = reader.read(asked);
    Set<Target> missing = before.damage(later, moved);
    missing.removeIf(this::isCovered);
    missing.addAll(reader.usersOf(missing));
    missing.removeIf(target -> isCovered(target) || !before.tables().containsKey(target.table()));
    if (!missing.isEmpty()) {
      targets.addAll(missing);
      throw new MoreToKeep();
    }
    for (SalvageStore.Copy copy : copies) {
      if (moved.contains(copy.target().table())) {
        session.run("DROP TABLE " + copy.sql());
      } else {
        store.settle(copy, later, origin).ifPresent(entries::add);
      }
    }
    return entries;
  }

  /** Between two tables that may have to be moved, nothing has to be looked at. */
  private static void runAll(List<Statement> statements, Work work) {
    if (!statements.isEmpty()) {
      work.all(List.copyOf(statements));
      statements.clear();
    }
  }

  private Optional<SalvageStore.Copy> copy(
      SalvageStore store, Target target, DataSnapshot.Table from, Work work) {
    try {
      return store.copy(target, from, Optional.ofNullable(ahead.get(target)), work);
    } catch (PreconditionFailure why) {
      if (!acceptsLoss) {
        throw why;
      }
      givenUp.put(target, why.getMessage());
      throw new LessToKeep();
    }
  }

  /** Whether a failed attempt is worth another one: more is kept then, or nothing is moved. */
  public boolean isWorthAnother(RuntimeException failure) {
    if (failure instanceof HeldTooLong) {
      held++;
      prepares = held < HELD_MAX;
      return prepares;
    }
    if (failure instanceof LessToKeep) {
      return true; // Each target is given up once.
    }
    attempts++;
    if (attempts >= ATTEMPTS_MAX) {
      return false;
    }
    if (failure instanceof MoreToKeep) {
      return true;
    }
    // What a moved table still uses, such as a type, cannot be dropped: then its rows are copied.
    boolean used =
        failure instanceof StatementFailure refused && refused.sqlState().equals(DEPENDENTS);
    boolean again = used && moves;
    moves = moves && !used;
    return again;
  }

  /** Whether the next attempt wants newer copies. */
  public boolean wantsToPrepare() {
    return prepares;
  }

  /** What went wrong, for people: that more and more had to be kept is no reason of its own. */
  public RuntimeException named(RuntimeException failure) {
    if (failure instanceof HeldTooLong) {
      return new PreconditionFailure(
          "rows would be lost: %s, %d times. Run the down when less is written, or raise migrations.lock.timeout"
              .formatted(failure.getMessage(), HELD_MAX));
    }
    return failure instanceof MoreToKeep
        ? new PreconditionFailure(
            "rows would be lost: what %s destroys is another thing each time it runs, so it cannot be kept"
                .formatted(origin.migration()))
        : failure;
  }

  private boolean isCovered(Target target) {
    return targets.contains(target) || targets.contains(new Target.Rows(target.table()));
  }

  private Optional<SqlOperation.Drop> dropped(Statement statement) {
    if (!moves || !statement.firstWord().equals("drop")) {
      return Optional.empty(); // To read a statement takes longer than most take to run.
    }
    List<SqlOperation> operations = rule.reader().apply(statement);
    return operations.size() == 1
            && operations.getFirst() instanceof SqlOperation.Drop drop
            && drop.thing() == SqlOperation.Thing.TABLE
        ? Optional.of(drop)
        : Optional.empty();
  }

  /** What the text says; where that is too large to be kept, whether it is needed is seen later. */
  private void predict(MigrationSession session, SalvageStore store, SnapshotReader reader) {
    for (Deletion.Placed placed : new Deletions(rule.reader()).next(script)) {
      if (placed.searchPath().isEmpty()) {
        refuseElsewhere(session, placed.deletion());
        target(session, placed.deletion())
            .filter(
                target ->
                    reader
                        .table(target.table())
                        .filter(from -> store.tooLargeCounted(target, from).isEmpty())
                        .isPresent())
            .ifPresent(targets::add);
      }
    }
  }

  /** Nothing here tells what was changed in another server. */
  private static void refuseElsewhere(MigrationSession session, Deletion deletion) {
    if (deletion instanceof Deletion.Some some
        && !session.ask(ELSEWHERE, LiveSql.name(some.table())).isEmpty()) {
      throw new PreconditionFailure(
          "rows cannot be kept: %s is a foreign table or has one among its partitions, and what becomes of rows there is not seen here"
              .formatted(some.table()));
    }
  }

  /** What a deletion destroys a part of; empty where that is not there, or is moved whole. */
  static Optional<Target> target(MigrationSession session, Deletion deletion) {
    return switch (deletion) {
      case Deletion.Values values ->
          session.ask(COLUMN, LiveSql.name(values.table()), values.column()).stream()
              .findFirst()
              .map(row -> new Target.Values(row.getLong("oid"), row.getInteger("number")));
      case Deletion.Some some -> rows(session, some.table());
      case Deletion.Conversion conversion -> rows(session, conversion.table());
      // A dropped table is moved where that can be; what was emptied is seen afterwards.
      case Deletion.Rows ignored -> Optional.empty();
      case Deletion.SchemaRows ignored -> Optional.empty();
      case Deletion.ExtensionRows ignored -> Optional.empty();
      case Deletion.Unknown ignored -> Optional.empty();
    };
  }

  /** All rows of a table; empty where it is not there. */
  static Optional<Target> rows(MigrationSession session, Name table) {
    Row row = session.ask(SnapshotReader.OID, LiveSql.name(table)).getFirst();
    return Optional.ofNullable(row.getLong("oid")).map(Target.Rows::new);
  }
}
