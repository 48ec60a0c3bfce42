package dev.ripcord.report;

import dev.ripcord.port.Entry;
import dev.ripcord.port.Recorded;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.RevertCommand;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.rollback.RunResult;
import dev.ripcord.rollback.RunState;
import dev.ripcord.rollback.Salvaged;
import dev.ripcord.rollback.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a rollback leaves, as its journal tells.
 *
 * @param ran whether one was begun at all
 * @param kept what its downs destroyed and salvage has kept
 * @param backups what its backups say of themselves, with their files
 * @param remaining what a person has still to do, with the commands
 */
public record Aftermath(
    boolean ran, List<Salvaged> kept, List<String> backups, List<String> remaining) {
  public Aftermath {
    kept = List.copyOf(kept);
    backups = List.copyOf(backups);
    remaining = List.copyOf(remaining);
  }

  /** From all entries of a watch, in order. */
  public static Aftermath of(List<Recorded> entries) {
    Optional<WatchProjection> watch = Optional.empty();
    List<Salvaged> kept = new ArrayList<>();
    List<String> backups = new ArrayList<>();
    for (Recorded entry : entries) {
      watch = WatchProjection.after(watch, entry);
      if (entry.entry()
          instanceof Entry.Ran(RunEvent.StepDone(var index, var text, var _, var of))) {
        kept.addAll(of);
        watch
            .flatMap(it -> it.step(index))
            .filter(Step.Backup.class::isInstance)
            .ifPresent(backup -> backups.add(text));
      }
    }
    Optional<RunState> run = watch.flatMap(WatchProjection::run);
    List<String> remaining = new ArrayList<>();
    if (run.isPresent() && run.get() instanceof RunState.Ended(Plan plan, RunResult result)) {
      remaining.addAll(open(plan, result));
    }
    if (!kept.isEmpty()) {
      remaining.add(
          "decide on what was kept: bring it back once the release that makes its place is deployed"
              + " again, or delete it for good: ripcord salvage purge "
              + String.join(" ", kept.stream().map(each -> String.valueOf(each.id())).toList()));
    }
    return new Aftermath(run.isPresent(), kept, backups, remaining);
  }

  private static List<String> open(Plan plan, RunResult result) {
    return switch (result) {
      case RunResult.Helped helped -> ahead(plan, helped.expanded());
      case RunResult.DidNotHelp not -> {
        List<String> all = new ArrayList<>(List.of("look at the service: it is not seen healthy"));
        all.addAll(ahead(plan, not.expanded()));
        yield all;
      }
      case RunResult.Broke broke -> broke.open();
      case RunResult.Stopped stopped -> stopped.open();
    };
  }

  private static List<String> ahead(Plan plan, Optional<String> expanded) {
    return expanded.stream()
        .map(
            why ->
                "the schema is ahead of the image ("
                    + why
                    + "); to finish "
                    + RevertCommand.ofRelease(plan.release().name()))
        .toList();
  }
}
