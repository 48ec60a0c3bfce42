package dev.ripcord.migration.selection;

import dev.ripcord.migration.History;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.FolderProblem;
import dev.ripcord.migration.file.MigrationFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which migrations are recorded as applied, without being run, for a database that already stands
 * at a version.
 *
 * @param folder the files
 * @param history what the database remembers
 */
public record Baseline(Folder folder, History history) {
  /**
   * Everything up to a version and with it.
   *
   * @param force whether a database that has a history already may be given the rest
   */
  public MigrationSelection<MigrationFile> at(Version version, boolean force) {
    List<String> reasons = new ArrayList<>();
    if (folder.migration(version).isEmpty()) {
      String have =
          folder.migrations().stream().map(MigrationFile::label).collect(Collectors.joining(", "));
      reasons.add(
          "the folder has no migration "
              + version
              + (have.isEmpty() ? "; it has none at all" : "; it has " + have));
    }
    if (!history.applied().isEmpty() && !force) {
      reasons.add(
          "the database has a history already, up to "
              + history.current().orElseThrow()
              + ". A baseline is for a database that Ripcord has not migrated yet; --force adds"
              + " what the history lacks up to "
              + version);
    }
    List<MigrationFile> chosen =
        folder.migrations().stream()
            .filter(file -> file.version().compareTo(version) <= 0)
            .filter(file -> history.applied(file.version()).isEmpty())
            .toList();
    folder.problems().stream()
        .filter(FolderProblem::blocking)
        .filter(problem -> isInTheWay(problem, chosen))
        .map(FolderProblem::text)
        .forEach(reasons::add);
    return MigrationSelection.of(chosen, reasons);
  }

  /** What is recorded needs sound files, but no down: it will not be reverted. */
  private static boolean isInTheWay(FolderProblem problem, List<MigrationFile> chosen) {
    Optional<Version> version = problem.version();
    return version.isEmpty()
        || chosen.stream()
            .filter(file -> file.version().equals(version.get()))
            .anyMatch(file -> !file.script().flaws().isEmpty());
  }
}
