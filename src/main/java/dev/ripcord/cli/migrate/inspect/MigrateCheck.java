package dev.ripcord.cli.migrate.inspect;

import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.migrate.context.Forecasts;
import dev.ripcord.cli.migrate.context.MigrateContext;
import dev.ripcord.cli.migrate.context.MigrateFiles;
import dev.ripcord.cli.migrate.context.MigrateOptions;
import dev.ripcord.cli.migrate.context.MigrateRefusals;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.migration.proof.StoredProof;
import dev.ripcord.migration.risk.Forecast;
import dev.ripcord.migration.selection.PendingSelection;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.history.MigrationStatus;
import dev.ripcord.postgres.migrate.MigrationRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ripcord migrate check}. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "What the pending migrations and their downs will do to the database: locks, rewrites, what"
          + " is lost, what old code stumbles over, and the recommendation. Changes nothing.",
      "With files: what each of these alone would do, as the next one."
    },
    footer = {
      "",
      "Exit codes: 0 nothing is pending, 3 something is, 4 \"migrate up\" would refuse to run it.",
      "Example: ripcord migrate check -o json"
    })
public final class MigrateCheck implements Callable<Integer> {
  private final MigrateContext tools;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MigrateOptions options = new MigrateOptions();

  @Parameters(paramLabel = "FILE", arity = "0..*", description = "up files to look at instead")
  private List<Path> files = List.of();

  public MigrateCheck(MigrateContext tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() throws Exception {
    return tools.call(this::run);
  }

  private int run() {
    MigrateCheckView view = files.isEmpty() ? pending() : given();
    if (common.json()) {
      tools.console().out().println(view.json());
    } else {
      view.lines(common.verbose).forEach(tools.console().out()::println);
    }
    if (!view.problems().isEmpty()) {
      return ExitCode.REFUSED;
    }
    return view.migrations().isEmpty() ? ExitCode.DONE : ExitCode.PENDING;
  }

  private MigrateCheckView pending() {
    Folder folder = tools.folder(common, options);
    Database database = tools.database(common, options);
    MigrationStatus status = tools.withRunner(common, options, step -> {}, MigrationRunner::status);
    PendingSelection ups = new PendingSelection(folder, status.history());
    List<String> problems =
        MigrateRefusals.of(
            folder,
            status,
            proofs(),
            tools.withRunner(
                common, options, step -> {}, runner -> runner.batchesOfViews(ups.pending())));
    List<MigrateCheckView.Checked> checked = new ArrayList<>();
    if (!ups.pending().isEmpty()) {
      Forecast forecast = Forecasts.read(tools.loops().vertx(), database);
      ups.pending().forEach(file -> checked.add(check(forecast, file, file.up().name())));
    }
    return new MigrateCheckView(checked, problems);
  }

  /** A role that may not read them may still check. */
  private List<StoredProof> proofs() {
    try {
      return tools.withRunner(common, options, step -> {}, MigrationRunner::proofs);
    } catch (SchemaException unreadable) {
      tools.console().err().println("▲ what was proved cannot be read: " + unreadable.getMessage());
      return List.of();
    }
  }

  private MigrateCheckView given() {
    List<MigrateCheckView.Checked> checked = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    List<SourceFile> texts = files.stream().map(MigrateFiles::read).toList();
    Forecast start = Forecasts.read(tools.loops().vertx(), tools.database(common, options));
    for (int i = 0; i < files.size(); i++) {
      Path path = files.get(i);
      SourceFile up = texts.get(i);
      Folder pair = Folder.of(Stream.concat(Stream.of(up), down(path).stream()).toList());
      Optional<MigrationFile> file =
          pair.migrations().stream().filter(each -> each.up().equals(up)).findFirst();
      if (file.isEmpty()) {
        problems.add(
            path
                + ": the name is none of an up file; rename it, such as 01_add_email_up.sql,"
                + " 01_add_email.up.sql or 01_add_email.sql");
      } else {
        checked.add(check(start.copy(), file.get(), path.toString()));
      }
    }
    return new MigrateCheckView(checked, problems);
  }

  /** The down that lies beside an up. */
  private Optional<SourceFile> down(Path up) {
    String name = String.valueOf(up.getFileName());
    return Stream.of(
            name.replaceFirst("_up\\.sql$", "_down.sql"),
            name.replaceFirst("\\.up\\.sql$", ".down.sql"),
            name.replaceFirst("\\.sql$", "_rollback.sql"))
        .filter(other -> !other.equals(name))
        .map(up::resolveSibling)
        .filter(Files::isRegularFile)
        .findFirst()
        .map(MigrateFiles::read);
  }

  /** Looks at an up on the database as it will stand, and at its down on what comes after. */
  private static MigrateCheckView.Checked check(
      Forecast forecast, MigrationFile file, String shown) {
    return new MigrateCheckView.Checked(
        file,
        shown,
        forecast.run(file.script()),
        file.down()
            .filter(down -> file.header().irreversible().isEmpty())
            .map(down -> forecast.copy().run(down.script())));
  }
}
