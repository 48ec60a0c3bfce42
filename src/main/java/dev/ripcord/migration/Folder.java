package dev.ripcord.migration;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A folder of migrations, read.
 *
 * @param layout how its files are named; empty when there are none
 * @param migrations ascending by version, each version once
 * @param problems everything that is wrong with it
 */
public record Folder(
    Optional<Layout> layout, List<MigrationFile> migrations, List<Problem> problems) {
  /** Copies the lists. */
  public Folder {
    migrations = List.copyOf(migrations);
    problems = List.copyOf(problems);
  }

  /**
   * Reads a folder's files. Those that do not end in {@code .sql} are left alone. Never fails: what
   * is wrong stands in {@link #problems()}.
   */
  public static Folder of(Collection<SourceFile> files) {
    return of(files, Tool.NATIVE);
  }

  /**
   * The same for the files of a tool, by that tool's own rules for names. A {@code BEGIN} and
   * {@code COMMIT} around a whole file, which golang-migrate asks for, are left out: each file is
   * one transaction in any case.
   */
  public static Folder of(Collection<SourceFile> files, Tool tool) {
    List<SourceFile> sql =
        files.stream()
            .filter(file -> file.name().endsWith(".sql"))
            .map(
                file ->
                    tool == Tool.GOLANG_MIGRATE
                        ? new SourceFile(file.name(), Wrapping.takenOff(file.text()))
                        : file)
            .toList();
    return new FolderReader(sql, tool).read();
  }

  /** The migration of a version. */
  public Optional<MigrationFile> migration(Version version) {
    return migrations.stream().filter(file -> file.version().equals(version)).findFirst();
  }
}
