package dev.ripcord.migration;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a database remembers of its migrations.
 *
 * @param applied what is applied now, in the order of application
 * @param savepoints each name once, as it was set last
 * @param releases every release that was ever named here, also where nothing of it is applied
 */
public record History(List<Applied> applied, List<Savepoint> savepoints, Set<String> releases) {
  /** Copies the collections; what is applied and the savepoints name releases too. */
  public History {
    applied = List.copyOf(applied);
    savepoints = List.copyOf(savepoints);
    Set<String> all = new HashSet<>(releases);
    applied.forEach(each -> each.release().ifPresent(all::add));
    savepoints.forEach(each -> each.release().ifPresent(all::add));
    releases = Set.copyOf(all);
  }

  /** Where no other release is known than those of what is applied. */
  public History(List<Applied> applied, List<Savepoint> savepoints) {
    this(applied, savepoints, Set.of());
  }

  /** The history of a database that has none. */
  public static History empty() {
    return new History(List.of(), List.of());
  }

  /** The highest version that is applied. */
  public Optional<Version> current() {
    return applied.stream().map(Applied::version).max(Comparator.naturalOrder());
  }

  /** The applied migration of a version. */
  public Optional<Applied> applied(Version version) {
    return applied.stream().filter(each -> each.version().equals(version)).findFirst();
  }

  /** The savepoint of a name. */
  public Optional<Savepoint> savepoint(String name) {
    return savepoints.stream().filter(each -> each.name().equals(name)).findFirst();
  }
}
