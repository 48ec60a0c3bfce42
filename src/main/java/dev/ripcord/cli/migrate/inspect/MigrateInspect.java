package dev.ripcord.cli.migrate.inspect;

import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.migrate.context.MigrateContext;
import dev.ripcord.cli.migrate.context.MigrateOptions;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.history.MigrationSetup;
import dev.ripcord.postgres.history.SchemaInspection;
import dev.ripcord.postgres.history.SchemaInspector;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ripcord migrate inspect}. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = {
      "What is in the database after a migration: columns, constraints, whether foreign keys hold,"
          + " rows, and what is not as it was recorded. Writes nothing.",
      "Foreign keys that are NOT VALID are always counted through."
    },
    footer = {
      "",
      "Exit codes: 0 nothing was found, 3 rows point to nothing, or the schema is not the recorded"
          + " one.",
      "Example: ripcord migrate inspect --schema public --foreign-keys --count"
    })
public final class MigrateInspect implements Callable<Integer> {
  private final MigrateContext tools;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MigrateOptions options = new MigrateOptions();

  @Option(
      names = "--schema",
      paramLabel = "NAME",
      description = "only this schema; may be repeated (default: all)")
  private List<String> schemas = List.of();

  @Option(
      names = "--foreign-keys",
      description = "look at every row of every foreign key, valid or not")
  private boolean foreignKeys;

  @Option(names = "--count", description = "count the rows one by one, not by estimate")
  private boolean count;

  public MigrateInspect(MigrateContext tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() throws Exception {
    return tools.call(this::run);
  }

  private int run() {
    SchemaInspection found = look(tools.database(common, options));
    InspectView view = new InspectView(found);
    if (common.json()) {
      tools.console().out().println(view.json());
    } else {
      view.lines().forEach(tools.console().out()::println);
    }
    return found.orphans() == 0 && found.differences().isEmpty() ? ExitCode.DONE : ExitCode.PENDING;
  }

  private SchemaInspection look(Database database) {
    return new SchemaInspector(
            tools.loops().vertx(), database, MigrationSetup.of(MigrateContext.SCHEMA))
        .inspect(new SchemaInspector.Wish(schemas, foreignKeys, count))
        .await();
  }
}
