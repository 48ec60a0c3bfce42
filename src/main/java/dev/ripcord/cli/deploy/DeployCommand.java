package dev.ripcord.cli.deploy;

import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.console.Choice;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Configuration;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.console.OutputFormat;
import dev.ripcord.cli.console.PollOptions;
import dev.ripcord.cli.console.UsageException;
import dev.ripcord.cli.report.ReportOptions;
import dev.ripcord.cli.watch.LocalWatch;
import dev.ripcord.config.Durations;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.migration.statement.Grade;
import dev.ripcord.port.Clocks;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.ReleaseName;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deploy}: migrate, put an image in place, watch it, and finish or roll back. */
@Command(
    name = "deploy",
    mixinStandardHelpOptions = true,
    description = {
      "Migrates, puts an image in place, and watches it.",
      "The migrations of stage 1 come first; image and database are rolled back when it is bad."
    },
    footer = {
      "",
      "Exit: as watch; 3 migrations are left to you, 4 refused, 5 a migration failed: the image was"
          + " not touched then.",
      "Example: ripcord deploy shop --image acme/shop:43 --backup"
    })
public final class DeployCommand implements Callable<Integer> {
  private final Console console;
  private final Clocks clocks;

  @Mixin private final CommonOptions common = new CommonOptions();
  @Mixin private final ReportOptions reporting = new ReportOptions();

  @Parameters(arity = "0..1", paramLabel = "SERVICE", description = "the only one when left out")
  private @Nullable String service;

  @Option(
      names = "--image",
      required = true,
      paramLabel = "IMAGE",
      description = "what to put in place")
  private String image = "";

  @Option(
      names = "--release",
      paramLabel = "NAME",
      description = "its name, new for each deploy (default: the image's tag)")
  private @Nullable String release;

  @ArgGroup private @Nullable How how;

  /** What becomes of pending migrations. */
  static final class How {
    @Option(
        names = "--auto-migrate",
        description = "apply the pending migrations of stage 1 (default)")
    private boolean auto;

    @Option(names = "--manual-migrate", description = "stop where migrations are pending")
    private boolean manual;

    @Option(names = "--skip-migrate", description = "leave the database alone")
    @SuppressWarnings("UnusedVariable") // what is neither of the others
    private boolean skip;
  }

  @Option(
      names = "--accept-risk",
      paramLabel = "GRADE",
      description =
          "apply migrations up to this risk, whatever the policy says: low, medium, high,"
              + " very-high, unknown (default: what the policy lets run by itself)")
  private @Nullable String acceptRisk;

  @Option(names = "--backup", description = "dump the database before it is migrated")
  private boolean backup;

  @Option(
      names = "--health-check",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "watch the release for its bake time (default; --no-health-check: do not)")
  private boolean healthCheck;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      description = "bake time (default: the configuration's)")
  private @Nullable String bake;

  @Option(
      names = "--forward-only",
      description = "deploy even if it could not be rolled back, which is refused otherwise")
  private boolean forwardOnly;

  @Option(
      names = "--require-rollback",
      description = "do not put the image in place where it could not be rolled back")
  private boolean requireRollback;

  @Option(names = "--retry", description = "deploy an image that was rolled back before")
  private boolean retry;

  @Option(names = "--checklist", description = "end with the checklist of what was done")
  private boolean checklist;

  public DeployCommand(Console console, Clocks clocks) {
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
    ServiceSettings chosen = Choice.of(settings, Optional.ofNullable(service));
    ImageRef target =
        PollOptions.read("--image", image, ImageRef::parse)
            .orElseThrow(() -> new UsageException("--image needs an image"));
    DeployWanted wanted =
        new DeployWanted(
            PollOptions.read("--release", release, ReleaseName::parse)
                .orElseGet(() -> name(target)),
            target,
            PollOptions.read("--for", bake, Durations::parsePositive),
            how(),
            accepted(),
            backup,
            healthCheck,
            forwardOnly,
            requireRollback,
            retry,
            reporting.places());
    LocalWatch.Look look = new LocalWatch.Look(format, Ansi.of(console, common.noColor));
    return new Deploy(console, clocks, settings, look).deploy(chosen, wanted, checklist);
  }

  private Optional<Grade> accepted() {
    return Optional.ofNullable(acceptRisk)
        .map(
            risk ->
                Arrays.stream(Grade.values())
                    .filter(grade -> grade.text().equals(risk))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            new UsageException(
                                "--accept-risk: \""
                                    + risk
                                    + "\" is no grade; low, medium, high, very-high and unknown"
                                    + " are")));
  }

  /** The tag without its colon, a digest as {@code sha256-…}; the whole image where it has none. */
  private static String name(ImageRef image) {
    return ReleaseName.from(image.tag().replaceFirst("^[:@]", ""));
  }

  private DeployWanted.Migrations how() {
    if (how == null || how.auto) {
      return DeployWanted.Migrations.AUTO;
    }
    return how.manual ? DeployWanted.Migrations.MANUAL : DeployWanted.Migrations.SKIP;
  }
}
