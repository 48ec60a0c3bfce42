package dev.ripcord.cli.watch;

import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.console.Choice;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Configuration;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.console.OutputFormat;
import dev.ripcord.cli.console.PollOptions;
import dev.ripcord.cli.report.ReportOptions;
import dev.ripcord.cli.report.Reports;
import dev.ripcord.cli.wiring.EventLoops;
import dev.ripcord.cli.wiring.PipelineTrace;
import dev.ripcord.config.Durations;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.port.Clocks;
import dev.ripcord.port.Control;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.ReleaseName;
import dev.ripcord.rollback.Policy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code watch}: one release in the foreground, until proved healthy or rolled back. */
@Command(
    name = "watch",
    mixinStandardHelpOptions = true,
    description = "Watches one release until it is proved healthy, or rolled back.",
    footer = {
      "",
      "Exit: 0 healthy, 10 rolled back and healthy again, 11 rolled back and still unhealthy, 12"
          + " the rollback failed or was refused, 13 inconclusive, 14 stopped by a person, 15"
          + " superseded, 16 condemned but acting was switched off.",
      "",
      "Example, right after a deploy:",
      "  ripcord watch --service shop --release v42 --image acme/shop:42 \\",
      "    --previous-image acme/shop:41 --for 15m"
    })
public final class WatchCommand implements Callable<Integer> {
  private final Console console;
  private final Clocks clocks;

  @Mixin private final CommonOptions common = new CommonOptions();
  @Mixin private final PollOptions polls = new PollOptions();
  @Mixin private final ReportOptions reporting = new ReportOptions();

  @Option(names = "--service", paramLabel = "NAME", description = "the only one when left out")
  private @Nullable String service;

  @Option(names = "--release", paramLabel = "NAME", required = true, description = "such as v42")
  private String release = "";

  @Option(names = "--image", paramLabel = "IMAGE", description = "what runs now")
  private @Nullable String image;

  @Option(names = "--previous-image", paramLabel = "IMAGE", description = "what ran before")
  private @Nullable String previousImage;

  @Option(names = "--for", paramLabel = "TIME", description = "bake time, such as 15m")
  private @Nullable String bake;

  @Option(names = "--dry-run", description = "judge, and roll nothing back")
  private boolean dryRun;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description = "append each poll to FILE, for replay")
  private @Nullable Path record;

  @Option(
      names = "--require-rollback",
      description = "refuse a release that could not be rolled back (exit code 4)")
  private boolean requireRollback;

  @Option(names = "--retry", description = "watch anew a release that was watched before")
  private boolean retry;

  public WatchCommand(Console console, Clocks clocks) {
    this.console = console;
    this.clocks = clocks;
  }

  @Override
  public Integer call() throws IOException {
    OutputFormat format = OutputFormat.of(common, false);
    Optional<Settings> loaded = new Configuration(console).load(common);
    if (loaded.isEmpty()) {
      return ExitCode.USAGE;
    }
    Settings settings = loaded.get();
    settings.warnings().forEach(w -> console.err().println("warning: " + w));
    Optional<Duration> time = PollOptions.read("--for", bake, Durations::parsePositive);
    ServiceSettings watched = polls.over(Choice.of(settings, Optional.ofNullable(service)), time);
    String name = PollOptions.read("--release", release, ReleaseName::parse).orElseThrow();
    Control.Announcement announcement =
        new Control.Announcement(
            watched.name(),
            name,
            PollOptions.read("--image", image, ImageRef::parse),
            PollOptions.read("--previous-image", previousImage, ImageRef::parse),
            time,
            retry,
            PipelineTrace.of(console));
    Optional<String> alertOnly = dryRun ? Optional.of("--dry-run") : Optional.empty();
    Reports reports = new Reports(console, settings, reporting.places());
    LocalWatch.Look look = new LocalWatch.Look(format, Ansi.of(console, common.noColor));
    try (EventLoops loops = new EventLoops(console)) {
      if (requireRollback
          && !new RollbackRequired(console, loops, clocks, settings).holds(watched, announcement)) {
        reports.notWatched(
            watched.name(),
            name,
            clocks.wall().instant(),
            ExitCode.REFUSED,
            "refused, since it could not be rolled back (--require-rollback)");
        return ExitCode.REFUSED;
      }
      return new LocalWatch(console, loops, clocks, settings, look)
          .watch(
              watched,
              new LocalWatch.Wanted(
                  announcement,
                  alertOnly,
                  Optional.empty(),
                  Policy.Scope.BOTH,
                  reports,
                  Optional.ofNullable(record)))
          .exitCode();
    }
  }
}
