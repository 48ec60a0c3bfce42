package dev.ripcord.migration.file;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.History;
import dev.ripcord.migration.Tool;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.sql.TransactionWrapper;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A folder of migrations, read.
 *
 * @param layout how its files are named; empty when there are none
 * @param migrations ascending by version, each version once
 * @param problems everything that is wrong with it
 */
public record Folder(
    Optional<Layout> layout, List<MigrationFile> migrations, List<FolderProblem> problems) {
  /** Copies the lists. */
  public Folder {
    migrations = List.copyOf(migrations);
    problems = List.copyOf(problems);
  }

  /** The folder in a folder of migrations that holds the team's own queries. */
  public static final String VERIFY = "verify";

  /**
   * Reads a folder's files. Those that do not end in {@code .sql} are left alone; those whose name
   * begins with {@code verify/} are queries on what a migration must leave. Never fails: what is
   * wrong stands in {@link #problems()}.
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
    Map<Boolean, List<SourceFile>> sql =
        files.stream()
            .filter(file -> file.name().endsWith(".sql"))
            .collect(Collectors.partitioningBy(file -> file.name().startsWith(VERIFY + "/")));
    List<SourceFile> own =
        sql.getOrDefault(false, List.of()).stream()
            .map(
                file ->
                    tool == Tool.GOLANG_MIGRATE
                        ? new SourceFile(file.name(), TransactionWrapper.takenOff(file.text()))
                        : file)
            .toList();
    Folder read = new FolderReader(own, tool).read().with(misspelt(files));
    return new VerifyFiles(read).with(sql.getOrDefault(true, List.of()));
  }

  /** Such a file is meant to be run, and on another file system it would be. */
  private static List<FolderProblem> misspelt(Collection<SourceFile> files) {
    return files.stream()
        .map(SourceFile::name)
        .filter(name -> !name.endsWith(".sql") && name.toLowerCase(Locale.ROOT).endsWith(".sql"))
        .sorted()
        .map(
            name ->
                new FolderProblem(
                    name
                        + ": a migration ends in .sql, in small letters; rename the file, or take"
                        + " it out of the folder",
                    Optional.empty(),
                    true))
        .toList();
  }

  private Folder with(List<FolderProblem> more) {
    return more.isEmpty()
        ? this
        : new Folder(layout, migrations, Stream.concat(problems.stream(), more.stream()).toList());
  }

  /** The name that the down of a migration has in this folder's layout. */
  public String downName(MigrationFile file) {
    return layout.orElse(Layout.SUFFIXED).fileName(file.label(), true);
  }

  /** What is applied and has no file here, in the order of application; nothing if it is empty. */
  public List<Applied> lacks(History history) {
    return migrations.isEmpty()
        ? List.of()
        : history.applied().stream()
            .filter(applied -> migration(applied.version()).isEmpty())
            .toList();
  }

  /** The migration of a version. */
  public Optional<MigrationFile> migration(Version version) {
    return migrations.stream().filter(file -> file.version().equals(version)).findFirst();
  }
}
