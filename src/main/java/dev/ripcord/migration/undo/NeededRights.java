package dev.ripcord.migration.undo;

import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.sql.Statement;
import dev.ripcord.migration.statement.Name;
import dev.ripcord.migration.statement.SqlOperation;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The rights that a script needs on what is there already, as far as its statements tell. It claims
 * no more than PostgreSQL asks for: from where the script changes its role, its search path or
 * itself, nothing is said. Pure.
 */
public final class NeededRights {
  private static final Set<String> CHANGES_SESSION = Set.of("set", "reset", "discard");

  /** What is needed. */
  public enum Right {
    /** To own the relation, to be a member of the role that does, or to own its schema. */
    OWNER,
    INSERT,
    UPDATE,
    DELETE,
    TRUNCATE
  }

  /** A right on a relation. */
  public record Need(Name relation, Right right) {}

  private final Function<Statement, List<SqlOperation>> reader;

  /**
   * Reads nothing yet.
   *
   * @param reader what a statement asks for
   */
  public NeededRights(Function<Statement, List<SqlOperation>> reader) {
    this.reader = reader;
  }

  /** In the order of the statements, each once. */
  public List<Need> of(Script script) {
    Set<Need> needs = new LinkedHashSet<>();
    for (Statement statement : script.work()) {
      List<SqlOperation> operations = reader.apply(statement);
      if (CHANGES_SESSION.contains(statement.firstWord()) && !areHarmless(operations)) {
        return List.copyOf(needs);
      }
      if (operations.stream().anyMatch(SqlOperation.Opaque.class::isInstance)) {
        return List.copyOf(needs);
      }
      operations.stream().flatMap(NeededRights::needs).forEach(needs::add);
    }
    return List.copyOf(needs);
  }

  /** A {@code SET ROLE} is no setting with a name. */
  private static boolean areHarmless(List<SqlOperation> operations) {
    return operations.stream()
        .allMatch(
            each ->
                each instanceof SqlOperation.Setting setting
                    && !setting.name().toLowerCase(Locale.ROOT).equals("search_path"));
  }

  private static Stream<Need> needs(SqlOperation operation) {
    return switch (operation) {
      case SqlOperation.AlterTable alter -> owner(alter.name());
      case SqlOperation.RenameIndex rename -> owner(rename.name());
      case SqlOperation.CreateIndex create -> owner(create.table());
      case SqlOperation.DropPart part -> owner(part.table());
      case SqlOperation.Drop drop when isRelation(drop.thing()) ->
          drop.names().stream().flatMap(NeededRights::owner);
      case SqlOperation.Truncate truncate ->
          Stream.concat(truncate.tables().stream(), truncate.alone().stream())
              .map(table -> new Need(table, Right.TRUNCATE));
      case SqlOperation.Write write ->
          right(write.how()).stream().map(right -> new Need(write.table(), right));
      case SqlOperation.Drop _,
          SqlOperation.CreateTable _,
          SqlOperation.Reindex _,
          SqlOperation.Touch _,
          SqlOperation.Rebuild _,
          SqlOperation.Maintain _,
          SqlOperation.Refresh _,
          SqlOperation.TightenDomain _,
          SqlOperation.RenameType _,
          SqlOperation.RenameSchema _,
          SqlOperation.LoosenDomain _,
          SqlOperation.AlterComposite _,
          SqlOperation.Publish _,
          SqlOperation.Setting _,
          SqlOperation.Query _,
          SqlOperation.CreateView _,
          SqlOperation.Make _,
          SqlOperation.CreateDomain _,
          SqlOperation.CreateFunction _,
          SqlOperation.Other _,
          SqlOperation.Opaque _ ->
          Stream.empty();
    };
  }

  private static Stream<Need> owner(Name relation) {
    return Stream.of(new Need(relation, Right.OWNER));
  }

  private static boolean isRelation(SqlOperation.Thing thing) {
    return switch (thing) {
      case TABLE, VIEW, MATERIALIZED_VIEW, FOREIGN_TABLE, INDEX, SEQUENCE -> true;
      case SCHEMA, TYPE, DOMAIN, FUNCTION, EXTENSION, DATABASE, STATISTICS, OTHER -> false;
    };
  }

  private static Optional<Right> right(SqlOperation.Writing how) {
    return switch (how) {
      case INSERT_VALUES, INSERT_QUERY, COPY -> Optional.of(Right.INSERT);
      case UPDATE -> Optional.of(Right.UPDATE);
      case DELETE -> Optional.of(Right.DELETE);
      case MERGE -> Optional.empty();
    };
  }
}
