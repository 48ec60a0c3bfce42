package dev.ripcord.migration;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a database remembers of its migrations.
 *
 * @param applied what is applied now, in the order of application
 * @param savepoints each name once, as it was set last
 */
public record History(List<Applied> applied, List<Savepoint> savepoints) {
  /** Copies the lists. */
  public History {
    applied = List.copyOf(applied);
    savepoints = List.copyOf(savepoints);
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
