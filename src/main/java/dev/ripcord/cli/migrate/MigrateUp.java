package dev.ripcord.cli.migrate;

import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.migrate.context.GatedUp;
import dev.ripcord.cli.migrate.context.MigrateContext;
import dev.ripcord.cli.migrate.context.MigrateGate;
import dev.ripcord.cli.migrate.context.MigrateOptions;
import dev.ripcord.cli.migrate.context.MigrateTarget;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.selection.MigrationSelection;
import dev.ripcord.migration.selection.PendingSelection;
import dev.ripcord.postgres.history.RunMetadata;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ripcord migrate up}. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = "Apply pending migrations, of both stages.",
    footer = {"", "Example: ripcord migrate up --to 05 --release v42"})
final class MigrateUp implements Callable<Integer> {
  private final MigrateContext tools;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MigrateOptions options = new MigrateOptions();

  @Option(names = "--to", paramLabel = "VERSION", description = "up to this version and with it")
  private @Nullable String to;

  @Option(names = "-n", paramLabel = "COUNT", description = "only the next COUNT")
  private @Nullable Integer count;

  @Option(names = "--release", paramLabel = "NAME", description = "the release they belong to")
  private @Nullable String release;

  @Option(
      names = "--forward-only",
      description =
          "run also migrations that are known to be irreversible, which are refused otherwise")
  private boolean forwardOnly;

  @Option(
      names = "--no-checks",
      description = "do not ask the team's queries (verify/NN_*.sql) after each of them")
  private boolean noChecks;

  @Option(
      names = "--accept-loss",
      description = "drop for good what of a stage 2 cannot be kept, which is refused otherwise")
  private boolean acceptLoss;

  MigrateUp(MigrateContext tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() throws Exception {
    return tools.call(this::run);
  }

  private int run() {
    MigrateTarget target = MigrateTarget.of(to, count);
    MigrateGate.Wish wish = forwardOnly ? MigrateGate.Wish.FORWARD_ONLY : MigrateGate.Wish.BY_HAND;
    return new GatedUp(tools, common, options)
        .apply(wish, acceptLoss, ups -> choose(ups, target), note());
  }

  private RunMetadata note() {
    RunMetadata note = tools.note(Optional.ofNullable(release));
    return noChecks ? note.withoutChecks() : note;
  }

  private static MigrationSelection<MigrationFile> choose(
      PendingSelection ups, MigrateTarget target) {
    return switch (target) {
      case MigrateTarget.All ignored -> ups.all();
      case MigrateTarget.Count(int number) -> ups.next(number);
      case MigrateTarget.To(Version version) -> ups.to(version);
    };
  }
}
