package dev.ripcord.migration.risk;

import dev.ripcord.migration.risk.Catalog.Named;
import dev.ripcord.migration.statement.Name;
import dev.ripcord.migration.statement.SqlOperation.Thing;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What lies in a database beside its relations, as it stands between two statements. */
final class OtherObjects {
  private final Set<Named> all = new HashSet<>();
  private final Set<String> made = new HashSet<>();

  OtherObjects(Set<Named> all) {
    this.all.addAll(all);
  }

  OtherObjects copy() {
    OtherObjects copy = new OtherObjects(all);
    copy.made.addAll(made);
    return copy;
  }

  /** What these statements made is from now on as good as old. */
  void settle() {
    made.clear();
  }

  void make(Thing thing, Name name) {
    made.add(thing + " " + name.name());
    all.add(new Named(thing, name));
  }

  boolean isMade(Thing thing, Name name) {
    return made.contains(thing + " " + name.name());
  }

  /**
   * Whether there is one.
   *
   * @param schemas those that it may lie in
   */
  boolean isThere(Thing thing, Name name, List<String> schemas) {
    return all.stream()
        .filter(each -> each.name().name().equals(name.name()))
        .filter(each -> each.thing() == thing || isDomain(each.thing(), thing))
        .anyMatch(each -> each.name().schema().map(schemas::contains).orElse(true));
  }

  /** A domain is a type too. */
  private static boolean isDomain(Thing there, Thing asked) {
    return there == Thing.DOMAIN && asked == Thing.TYPE;
  }
}
