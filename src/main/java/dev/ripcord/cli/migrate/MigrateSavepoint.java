package dev.ripcord.cli.migrate;

import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.migrate.context.ExitException;
import dev.ripcord.cli.migrate.context.ForeignToolCommands;
import dev.ripcord.cli.migrate.context.MigrateContext;
import dev.ripcord.cli.migrate.context.MigrateOptions;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ripcord migrate savepoint}. */
@Command(
    name = "savepoint",
    mixinStandardHelpOptions = true,
    description = "Name the present state, so that \"migrate rollback NAME\" can go back to it.",
    footer = {"", "Example: ripcord migrate savepoint before_import"})
final class MigrateSavepoint implements Callable<Integer> {
  private final MigrateContext tools;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MigrateOptions options = new MigrateOptions();

  @Parameters(paramLabel = "NAME", description = "the name; an older one of that name is forgotten")
  private String name = "";

  @Option(names = "--release", paramLabel = "NAME", description = "the release it belongs to")
  private @Nullable String release;

  MigrateSavepoint(MigrateContext tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() throws Exception {
    return tools.call(this::run);
  }

  private int run() {
    if (name.isBlank()) {
      throw new ExitException(ExitCode.USAGE, "a savepoint needs a name");
    }
    Optional<ForeignToolCommands> other = tools.otherTool(common, options);
    if (other.isPresent()) {
      return other.get().savepoint(name, tools.note(Optional.ofNullable(release)));
    }
    tools.withRunner(
        common,
        options,
        step -> {},
        runner -> runner.savepoint(name, tools.note(Optional.ofNullable(release))));
    if (!common.json()) {
      tools.console().out().println("✔ savepoint " + name + " set");
    }
    return ExitCode.DONE;
  }
}
