package dev.ripcord.cli.migrate;

import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.migrate.context.ExitException;
import dev.ripcord.cli.migrate.context.GatedUp;
import dev.ripcord.cli.migrate.context.MigrateContext;
import dev.ripcord.cli.migrate.context.MigrateGate;
import dev.ripcord.cli.migrate.context.MigrateOptions;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ripcord migrate stage1}. */
@Command(
    name = "stage1",
    mixinStandardHelpOptions = true,
    description =
        "Before the code is deployed: apply what is pending up to the first removal, and set the"
            + " savepoint before_schema_add.",
    footer = {"", "Example: ripcord migrate stage1 --release v42"})
final class MigrateStage1 implements Callable<Integer> {
  private final MigrateContext tools;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MigrateOptions options = new MigrateOptions();

  @Option(names = "--release", paramLabel = "NAME", description = "the release they belong to")
  private @Nullable String release;

  @Option(
      names = "--forward-only",
      description =
          "run also migrations that are known to be irreversible, which are refused otherwise")
  private boolean forwardOnly;

  @Option(
      names = "--by-policy",
      description =
          "for a pipeline: run only what the policy lets run by itself, as a deploy does, and"
              + " refuse the rest")
  private boolean byPolicy;

  MigrateStage1(MigrateContext tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() throws Exception {
    return tools.call(
        () -> new GatedUp(tools, common, options).stage1(wish(), Optional.ofNullable(release)));
  }

  private MigrateGate.Wish wish() {
    if (byPolicy && forwardOnly) {
      throw new ExitException(
          ExitCode.USAGE,
          "--forward-only is a person's word and --by-policy asks for none; give one of them");
    }
    if (byPolicy) {
      return MigrateGate.Wish.BY_POLICY;
    }
    return forwardOnly ? MigrateGate.Wish.FORWARD_ONLY : MigrateGate.Wish.BY_HAND;
  }
}
