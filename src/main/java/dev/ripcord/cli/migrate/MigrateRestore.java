package dev.ripcord.cli.migrate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.migrate.context.ExitException;
import dev.ripcord.cli.migrate.context.MigrateContext;
import dev.ripcord.cli.migrate.context.MigrateOptions;
import dev.ripcord.json.Json;
import dev.ripcord.port.Clocks;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.shadow.DatabaseRestore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ripcord migrate restore}. */
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    description =
        "Put a backup in place of the database, as the last resort. What is there now is kept under"
            + " another name.",
    footer = {"", "Example: ripcord migrate restore backups/shop-20260102T030405Z.dump"})
final class MigrateRestore implements Callable<Integer> {
  private final MigrateContext tools;
  private final Clocks clocks;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MigrateOptions options = new MigrateOptions();

  @Parameters(
      paramLabel = "FILE",
      description = "as ripcord migrate backup or pg_dump -Fc wrote it")
  private Path file = Path.of("");

  @Option(
      names = {"-y", "--yes"},
      description = "do not ask")
  private boolean yes;

  MigrateRestore(MigrateContext tools, Clocks clocks) {
    this.tools = tools;
    this.clocks = clocks;
  }

  @Override
  public Integer call() throws Exception {
    return tools.call(this::run);
  }

  private int run() throws IOException {
    Database database = tools.database(common, options);
    if (!Files.isReadable(file)) {
      throw new ExitException(ExitCode.USAGE, "there is no backup " + file + " that can be read");
    }
    DatabaseRestore restore = new DatabaseRestore(tools.loops().vertx(), database);
    String kept = restore.keptName(MigrateBackup.STAMP.format(clocks.wall().instant()));
    agree(database, kept);
    String line = restore.restore(file, kept);
    if (common.json()) {
      ObjectNode json = Json.object().put("outcome", "done").put("kept", kept);
      tools.console().out().println(json.put("text", line));
    } else {
      tools.console().out().println("✔ " + line);
      tools
          .console()
          .out()
          .println("When it is not needed any more: " + DatabaseRestore.dropping(kept));
    }
    return ExitCode.DONE;
  }

  private void agree(Database database, String kept) throws IOException {
    if (yes) {
      return;
    }
    Console console = tools.console();
    if (!console.interactive()) {
      throw new ExitException(
          ExitCode.REFUSED,
          database.label()
              + " would be replaced by "
              + file
              + ", and stdin is not a terminal; pass --yes to skip the confirmation");
    }
    console.out().println(database.label() + " is replaced by " + file + ",");
    console.out().println("and what is there now is kept as database " + kept + ".");
    console.out().print("To go on, write the name of the database: ");
    console.out().flush();
    String answer =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
    if (answer == null || !answer.strip().equals(database.name())) {
      throw new ExitException(ExitCode.REFUSED, "not restored; nothing was changed");
    }
  }
}
