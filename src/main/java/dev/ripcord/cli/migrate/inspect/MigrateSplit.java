package dev.ripcord.cli.migrate.inspect;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.console.TerminalOutput;
import dev.ripcord.cli.migrate.context.MigrateContext;
import dev.ripcord.cli.migrate.context.MigrateFiles;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.sql.ScriptError;
import dev.ripcord.migration.sql.Statement;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ripcord migrate split}. */
@Command(
    name = "split",
    mixinStandardHelpOptions = true,
    description = "Print the statements of a file as they would be sent.",
    footer = {"", "Example: ripcord migrate split migrations/01_create_orders_up.sql -o json"})
public final class MigrateSplit implements Callable<Integer> {
  private final MigrateContext tools;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "FILE", description = "a file of SQL")
  private Path file = Path.of("");

  public MigrateSplit(MigrateContext tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() throws Exception {
    return tools.call(this::run);
  }

  private int run() {
    Script script = Script.parse(MigrateFiles.text(file));
    boolean refused = false;
    for (ScriptError flaw : script.flaws()) {
      tools.console().err().println("✖ " + file + ":" + flaw.line() + ": " + flaw.text());
      refused |= flaw.cause() != ScriptError.Cause.TRANSACTION;
    }
    if (refused) {
      return ExitCode.REFUSED;
    }
    if (common.json()) {
      ArrayNode array = new ObjectMapper().createArrayNode();
      script.statements().forEach(statement -> array.add(statement.text()));
      tools.console().out().println(array);
    } else {
      for (Statement statement : script.statements()) {
        tools.console().out().println("-- line " + statement.line());
        TerminalOutput.document(tools.console().out(), statement.text());
      }
    }
    return ExitCode.DONE;
  }
}
