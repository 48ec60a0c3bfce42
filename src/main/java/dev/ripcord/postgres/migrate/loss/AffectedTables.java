package dev.ripcord.postgres.migrate.loss;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.proof.LockTaken;
import dev.ripcord.migration.proof.StoredProof;
import dev.ripcord.migration.risk.Assessment;
import dev.ripcord.migration.risk.Catalog;
import dev.ripcord.migration.risk.Forecast;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.sql.Statement;
import dev.ripcord.migration.statement.Name;
import dev.ripcord.migration.statement.SqlOperation;
import dev.ripcord.migration.undo.Deletion;
import dev.ripcord.migration.undo.Deletions;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.history.MigrationTables;
import dev.ripcord.postgres.history.ProofStore;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Which tables some downs change: those that their statements name, and those that a proof has seen
 * locked. Where a change may go on to others, by a trigger, a foreign key or a CASCADE, or a
 * statement may do anything, nobody can tell. Only reads.
 */
public final class AffectedTables {
  /** Changes nothing but what it names. */
  private static final Set<String> DEFINES =
      Set.of("alter", "drop", "create", "comment", "set", "reset", "grant", "revoke");

  private static final String PASSED_ON =
      """
      SELECT c.oid::regclass::text AS name FROM pg_class c WHERE c.oid = ANY ($1::bigint[]::oid[])
        AND (EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND confrelid = c.oid
            AND (confdeltype IN ('c', 'n', 'd') OR confupdtype IN ('c', 'n', 'd')))
          OR EXISTS (SELECT FROM pg_trigger WHERE tgrelid = c.oid AND NOT tgisinternal))
      ORDER BY 1 LIMIT 1
      """;

  /** With all partitions and heirs. */
  private static final String WHOLE =
      """
      WITH RECURSIVE tree (oid) AS (SELECT unnest($1::bigint[])::oid
        UNION SELECT i.inhrelid FROM pg_inherits i JOIN tree ON i.inhparent = tree.oid)
      SELECT n.nspname::text AS schema, c.relname::text AS name, c.relkind = 'r' AS own
      FROM pg_class c JOIN tree USING (oid) JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') ORDER BY 1, 2
      """;

  private final MigrationSession session;
  private final MigrationTables tables;
  private final Function<Statement, List<SqlOperation>> reader;

  /** What was found. */
  public sealed interface Result {
    /** These, at least one. */
    record Known(List<Place> places) implements Result {
      public Known {
        places = List.copyOf(places);
      }
    }

    /**
     * It cannot be told.
     *
     * @param why for people
     */
    record Unknown(String why) implements Result {}
  }

  /**
   * A table.
   *
   * @param hasRows whether it has rows of its own, which a partitioned one has not
   */
  public record Place(String schema, String name, boolean hasRows) {}

  /** It cannot be told. */
  private static final class NotKnown extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String why;

    NotKnown(String why) {
      super(why);
      this.why = why;
    }
  }

  /**
   * For a session that is used for nothing else meanwhile.
   *
   * @param reader what a statement asks for
   */
  public AffectedTables(
      MigrationSession session,
      MigrationTables tables,
      Function<Statement, List<SqlOperation>> reader) {
    this.session = session;
    this.tables = tables;
    this.reader = reader;
  }

  /**
   * The tables of all of them together.
   *
   * @param catalog the database as it stands
   * @param downs in the order in which they are reverted
   */
  public Result of(Catalog catalog, List<Applied> downs) {
    Set<Long> found = new TreeSet<>();
    try {
      List<StoredProof> proofs = new ProofStore(tables).read(session);
      Forecast forecast = Forecast.of(catalog, reader);
      for (Applied down : downs) {
        Script script = Script.parse(down.down().orElse(""));
        Set<Long> own = named(catalog, forecast.run(script), script, down.label());
        proofs.stream()
            .filter(each -> each.isOf(down.checksum(), down.downChecksum().orElse("")))
            .flatMap(each -> each.locks().stream())
            .filter(lock -> lock.direction().equals("down"))
            .map(LockTaken::table)
            .forEach(name -> relation(catalog, name).ifPresent(own::add));
        passedOn(script, own, down.label());
        found.addAll(own);
      }
    } catch (NotKnown e) {
      return new Result.Unknown(e.why);
    }
    List<Place> places =
        session.ask(WHOLE, (Object) found.toArray(Long[]::new)).stream()
            .map(
                row ->
                    new Place(
                        row.getString("schema"), row.getString("name"), row.getBoolean("own")))
            .toList();
    return places.isEmpty()
        ? new Result.Unknown("the downs name no table")
        : new Result.Known(places);
  }

  /** What the statements say. */
  private Set<Long> named(Catalog catalog, Assessment assessment, Script script, String label) {
    if (!assessment.problems().isEmpty()) {
      throw notKnown(label, assessment.problems().getFirst());
    }
    Set<Long> found = new TreeSet<>();
    assessment.effects().stream()
        .flatMap(effect -> effect.table().stream())
        .forEach(name -> relation(catalog, name).ifPresent(found::add));
    for (Deletion.Placed placed : new Deletions(reader).next(script)) {
      if (placed.searchPath().isPresent()) {
        throw notKnown(label, "it sets search_path");
      }
      switch (placed.deletion()) {
        case Deletion.Rows rows -> relation(catalog, rows.table()).ifPresent(found::add);
        case Deletion.Values values -> relation(catalog, values.table()).ifPresent(found::add);
        case Deletion.Some some -> relation(catalog, some.table()).ifPresent(found::add);
        case Deletion.Conversion type -> relation(catalog, type.table()).ifPresent(found::add);
        case Deletion.SchemaRows rows ->
            throw notKnown(label, "it drops the schema " + rows.schema());
        case Deletion.ExtensionRows rows ->
            throw notKnown(label, "it drops the extension " + rows.extension());
        case Deletion.Unknown unknown -> throw notKnown(label, unknown.why());
      }
    }
    return found;
  }

  /** What changes rows may change those of other tables too. */
  private void passedOn(Script script, Set<Long> found, String label) {
    boolean changes = false;
    for (Statement statement : script.work()) {
      String word = statement.firstWord();
      changes |= !DEFINES.contains(word);
      if (statement.text().toLowerCase(Locale.ROOT).contains("cascade")
          && !isDropOfTables(statement)) {
        throw notKnown(label, "it has a CASCADE");
      }
    }
    if (changes) {
      session.ask(PASSED_ON, (Object) found.toArray(Long[]::new)).stream()
          .findFirst()
          .ifPresent(
              row -> {
                throw notKnown(
                    label,
                    "a trigger or a foreign key of "
                        + row.getString("name")
                        + " may change other tables");
              });
    }
  }

  /** Of other tables that takes constraints and views along, and no rows. */
  private boolean isDropOfTables(Statement statement) {
    return statement.firstWord().equals("drop")
        && reader.apply(statement).stream()
            .allMatch(
                each ->
                    each instanceof SqlOperation.Drop drop
                        && drop.thing() == SqlOperation.Thing.TABLE);
  }

  private static NotKnown notKnown(String label, String why) {
    return new NotKnown("which tables the down of " + label + " changes cannot be told: " + why);
  }

  private static Optional<Long> relation(Catalog catalog, String name) {
    return catalog.relation(name).map(Catalog.Relation::id);
  }

  private static Optional<Long> relation(Catalog catalog, Name name) {
    return relation(catalog, name.schema().map(schema -> schema + ".").orElse("") + name.name());
  }
}
