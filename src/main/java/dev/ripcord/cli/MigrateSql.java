package dev.ripcord.cli;

import dev.ripcord.migration.Folder;
import dev.ripcord.migration.MigrationFile;
import dev.ripcord.migration.Problem;
import dev.ripcord.migration.SourceFile;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ripcord migrate sql}. */
@Command(
    name = "sql",
    mixinStandardHelpOptions = true,
    description = {
      "Print the SQL of all migrations, for reading or for psql; needs no database.",
      "What is run by hand is not in the history."
    },
    footer = {"", "Example: ripcord migrate sql up --dir migrations"})
final class MigrateSql implements Callable<Integer> {
  /** Which way. */
  enum Way {
    up,
    down
  }

  private final MigrateTools tools;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MigrateOptions options = new MigrateOptions();

  @Parameters(paramLabel = "up|down", description = "which way")
  private Way way = Way.up;

  MigrateSql(MigrateTools tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() throws Exception {
    return tools.call(this::run);
  }

  private int run() {
    Folder folder = tools.folder(common, options);
    List<String> problems =
        folder.problems().stream().filter(Problem::blocking).map(Problem::text).toList();
    if (!problems.isEmpty()) {
      throw new MigrateStop(MigrateTools.REFUSED, "✖ " + String.join("\n✖ ", problems));
    }
    if (way == Way.up) {
      folder.migrations().forEach(file -> print(file.up(), file.isInTransaction()));
    } else {
      folder.migrations().reversed().forEach(this::printDown);
    }
    return MigrateTools.DONE;
  }

  private void printDown(MigrationFile file) {
    Optional<String> reason = file.header().irreversible();
    if (reason.isPresent()) {
      tools.console().out().println("-- " + file.label() + " has no way back: " + reason.get());
    } else {
      file.down().ifPresent(down -> print(down, MigrationFile.isInTransaction(down)));
    }
  }

  private void print(SourceFile file, boolean transaction) {
    var out = tools.console().out();
    out.println("-- " + file.name());
    if (transaction) {
      out.println("BEGIN;");
    }
    out.println(file.text().strip());
    if (transaction) {
      out.println("COMMIT;");
    }
    out.println();
  }
}
