package dev.ripcord.migration.file;

import dev.ripcord.migration.Version;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.sql.ScriptError;
import dev.ripcord.migration.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Gives the files {@code verify/NN_*.sql} to the migrations of their versions. One whose name ends
 * in {@code _down} (or {@code .down}, {@code _rollback}) is asked after the down, any other after
 * the up; a migration that is itself called so needs the ending twice. Used once.
 */
final class VerifyFiles {
  private static final Pattern NAME = Pattern.compile("verify/(\\d{1,40})_(.+)\\.sql");
  private static final Pattern DOWN = Pattern.compile(".+(?:_down|\\.down|_rollback)");

  private final Folder folder;
  private final List<FolderProblem> problems;
  private final Map<Version, List<SourceFile>> ups = new TreeMap<>();
  private final Map<Version, List<SourceFile>> downs = new TreeMap<>();

  VerifyFiles(Folder folder) {
    this.folder = folder;
    this.problems = new ArrayList<>(folder.problems());
  }

  Folder with(List<SourceFile> files) {
    files.stream().sorted(Comparator.comparing(SourceFile::name)).forEach(this::take);
    List<MigrationFile> migrations =
        folder.migrations().stream()
            .map(
                each ->
                    each.with(
                        new MigrationFile.Checks(
                            ups.getOrDefault(each.version(), List.of()),
                            downs.getOrDefault(each.version(), List.of()))))
            .toList();
    return new Folder(folder.layout(), migrations, problems);
  }

  private void take(SourceFile file) {
    Matcher found = NAME.matcher(file.name());
    if (!found.matches()) {
      String forms = "verify/NN_name.sql, or verify/NN_name_down.sql for after the down";
      block(Optional.empty(), file.name() + ": the name says no version (" + forms + ")");
      return;
    }
    Version version = new Version(found.group(1));
    Optional<MigrationFile> migration = folder.migration(version);
    if (migration.isEmpty()) {
      block(
          Optional.empty(),
          file.name()
              + ": there is no migration "
              + version
              + " that it could check. Give it the version of one, or remove it");
      return;
    }
    look(version, file);
    String rest = found.group(2);
    boolean isDown = DOWN.matcher(rest).matches() && !rest.equals(migration.get().name());
    (isDown ? downs : ups).computeIfAbsent(version, v -> new ArrayList<>()).add(file);
  }

  private void look(Version version, SourceFile file) {
    Script script = file.script();
    for (ScriptError flaw : script.flaws()) {
      block(Optional.of(version), file.name() + ":" + flaw.line() + ": " + flaw.text());
    }
    if (script.work().isEmpty()) {
      block(Optional.of(version), file.name() + ": it asks nothing. Write a query, or remove it");
    }
    script.work().stream()
        .filter(Statement::copies)
        .forEach(
            each ->
                block(
                    Optional.of(version),
                    file.name()
                        + ":"
                        + each.line()
                        + ": a check cannot COPY rows from here or to here; ask with SELECT"));
  }

  private void block(Optional<Version> version, String text) {
    problems.add(new FolderProblem(text, version, true));
  }
}
