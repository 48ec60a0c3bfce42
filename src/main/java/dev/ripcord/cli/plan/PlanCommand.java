package dev.ripcord.cli.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.console.OutputFormat;
import dev.ripcord.json.DownImpactJson;
import dev.ripcord.json.PlanJson;
import dev.ripcord.migration.proof.RevertCost;
import dev.ripcord.migration.risk.DownImpact;
import dev.ripcord.port.Clocks;
import dev.ripcord.rollback.Planned;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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
  @Mixin private final ReleaseOptions options = new ReleaseOptions();

  public PlanCommand(Console console, Clocks clocks) {
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
          print(format, considered, considered.planning().impacts(considered.release()).await());
          return considered.planned() instanceof Planned.Possible
              ? ExitCode.DONE
              : ExitCode.REFUSED;
        });
  }

  private void print(OutputFormat format, Considered considered, List<DownImpact> impacts) {
    List<RevertCost> ways = considered.priced().ways();
    if (format == OutputFormat.JSON) {
      ObjectNode json = PlanJson.of(considered.release(), considered.planned(), ways);
      DownImpactJson.add(json, impacts);
      console.out().println(json);
      return;
    }
    new PlanText(Ansi.of(console, common.noColor), new RevertCostText(ways, impacts))
        .lines(considered.release(), considered.planned())
        .forEach(console.out()::println);
    console.out().println();
    console.out().println("Nothing was changed.");
  }
}
