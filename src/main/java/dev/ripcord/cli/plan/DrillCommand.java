package dev.ripcord.cli.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.console.Format;
import dev.ripcord.cli.console.OutputFormat;
import dev.ripcord.config.MigrationSettings;
import dev.ripcord.json.Json;
import dev.ripcord.json.PlanJson;
import dev.ripcord.migration.Applied;
import dev.ripcord.migration.proof.RevertCost;
import dev.ripcord.port.Clocks;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.verify.RevertDrill;
import dev.ripcord.postgres.verify.RevertDrill.Rehearsed;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.Planned;
import dev.ripcord.rollback.Step;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ripcord drill}. */
@Command(
    name = "drill",
    mixinStandardHelpOptions = true,
    description = {
      "Rehearses the rollback of a release on a scratch copy.",
      "Asks the platform, and runs the downs on a copy of the database. Changes nothing."
    },
    footer = {
      "",
      "Exit codes: 0 it went well, 4 it could not be rolled back, 5 a down failed.",
      "Example: ripcord drill shop"
    })
public final class DrillCommand implements Callable<Integer> {
  private static final int MIGRATION_FAILED = 5;

  private final Console console;
  private final Clocks clocks;

  @Mixin private final CommonOptions common = new CommonOptions();
  @Mixin private final ReleaseOptions options = new ReleaseOptions();

  public DrillCommand(Console console, Clocks clocks) {
    this.console = console;
    this.clocks = clocks;
  }

  @Override
  public Integer call() {
    OutputFormat format = OutputFormat.of(common, false);
    return Considered.with(
        console,
        clocks,
        common,
        options,
        considered -> {
          Optional<Rehearsed> rehearsed =
              considered.planned() instanceof Planned.Possible possible
                  ? rehearse(considered, possible.plan())
                  : Optional.empty();
          report(format, considered, rehearsed);
          return exitCode(considered.planned(), rehearsed);
        });
  }

  private static int exitCode(Planned planned, Optional<Rehearsed> rehearsed) {
    if (planned instanceof Planned.Impossible) {
      return ExitCode.REFUSED;
    }
    return rehearsed.filter(each -> !each.isGood()).isPresent() ? MIGRATION_FAILED : ExitCode.DONE;
  }

  /** Empty where the plan has no down that could be run on a copy. */
  private Optional<Rehearsed> rehearse(Considered considered, Plan plan) {
    List<Applied> applied =
        considered.service().schema().map(schema -> schema.applied().await()).orElse(List.of());
    List<Applied> downs =
        plan.steps().stream()
            .filter(Step.Down.class::isInstance)
            .map(Step.Down.class::cast)
            .flatMap(
                down -> applied.stream().filter(a -> a.version().equals(down.version())).limit(1))
            .toList();
    Optional<MigrationSettings> migrations =
        considered.settings().migrations().filter(MigrationSettings::isRunHere);
    if (downs.isEmpty() || migrations.isEmpty()) {
      return Optional.empty();
    }
    RevertDrill drill =
        new RevertDrill(
            considered.assembly().vertx(),
            Database.of(migrations.get().database().orElseThrow()),
            migrations.get().shadow(),
            clocks.nanos());
    considered.assembly().ending(drill::abandon);
    console
        .err()
        .println(
            "… rehearsing " + Format.count(downs.size(), "down", "downs") + " on a scratch copy");
    return Optional.of(drill.rehearse(downs).await());
  }

  private void report(OutputFormat format, Considered considered, Optional<Rehearsed> rehearsed) {
    List<RevertCost> ways = considered.priced().ways();
    Planned planned = considered.planned();
    if (format == OutputFormat.JSON) {
      ObjectNode json = PlanJson.of(considered.release(), planned, ways);
      rehearsed.ifPresentOrElse(each -> json.set("drill", json(each)), () -> json.putNull("drill"));
      console.out().println(json);
      return;
    }
    new PlanText(Ansi.of(console, common.noColor), new RevertCostText(ways, List.of()))
        .lines(considered.release(), planned)
        .forEach(console.out()::println);
    console.out().println();
    rehearsed.ifPresent(this::print);
    console
        .out()
        .println(
            rehearsed.isPresent()
                ? "On a scratch copy with some of the rows; the live database was only read. A"
                    + " large table takes longer than its copy."
                : planned instanceof Planned.Impossible
                    ? "Nothing was rehearsed."
                    : "Nothing was rehearsed on a copy: there is no down that is run here.");
  }

  private void print(Rehearsed rehearsed) {
    console.out().println("Drill (copy made in " + Format.duration(rehearsed.copying()) + "):");
    rehearsed
        .downs()
        .forEach(
            down ->
                console
                    .out()
                    .println(
                        down.failure()
                            .map(why -> "  ✖ down " + down.label() + ": " + why)
                            .orElseGet(
                                () ->
                                    "  ✔ down %s in %s"
                                        .formatted(down.label(), Format.duration(down.took())))));
    rehearsed.gaps().forEach(gap -> console.out().println("  ? not on the copy: " + gap));
  }

  private static ObjectNode json(Rehearsed rehearsed) {
    ObjectNode json = Json.object().put("good", rehearsed.isGood());
    Json.seconds(json, "copying", rehearsed.copying());
    ArrayNode downs = json.putArray("downs");
    rehearsed
        .downs()
        .forEach(
            down -> {
              ObjectNode each = downs.addObject().put("migration", down.label());
              Json.seconds(each, "took", down.took());
              each.put("failure", down.failure().orElse(null));
            });
    ArrayNode gaps = json.putArray("gaps");
    rehearsed.gaps().forEach(gaps::add);
    return json;
  }
}
