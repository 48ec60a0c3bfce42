package dev.ripcord.cli.migrate;

import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.migrate.context.ExitException;
import dev.ripcord.cli.migrate.context.ForeignToolCommands;
import dev.ripcord.cli.migrate.context.MigrateContext;
import dev.ripcord.cli.migrate.context.MigrateOptions;
import dev.ripcord.cli.migrate.context.MigrateTarget;
import dev.ripcord.migration.Applied;
import dev.ripcord.migration.History;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.selection.MigrationSelection;
import dev.ripcord.migration.selection.RevertSelection;
import dev.ripcord.postgres.history.RunMetadata;
import dev.ripcord.release.ShellWord;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ripcord migrate down}. */
@Command(
    name = "down",
    mixinStandardHelpOptions = true,
    description = {
      "Revert migrations, the last applied first; without a target only that one.",
      "The texts that were stored when they were applied are run; no file is needed.",
      "What would be lost is counted first: it is asked for on a terminal, and refused elsewhere."
    },
    footer = {"", "Example: ripcord migrate down --release v42"})
final class MigrateDown implements Callable<Integer> {
  private final MigrateContext tools;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MigrateOptions options = new MigrateOptions();

  @Option(
      names = "--to",
      paramLabel = "VERSION|base",
      description = "this version stays; base: none")
  private @Nullable String to;

  @Option(names = "-n", paramLabel = "COUNT", description = "the last COUNT")
  private @Nullable Integer count;

  @Option(
      names = "--release",
      paramLabel = "NAME",
      description = "exactly what this release applied")
  private @Nullable String release;

  @Option(
      names = "--no-checks",
      description = "do not ask the team's queries (verify/NN_*.sql) after each of them")
  private boolean noChecks;

  @Option(
      names = "--accept-loss",
      description = "revert also where rows or values are lost, or where that is not known")
  private boolean acceptLoss;

  @Option(
      names = "--no-restore",
      description = "do not bring back what a stage 2 has kept: it stays for \"ripcord salvage\"")
  private boolean noRestore;

  MigrateDown(MigrateContext tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() throws Exception {
    return tools.call(this::run);
  }

  private int run() {
    Optional<ForeignToolCommands> other = tools.otherTool(common, options);
    if (other.isPresent()) {
      return down(other.get());
    }
    boolean base = "base".equals(to);
    MigrateTarget target = MigrateTarget.of(base ? null : to, count);
    if (release != null && (base || !(target instanceof MigrateTarget.All))) {
      throw new ExitException(ExitCode.USAGE, "--release goes with neither --to nor -n");
    }
    if (base && count != null) {
      throw new ExitException(ExitCode.USAGE, "--to and -n cannot both be given");
    }
    boolean counted = release == null && to == null;
    Optional<Folder> folder = counted ? tools.folderIfAny(common, options) : Optional.empty();
    return tools.down(
        common,
        options,
        acceptLoss,
        !noRestore,
        past -> {
          MigrationSelection<Applied> choice = choose(new RevertSelection(past), base, target);
          return folder.map(each -> known(choice, each, past)).orElse(choice);
        },
        note());
  }

  /**
   * "The last one" of a database may be of another folder that shares its history, or newer than
   * these files: who counts must mean those.
   */
  private static MigrationSelection<Applied> known(
      MigrationSelection<Applied> choice, Folder folder, History past) {
    if (!(choice instanceof MigrationSelection.Chosen<Applied>(List<Applied> items))) {
      return choice;
    }
    List<String> reasons =
        items.stream()
            .filter(folder.lacks(past)::contains)
            .map(
                each ->
                    each.label()
                        + " comes next, and is not in this folder: it is newer than these files, or"
                        + " of another folder that shares this database's history. If you mean it,"
                        + " say how far to go: --to VERSION"
                        + each.release()
                            .map(name -> ", or --release " + ShellWord.of(name))
                            .orElse(""))
            .toList();
    return MigrationSelection.of(items, reasons);
  }

  /** Another tool's versions are not digits: what is said is handed on as it is. */
  private int down(ForeignToolCommands other) {
    if (release != null && (to != null || count != null)) {
      throw new ExitException(ExitCode.USAGE, "--release goes with neither --to nor -n");
    }
    if (release != null) {
      return other.downOf(release, tools.noteOfRecorded(Optional.of(release)), acceptLoss);
    }
    if (to != null && count != null) {
      throw new ExitException(ExitCode.USAGE, "--to and -n cannot both be given");
    }
    String target = to;
    int last = count == null ? 1 : count;
    if (last < 1) {
      throw new ExitException(ExitCode.USAGE, "-n " + last + ": 1 or more is needed");
    }
    return other.down(
        standing -> target == null ? standing.down(last) : standing.downTo(target),
        tools.note(Optional.empty()),
        acceptLoss);
  }

  private RunMetadata note() {
    RunMetadata note = tools.noteOfRecorded(Optional.ofNullable(release));
    return noChecks ? note.withoutChecks() : note;
  }

  private MigrationSelection<Applied> choose(
      RevertSelection downs, boolean base, MigrateTarget target) {
    if (release != null) {
      return downs.ofRelease(release);
    }
    return switch (target) {
      case MigrateTarget.All ignored -> base ? downs.toBase() : downs.last(1);
      case MigrateTarget.Count(int number) -> downs.last(number);
      case MigrateTarget.To(Version version) -> downs.to(version);
    };
  }
}
