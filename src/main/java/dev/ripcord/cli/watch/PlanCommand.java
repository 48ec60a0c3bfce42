package dev.ripcord.cli.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.console.Choice;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Configuration;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.console.OutputFormat;
import dev.ripcord.cli.console.PollOptions;
import dev.ripcord.cli.wiring.Assembly;
import dev.ripcord.cli.wiring.JournalDatabase;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.engine.rollback.RollbackPlanning;
import dev.ripcord.json.DownImpactJson;
import dev.ripcord.json.PlanJson;
import dev.ripcord.migration.risk.DownImpact;
import dev.ripcord.port.Clocks;
import dev.ripcord.port.Journal;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.rollback.Planned;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code plan}: what a rollback would do now. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = "What a rollback would do now, step by step. Changes nothing.",
    footer = {"", "Exit: 0 it can be rolled back, 4 it cannot.", "Example: ripcord plan shop"})
public final class PlanCommand implements Callable<Integer> {

  private final Console console;
  private final Clocks clocks;

  @Mixin private final CommonOptions common = new CommonOptions();

  @Parameters(arity = "0..1", paramLabel = "SERVICE", description = "the only one when left out")
  private @Nullable String service;

  @Option(names = "--release", paramLabel = "NAME", description = "the last one when left out")
  private @Nullable String release;

  @Option(names = "--previous-image", paramLabel = "IMAGE", description = "what to put back")
  private @Nullable String previousImage;

  public PlanCommand(Console console, Clocks clocks) {
    this.console = console;
    this.clocks = clocks;
  }

  @Override
  public Integer call() {
    OutputFormat format = OutputFormat.of(common, false);
    Optional<Settings> loaded = new Configuration(console).load(common);
    if (loaded.isEmpty()) {
      return ExitCode.USAGE;
    }
    ServiceSettings chosen = Choice.of(loaded.get(), Optional.ofNullable(service));
    Optional<ImageRef> previous =
        PollOptions.read("--previous-image", previousImage, ImageRef::parse);
    Assembly assembly = new Assembly(console, clocks, loaded.get());
    try {
      Journal journal = assembly.journal(JournalDatabase.Sharing.JOIN);
      WatchedService made = assembly.service(chosen);
      Release subject =
          ReleaseResolver.of(journal, made, chosen, Optional.ofNullable(release), previous);
      RollbackPlanning.Priced priced =
          new RollbackPlanning(journal, made).priced(subject, made.terms().policy()).await();
      List<DownImpact> impacts = new RollbackPlanning(journal, made).impacts(subject).await();
      print(format, subject, priced, impacts);
      return priced.planned() instanceof Planned.Possible ? 0 : ExitCode.REFUSED;
    } finally {
      assembly.close();
    }
  }

  private void print(
      OutputFormat format,
      Release subject,
      RollbackPlanning.Priced priced,
      List<DownImpact> impacts) {
    Planned planned = priced.planned();
    if (format == OutputFormat.JSON) {
      ObjectNode json = PlanJson.of(subject, planned, priced.ways());
      DownImpactJson.add(json, impacts);
      console.out().println(json);
      return;
    }
    new PlanText(Ansi.of(console, common.noColor), new RevertCostText(priced.ways(), impacts))
        .lines(subject, planned)
        .forEach(console.out()::println);
    console.out().println();
    console.out().println("Nothing was changed.");
  }
}
