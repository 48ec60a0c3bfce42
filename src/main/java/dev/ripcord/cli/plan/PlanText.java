package dev.ripcord.cli.plan;

import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.console.Format;
import dev.ripcord.release.Release;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.Planned;
import dev.ripcord.rollback.Refusal;
import dev.ripcord.rollback.RollbackMachine;
import dev.ripcord.rollback.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A plan as people read it. */
public final class PlanText {
  private final Ansi paint;
  private final RevertCostText ways;

  /**
   * Reads nothing.
   *
   * @param ways what is known of the downs
   */
  public PlanText(Ansi paint, RevertCostText ways) {
    this.paint = paint;
    this.ways = ways;
  }

  /** All lines. */
  public List<String> lines(Release release, Planned planned) {
    return switch (planned) {
      case Planned.Possible possible -> possible(possible.plan(), possible.target());
      case Planned.Impossible impossible -> impossible(release, impossible);
    };
  }

  private List<String> possible(Plan plan, String target) {
    Release release = plan.release();
    List<String> lines = new ArrayList<>();
    lines.add(
        paint.ok()
            + " "
            + release.service()
            + " can be rolled back from "
            + release.shownName()
            + " to "
            + release.previousImage().map(Object::toString).orElse("?")
            + ":");
    lines.add("");
    int i = 0;
    for (Step step : plan.steps()) {
      String known = step instanceof Step.SwitchImage && !target.isEmpty() ? "   " + target : "";
      String after = step instanceof Step.Down down ? ways.after(down) : known;
      lines.add(String.format("  %d  %-8s%s%s", ++i, step.name(), detail(step), after));
      if (step instanceof Step.Down down) {
        ways.below(down).forEach(line -> lines.add(" ".repeat(13) + line));
      }
    }
    lines.add("");
    lines.add(plan.why());
    lines.add("What takes longer is broken off: " + budgets(plan) + ".");
    lines.addAll(plan.warnings());
    return lines;
  }

  /** Drain, ask and verify say their own. */
  private static String budgets(Plan plan) {
    return plan.steps().stream()
        .filter(
            step ->
                !(step instanceof Step.Drain
                    || step instanceof Step.Approval
                    || step instanceof Step.Verify))
        .map(step -> step.name() + " " + Format.duration(step.budget()))
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private String detail(Step step) {
    return switch (step) {
      case Step.SwitchImage image ->
          image
              .from()
              .map(f -> f + " " + paint.arrow() + " " + image.to().after(f))
              .orElse(image.to().text());
      case Step.Down down -> down.label();
      case Step.Verify verify ->
          verify.polls() + " healthy polls, at most " + Format.duration(verify.budget());
      case Step.Drain drain ->
          "until no session of the replaced version is left, at most "
              + Format.duration(drain.budget());
      case Step.Backup backup ->
          backup.file()
              + switch (backup.of()) {
                case DATABASE -> "";
                case TABLES -> " (the tables that the downs change)";
              };
      case Step.Approval approval ->
          "a person, where the downs would lose something then; within "
              + Format.duration(approval.within())
              + ", else they "
              + (approval.otherwiseRuns() ? "run" : "are left out");
      case Step.Stop stop -> RollbackMachine.name(stop);
    };
  }

  private List<String> impossible(Release release, Planned.Impossible planned) {
    List<Refusal> refusals = planned.refusals();
    List<String> lines = new ArrayList<>();
    lines.add(
        paint.cross()
            + " "
            + release.service()
            + " cannot be rolled back from "
            + release.shownName()
            + ":");
    refusals.forEach(r -> lines.add("  " + paint.dot() + " " + r.text()));
    if (!planned.downs().isEmpty()) {
      lines.add("");
      lines.add("Of " + release.shownName() + " in the database, newest first:");
      for (Step step : planned.downs()) {
        String after = step instanceof Step.Down down ? ways.after(down) : "";
        lines.add("  " + paint.dot() + " " + detail(step) + after);
        if (step instanceof Step.Down down) {
          ways.below(down).forEach(line -> lines.add("      " + line));
        }
      }
    }
    lines.add("");
    refusals.stream().map(Refusal::next).distinct().forEach(n -> lines.add("Next: " + n));
    return lines;
  }
}
