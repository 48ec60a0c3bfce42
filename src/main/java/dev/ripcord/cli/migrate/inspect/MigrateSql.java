package dev.ripcord.cli.migrate.inspect;

import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.console.TerminalOutput;
import dev.ripcord.cli.migrate.context.ExitException;
import dev.ripcord.cli.migrate.context.MigrateContext;
import dev.ripcord.cli.migrate.context.MigrateOptions;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.FolderProblem;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.file.PsqlText;
import dev.ripcord.migration.file.SourceFile;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ripcord migrate sql}. */
@Command(
    name = "sql",
    mixinStandardHelpOptions = true,
    description = {
      "Print the SQL of the migrations, for reading or for psql; needs no database.",
      "Without a range: of all. What is run by hand is not in the history until \"ripcord migrate"
          + " repair --applied VERSION\" or --taken-back says so."
    },
    footer = {"", "Example: ripcord migrate sql up --from 04 --to 07"})
public final class MigrateSql implements Callable<Integer> {
  /** Which way. */
  enum Way {
    up,
    down
  }

  private final MigrateContext tools;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MigrateOptions options = new MigrateOptions();

  @Parameters(paramLabel = "up|down", description = "which way")
  private Way way = Way.up;

  @Option(
      names = "--from",
      paramLabel = "VERSION|base",
      description = "where the database stands (default up: base; down: the newest)")
  private @Nullable String from;

  @Option(
      names = "--to",
      paramLabel = "VERSION|base",
      description = "where it is to stand after (default up: the newest; down: base)")
  private @Nullable String to;

  private boolean first = true;

  public MigrateSql(MigrateContext tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() throws Exception {
    return tools.call(this::run);
  }

  private int run() {
    Folder folder = tools.folder(common, options);
    List<MigrationFile> chosen = chosen(folder);
    List<String> problems =
        folder.problems().stream()
            .filter(FolderProblem::blocking)
            .filter(each -> isAbout(each, chosen))
            .map(FolderProblem::text)
            .toList();
    if (!problems.isEmpty()) {
      throw new ExitException(ExitCode.REFUSED, "✖ " + String.join("\n✖ ", problems));
    }
    if (way == Way.up) {
      chosen.forEach(file -> print(file.up(), file.isInTransaction()));
    } else {
      chosen.reversed().forEach(this::printDown);
    }
    return ExitCode.DONE;
  }

  /** A problem of a migration outside of the range stops nothing. */
  private static boolean isAbout(FolderProblem problem, List<MigrationFile> chosen) {
    return problem.version().isEmpty()
        || chosen.stream().anyMatch(file -> problem.version().get().equals(file.version()));
  }

  /** Above the lower end of the range, up to the upper end and with it. */
  private List<MigrationFile> chosen(Folder folder) {
    boolean isUp = way == Way.up;
    Optional<Version> low = end(folder, isUp ? "--from" : "--to", isUp ? from : to);
    Optional<Version> high = end(folder, isUp ? "--to" : "--from", isUp ? to : from);
    boolean empty = "base".equals(isUp ? to : from);
    if (empty || (low.isPresent() && high.isPresent() && low.get().compareTo(high.get()) > 0)) {
      throw new ExitException(
          ExitCode.USAGE,
          "sql %s --from %s --to %s: that is the other way; see \"ripcord migrate sql %s\""
              .formatted(way, from, to, isUp ? "down" : "up"));
    }
    return folder.migrations().stream()
        .filter(file -> low.isEmpty() || file.version().compareTo(low.get()) > 0)
        .filter(file -> high.isEmpty() || file.version().compareTo(high.get()) <= 0)
        .toList();
  }

  /** An end of the range; empty for {@code base} and for what was not said. */
  private static Optional<Version> end(Folder folder, String option, @Nullable String text) {
    if (text == null || text.equals("base")) {
      return Optional.empty();
    }
    if (!Version.isValid(text)) {
      throw new ExitException(
          ExitCode.USAGE, option + " " + text + ": a version such as 05, or base, is needed");
    }
    Version version = new Version(text);
    if (folder.migration(version).isEmpty()) {
      throw new ExitException(
          ExitCode.USAGE, option + " " + text + ": the folder has no such migration");
    }
    return Optional.of(version);
  }

  private void printDown(MigrationFile file) {
    Optional<String> reason = file.header().irreversible();
    if (reason.isPresent()) {
      tools.console().out().println("-- " + file.label() + " is irreversible: " + reason.get());
    } else {
      file.down().ifPresent(down -> print(down, MigrationFile.isInTransaction(down)));
    }
  }

  private void print(SourceFile file, boolean transaction) {
    var out = tools.console().out();
    if (!first) {
      out.println(PsqlText.BETWEEN);
      out.println();
    }
    first = false;
    out.println("-- " + file.name());
    if (transaction) {
      out.println("BEGIN;");
    }
    TerminalOutput.document(out, PsqlText.of(file));
    if (transaction) {
      out.println("COMMIT;");
    }
    out.println();
  }
}
