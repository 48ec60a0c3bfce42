package dev.ripcord.cli.migrate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.console.Format;
import dev.ripcord.cli.migrate.context.ExitException;
import dev.ripcord.cli.migrate.context.MigrateContext;
import dev.ripcord.cli.migrate.context.MigrateOptions;
import dev.ripcord.json.Json;
import dev.ripcord.port.Clocks;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.dump.BackupContents;
import dev.ripcord.postgres.dump.TablesRestore;
import dev.ripcord.postgres.dump.TablesRestore.Restored;
import dev.ripcord.postgres.shadow.DatabaseRestore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
            + " another name. A backup of some tables is put beside them, and nothing is changed.",
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

  @Option(
      names = "--whole",
      description =
          "the backup is one of a whole database, though it holds tables alone; else such a one is"
              + " put beside the tables that are in use")
  private boolean whole;

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
    TablesRestore tables = new TablesRestore(tools.loops().vertx(), database);
    BackupContents contents = tables.contents(file);
    if (!whole && contents.isOfTables() && tables.hasHistory()) {
      return beside(database, contents, tables.beside(file, stamp()));
    }
    DatabaseRestore restore = new DatabaseRestore(tools.loops().vertx(), database);
    String kept = restore.keptName(stamp());
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

  private String stamp() {
    return MigrateBackup.STAMP.format(clocks.wall().instant());
  }

  /** Rows that were written since are what a person decides on: nothing is put over them. */
  private int beside(Database database, BackupContents contents, TablesRestore.Beside beside) {
    String line =
        "%s holds %s%s and no whole database: put into schema %s of %s, beside those in use. Nothing else was changed"
            .formatted(
                file,
                Format.count(beside.tables().size(), "table", "tables"),
                contents.database().map(name -> " of database " + name).orElse(""),
                beside.schema(),
                database.label());
    if (common.json()) {
      tools.console().out().println(json(beside).put("text", line));
      return ExitCode.DONE;
    }
    PrintStream out = tools.console().out();
    out.println("✔ " + line + ".");
    for (Restored each : beside.tables()) {
      out.println("  %-20s %s".formatted(each.table(), found(each)));
    }
    List<String> inserts =
        beside.tables().stream()
            .filter(each -> each.missing().orElse(0) > 0)
            .flatMap(each -> each.insert().stream())
            .toList();
    if (!inserts.isEmpty()) {
      out.println("To bring back what is missing, and leave what is there as it is:");
      inserts.forEach(sql -> out.println("  " + sql + ";"));
    }
    out.println("When it is not needed any more: " + beside.dropping());
    return ExitCode.DONE;
  }

  private static String found(Restored each) {
    String rows = Format.count(each.rows(), "row", "rows");
    String missing =
        each.missing().isEmpty()
            ? ""
            : each.missing().getAsLong() == 0
                ? ", all of them there now"
                : ", %d of them not there now".formatted(each.missing().getAsLong());
    return rows + missing + (each.remark().isEmpty() ? "" : "; " + each.remark());
  }

  private static ObjectNode json(TablesRestore.Beside beside) {
    ObjectNode json = Json.object().put("outcome", "done").put("schema", beside.schema());
    ArrayNode tables = json.putArray("tables");
    for (Restored each : beside.tables()) {
      ObjectNode one = tables.addObject().put("table", each.table()).put("rows", each.rows());
      one.put("missing", each.missing().isPresent() ? each.missing().getAsLong() : null);
      one.put("copy", each.copy());
      one.put("remark", each.remark().isEmpty() ? null : each.remark());
      one.put("insert", each.insert().orElse(null));
    }
    return json;
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
