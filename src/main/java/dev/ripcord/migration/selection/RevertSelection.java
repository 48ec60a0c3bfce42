package dev.ripcord.migration.selection;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.History;
import dev.ripcord.migration.Savepoint;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.file.Checksum;
import dev.ripcord.migration.file.HeaderLines;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.sql.ScriptError;
import dev.ripcord.release.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which applied migrations are to be reverted, in which order: the last applied first. Every choice
 * is looked through whole, so that nothing is begun that cannot be ended.
 */
public final class RevertSelection {
  private final History history;
  private final List<Applied> newestFirst;

  /** Over what a database remembers. */
  public RevertSelection(History history) {
    this.history = history;
    this.newestFirst = history.applied().reversed();
  }

  /** The last {@code count} applied. */
  public MigrationSelection<Applied> last(int count) {
    return choice(newestFirst.subList(0, Math.min(count, newestFirst.size())));
  }

  /** All that was applied. */
  public MigrationSelection<Applied> toBase() {
    return choice(newestFirst);
  }

  /** All that was applied after a version, which stays. */
  public MigrationSelection<Applied> to(Version version) {
    Optional<Applied> last = history.applied(version);
    if (last.isEmpty()) {
      return new MigrationSelection.Refused<>(
          List.of(
              "version "
                  + version
                  + " is not applied, so nothing can be reverted to it; \"--to base\" reverts"
                  + " everything"));
    }
    return after(last.get().order());
  }

  /** All that was applied after a savepoint. */
  public MigrationSelection<Applied> toSavepoint(String name) {
    Optional<Savepoint> savepoint = history.savepoint(name);
    if (savepoint.isEmpty()) {
      String names =
          history.savepoints().stream().map(Savepoint::name).collect(Collectors.joining(", "));
      return new MigrationSelection.Refused<>(
          List.of(
              "there is no savepoint "
                  + name
                  + (names.isEmpty() ? "; none was set" : "; there are: " + names)));
    }
    return after(savepoint.get().order());
  }

  /**
   * All that a release applied, refused when a later one has applied something on top, or when
   * nobody has ever named the release here. Nothing when nothing of it is applied.
   */
  public MigrationSelection<Applied> ofRelease(String release) {
    List<Applied> own = newestFirst.stream().filter(each -> isOf(each, release)).toList();
    if (own.isEmpty()) {
      return history.releases().contains(release)
          ? choice(own)
          : new MigrationSelection.Refused<>(List.of(unknown(release)));
    }
    long first = own.getLast().order();
    List<String> onTop =
        newestFirst.stream()
            .filter(each -> each.order() > first && !isOf(each, release))
            .map(each -> each.label() + each.release().map(r -> " of release " + r).orElse(""))
            .toList();
    if (!onTop.isEmpty()) {
      return new MigrationSelection.Refused<>(
          List.of(
              String.join(", ", onTop)
                  + " was applied on top of release "
                  + release
                  + ": revert it first"));
    }
    return choice(own);
  }

  private String unknown(String release) {
    String known =
        newestFirst.stream()
            .flatMap(each -> each.release().stream())
            .distinct()
            .collect(Collectors.joining(", "));
    return "no release "
        + Printable.of(release)
        + " is known to this database, so nothing of it can be reverted; "
        + (known.isEmpty() ? "nothing is applied of any release" : "applied is of: " + known);
  }

  private static boolean isOf(Applied applied, String release) {
    return applied.release().filter(release::equals).isPresent();
  }

  private MigrationSelection<Applied> after(long order) {
    return choice(newestFirst.stream().filter(each -> each.order() > order).toList());
  }

  private static MigrationSelection<Applied> choice(List<Applied> items) {
    List<String> reasons = new ArrayList<>();
    items.forEach(each -> blocker(each).ifPresent(reasons::add));
    return MigrationSelection.of(items, reasons);
  }

  /** Whether the stored down says {@code -- transaction: none} of itself. */
  public static boolean saysNoTransaction(Applied applied) {
    return saysNoTransaction(new SourceFile(applied.label(), applied.down().orElse("")));
  }

  /** The same of a file that is not stored yet. */
  public static boolean saysNoTransaction(SourceFile down) {
    return HeaderLines.saysNoTransaction(down);
  }

  /** Why a migration cannot be reverted; empty when it can. */
  public static Optional<String> blocker(Applied applied) {
    String label = applied.label();
    if (applied.irreversible().isPresent()) {
      return Optional.of(
          label + " is irreversible (-- down: none, because " + applied.irreversible().get() + ")");
    }
    Optional<String> down = applied.down();
    if (down.isEmpty()) {
      return Optional.of(label + " is irreversible: no down was stored when it was applied");
    }
    if (!applied.downChecksum().equals(Optional.of(Checksum.of(down.get())))) {
      return Optional.of(
          label + ": the stored down is not the one of its application (its checksum differs)");
    }
    Script script = Script.parse(down.get());
    if (!script.flaws().isEmpty()) {
      ScriptError flaw = script.flaws().getFirst();
      return Optional.of(label + ": the stored down, line " + flaw.line() + ": " + flaw.text());
    }
    return script.work().isEmpty()
        ? Optional.of(label + ": the stored down undoes nothing")
        : Optional.empty();
  }
}
