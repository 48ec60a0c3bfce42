package dev.ripcord.migration.risk;

import dev.ripcord.migration.risk.Catalog.Column;
import dev.ripcord.migration.risk.Catalog.Constraint;
import dev.ripcord.migration.risk.Catalog.Index;
import dev.ripcord.migration.risk.Catalog.Kind;
import dev.ripcord.migration.risk.Catalog.Relation;
import dev.ripcord.migration.risk.Catalog.Use;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A relation as it stands between two statements. */
final class Table {
  private final Relation first;
  private final String label;
  private final Map<String, Column> columns = new LinkedHashMap<>();
  private final Set<String> newColumns = new HashSet<>();
  private final List<Index> indexes = new ArrayList<>();
  private final List<Constraint> constraints = new ArrayList<>();
  private final List<Long> parents = new ArrayList<>();
  private final List<Use> uses = new ArrayList<>();
  private final boolean temporary;
  private String schema;
  private String name;
  private boolean made;
  private boolean gone;
  private boolean hasNewParts;

  /**
   * A relation as the catalog has it.
   *
   * @param label how people are told of it, whatever it is renamed to
   * @param made whether the statements at hand have made it
   */
  Table(Relation first, String label, boolean made, boolean temporary) {
    this.first = first;
    this.label = label;
    this.made = made;
    this.temporary = temporary;
    this.schema = first.schema();
    this.name = first.name();
    first.columns().forEach(column -> columns.put(column.name(), column));
    indexes.addAll(first.indexes());
    constraints.addAll(first.constraints());
    parents.addAll(first.parents());
    uses.addAll(first.uses());
  }

  Table copy() {
    Table copy = new Table(first, label, made, temporary);
    copy.schema = schema;
    copy.name = name;
    copy.gone = gone;
    copy.hasNewParts = hasNewParts;
    copy.columns.clear();
    copy.columns.putAll(columns);
    copy.newColumns.addAll(newColumns);
    copy.indexes.clear();
    copy.indexes.addAll(indexes);
    copy.constraints.clear();
    copy.constraints.addAll(constraints);
    copy.parents.clear();
    copy.parents.addAll(parents);
    copy.uses.clear();
    copy.uses.addAll(uses);
    return copy;
  }

  /** What these statements made is from now on as good as old. */
  void settle() {
    made = false;
    newColumns.clear();
  }

  long id() {
    return first.id();
  }

  String label() {
    return label;
  }

  Kind kind() {
    return first.kind();
  }

  long bytes() {
    return first.bytes();
  }

  boolean isUnlogged() {
    return first.unlogged();
  }

  Optional<String> tablespace() {
    return first.tablespace();
  }

  String accessMethod() {
    return first.accessMethod();
  }

  boolean isDefaultPartition() {
    return first.defaultPartition();
  }

  List<Use> uses() {
    return uses;
  }

  /** Whether it has a part of that kind and name; a new part of an unknown name counts as it. */
  boolean hasPart(char kind, String called) {
    return hasNewParts
        || first.parts().stream()
            .anyMatch(part -> part.kind() == kind && part.name().equals(called));
  }

  /** Whether it is a table of a composite type. */
  boolean isOf(String type) {
    return first.parts().stream().anyMatch(part -> part.kind() == 'o' && part.name().equals(type));
  }

  /** A statement has given it some part. */
  void gainPart() {
    hasNewParts = true;
  }

  boolean hasTriggers() {
    return hasNewParts
        || first.parts().stream().anyMatch(part -> part.kind() == 't' || part.kind() == 'i');
  }

  /**
   * Whether nobody else can hold or want it: what is made in the same file, or temporary. What a
   * query gave it or another table lent it may not all be known.
   */
  boolean isOwn() {
    return made || temporary;
  }

  boolean hasRows() {
    return kind() == Kind.TABLE || kind() == Kind.MATERIALIZED;
  }

  boolean isGone() {
    return gone;
  }

  void drop() {
    gone = true;
  }

  boolean is(String inSchema, String called) {
    return !gone && schema.equals(inSchema) && name.equals(called);
  }

  String schema() {
    return schema;
  }

  String name() {
    return name;
  }

  void rename(String to) {
    name = to;
  }

  void moveTo(String to) {
    schema = to;
  }

  /** The columns as they are now. */
  List<Column> columns() {
    return List.copyOf(columns.values());
  }

  Optional<Column> column(String called) {
    return Optional.ofNullable(columns.get(called));
  }

  boolean isNewColumn(String called) {
    return newColumns.contains(called);
  }

  void put(Column column, boolean isNew) {
    columns.put(column.name(), column);
    if (isNew) {
      newColumns.add(column.name());
    }
  }

  void removeColumn(String called) {
    columns.remove(called);
    newColumns.remove(called);
    indexes.removeIf(index -> index.columns().contains(called));
    constraints.removeIf(each -> each.columns().contains(called));
  }

  /** A column is called otherwise, in its indexes and constraints too. */
  void renameColumn(String from, String to) {
    Column old = columns.remove(from);
    if (old == null) {
      return;
    }
    put(new Column(to, old.type(), old.notNull(), old.hasDefault()), newColumns.remove(from));
    UnaryOperator<String> now = name -> name.equals(from) ? to : name;
    indexes.replaceAll(
        i ->
            new Index(
                i.schema(),
                i.name(),
                i.unique(),
                i.columns().stream().map(now).toList(),
                i.constraint()));
    constraints.replaceAll(
        each ->
            new Constraint(
                each.name(),
                each.kind(),
                each.validated(),
                each.columns().stream().map(now).toList(),
                spelled(each.definition(), from, to),
                each.references(),
                each.referenced()));
  }

  private static String spelled(String definition, String from, String to) {
    return definition.replaceAll(
        "(?<![\\w$])" + Pattern.quote(from) + "(?![\\w$])", Matcher.quoteReplacement(to));
  }

  /**
   * A column of a table that a foreign key points to, or that a view reads, is called otherwise.
   */
  void renameReferenced(long table, String from, String to) {
    uses.replaceAll(
        use ->
            use.relation() == table && use.column().equals(from)
                ? new Use(use.relation(), to)
                : use);
    constraints.replaceAll(
        each ->
            each.references().filter(id -> id == table).isEmpty()
                ? each
                : new Constraint(
                    each.name(),
                    each.kind(),
                    each.validated(),
                    each.columns(),
                    each.definition(),
                    each.references(),
                    each.referenced().stream().map(n -> n.equals(from) ? to : n).toList()));
  }

  List<Index> indexes() {
    return indexes;
  }

  List<Constraint> constraints() {
    return constraints;
  }

  Optional<Constraint> constraint(String called) {
    return constraints.stream().filter(each -> each.name().equals(called)).findFirst();
  }

  List<Long> parents() {
    return parents;
  }
}
