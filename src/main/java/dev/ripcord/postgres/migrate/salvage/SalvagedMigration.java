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
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

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
  private static final int ATTEMPTS_MAX = 5;
  private static final String DEPENDENTS = "2BP01";

  private static final String COLUMN =
      """
      SELECT a.attrelid::bigint AS oid, a.attnum::int AS number FROM pg_attribute a
      WHERE a.attrelid = to_regclass($1) AND a.attname = $2::text::name AND NOT a.attisdropped
        AND a.attgenerated = ''
      """;
  private static final String COUNTS = "SELECT current_setting('track_counts')";

  private final MigrationTables tables;
  private final SalvageRule rule;
  private final boolean acceptsLoss;
  private final SalvageManifest.Origin origin;
  private final Script script;
  private final Set<Target> targets = new LinkedHashSet<>();
  private final Map<Target, SalvageStore.Ahead> ahead = new HashMap<>();

  /** What cannot be kept and may be lost, with the reason. */
  private final Map<Target, String> givenUp = new HashMap<>();

  private Optional<String> keepsNothing = Optional.empty();
  private boolean moves = true;
  private int attempts;

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

  /** Something cannot be kept and may be lost: all is undone, and done again without it. */
  private static final class LessToKeep extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Copies what takes long while everybody goes on writing. Before the first attempt, and outside
   * of a transaction.
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
    SalvageStore store = new SalvageStore(session, manifest, rule);
    SnapshotReader reader = new SnapshotReader(session, tables.schema());
    predict(session, store, reader);
    for (Target target : targets) {
      reader
          .table(target.table())
          .flatMap(from -> store.ahead(target, from))
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
   * The migration, once, within a transaction.
   *
   * @param session on which the transaction is open
   * @param statements of the migration
   * @param run runs one of them
   * @param settle ends what the statements have set, and has deferred constraints speak
   * @return what was kept
   */
  public List<SalvageEntry> attempt(
      MigrationSession session,
      List<Statement> statements,
      Consumer<Statement> run,
      Runnable settle) {
    if (keepsNothing.isPresent()) {
      statements.forEach(run);
      settle.run();
      return List.of();
    }
    try {
      return keeping(session, statements, run, settle);
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
      MigrationSession session,
      List<Statement> statements,
      Consumer<Statement> run,
      Runnable settle) {
    if (session.ask(COUNTS).getFirst().getString(0).equals("off")) {
      throw new PreconditionFailure(
          "rows cannot be kept: track_counts is off, so nobody can tell what the %s changes. Set it on (it is by default)"
              .formatted(origin.grace().isPresent() ? "up" : "down"));
    }
    SalvageManifest manifest = new SalvageManifest(session, tables);
    SalvageStore store = new SalvageStore(session, manifest, rule);
    SnapshotReader reader = new SnapshotReader(session, tables.schema());
    DataSnapshot before = reader.read();
    List<SalvageStore.Copy> copies = new ArrayList<>();
    for (Target target : targets) {
      Optional.ofNullable(before.tables().get(target.table()))
          .filter(from -> !givenUp.containsKey(target))
          .flatMap(from -> copy(store, target, from))
          .ifPresent(copies::add);
    }
    Set<Long> moved = new HashSet<>();
    List<SalvageEntry> entries = new ArrayList<>();
    TableMove move = new TableMove(session, store, manifest, before, origin);
    for (Statement statement : statements) {
      Optional<TableMove.Moved> instead =
          dropped(statement).flatMap(drop -> move.instead(drop, () -> run.accept(statement)));
      if (instead.isEmpty()) {
        run.accept(statement);
      } else {
        moved.addAll(instead.get().tables());
        entries.addAll(instead.get().entries());
      }
    }
    settle.run();
    DataSnapshot later = reader.read();
    Set<Target> missing = before.damage(later, moved);
    missing.removeIf(this::isCovered);
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

  private Optional<SalvageStore.Copy> copy(
      SalvageStore store, Target target, DataSnapshot.Table from) {
    try {
      return store.copy(target, from, Optional.ofNullable(ahead.get(target)));
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

  /** What went wrong, for people: that more and more had to be kept is no reason of its own. */
  public RuntimeException named(RuntimeException failure) {
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
        target(session, placed.deletion())
            .filter(
                target ->
                    reader
                        .table(target.table())
                        .filter(from -> store.tooLarge(target, from).isEmpty())
                        .isPresent())
            .ifPresent(targets::add);
      }
    }
  }

  private static Optional<Target> target(MigrationSession session, Deletion deletion) {
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

  private static Optional<Target> rows(MigrationSession session, Name table) {
    Row row = session.ask(SnapshotReader.OID, LiveSql.name(table)).getFirst();
    return Optional.ofNullable(row.getLong("oid")).map(Target.Rows::new);
  }
}
