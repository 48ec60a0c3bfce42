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
 * One down that loses nothing: what it destroys is kept in its own transaction.
 *
 * <p>The text says what to expect; what it really did is read from the database itself before the
 * commit: tables and columns that are gone, tables that were emptied or written anew, rows that
 * were changed or deleted, by whatever cascade, trigger or block. Where something of it was not
 * kept, all of it is undone and done again with that kept too. Used by the thread of a run.
 */
public final class SalvagedDown {
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
  private final SalvageManifest.Origin origin;
  private final Script script;
  private final Set<Target> targets = new LinkedHashSet<>();
  private final Map<Target, SalvageStore.Ahead> ahead = new HashMap<>();
  private boolean moves = true;
  private int attempts;

  /**
   * Of one migration.
   *
   * @param release which is rolled back, for the manifest
   * @param label of the migration
   */
  public SalvagedDown(
      MigrationTables tables,
      SalvageRule rule,
      Optional<String> release,
      String label,
      Script script) {
    this.tables = tables;
    this.rule = rule;
    this.origin = new SalvageManifest.Origin(release, label);
    this.script = script;
  }

  /** Something would have been destroyed that was not kept: all is undone, and done again. */
  private static final class MoreToKeep extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Copies what takes long while everybody goes on writing. Before the first attempt, and outside
   * of a transaction.
   */
  public void prepare(MigrationSession session) {
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
   * The down, once, within a transaction.
   *
   * @param session on which the transaction is open
   * @param statements of the down
   * @param run runs one of them
   * @param settle ends what the statements have set, and has deferred constraints speak
   * @return what was kept
   */
  public List<SalvageEntry> attempt(
      MigrationSession session,
      List<Statement> statements,
      Consumer<Statement> run,
      Runnable settle) {
    if (session.ask(COUNTS).getFirst().getString(0).equals("off")) {
      throw new PreconditionFailure(
          "rows cannot be kept: track_counts is off, so nobody can tell what the down changes. Set"
              + " it on (it is by default), or set migrations.losses.act: defer");
    }
    SalvageManifest manifest = new SalvageManifest(session, tables);
    SalvageStore store = new SalvageStore(session, manifest, rule);
    SnapshotReader reader = new SnapshotReader(session, tables.schema());
    DataSnapshot before = reader.read();
    List<SalvageStore.Copy> copies = new ArrayList<>();
    for (Target target : targets) {
      Optional.ofNullable(before.tables().get(target.table()))
          .flatMap(from -> store.copy(target, from, Optional.ofNullable(ahead.get(target))))
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

  /** Whether a failed attempt is worth another one: more is kept then, or nothing is moved. */
  public boolean isWorthAnother(RuntimeException failure) {
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
            "rows would be lost: what the down of %s destroys is another thing each time it runs, so it cannot be kept"
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
