package dev.ripcord.cli.deploy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.Format;
import dev.ripcord.cli.console.OutputFormat;
import dev.ripcord.cli.migrate.context.ExitException;
import dev.ripcord.cli.watch.LocalWatch;
import dev.ripcord.json.Json;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.RevertCommand;
import dev.ripcord.watch.Outcome;
import java.util.List;

/** Prints a deploy, a line or one JSON object for each step, and keeps its checklist. */
final class DeployReporter {
  private final Console console;
  private final LocalWatch.Look look;
  private final Checklist checklist = new Checklist();

  /**
   * Prints nothing yet.
   *
   * @param console where to write
   * @param look text or JSON
   */
  DeployReporter(Console console, LocalWatch.Look look) {
    this.console = console;
    this.look = look;
  }

  void begin(Release release) {
    String image =
        release.image().orElseThrow()
            + " (now "
            + release.previousImage().map(p -> p.after(release.image().orElseThrow())).orElse("?")
            + ")";
    if (isText()) {
      console
          .out()
          .println("deploying " + release.service() + " " + release.shownName() + ": " + image);
      return;
    }
    ObjectNode json = Json.object().put("event", "deploy-started");
    json.put("service", release.service().text()).put("release", release.name());
    json.put("image", release.image().orElseThrow().text());
    json.put("previousImage", release.previousImage().map(Object::toString).orElse(null));
    console.out().println(json);
  }

  /** Prints what a step has found, and ends the deploy where it says so. */
  void report(StepResult result) {
    result.lines().forEach(line -> done(line.step(), line.text()));
    result.ticks().forEach(checklist::add);
    result.next().ifPresent(this::next);
    if (result.stop().isPresent()) {
      throw result.stop().get();
    }
  }

  private void done(String step, String text) {
    if (isText()) {
      console.out().println(look.paint().ok() + " " + text);
      return;
    }
    console
        .out()
        .println(Json.object().put("event", "deploy-step").put("step", step).put("text", text));
  }

  private void next(String text) {
    if (isText()) {
      console.out().println("Next: " + text);
      return;
    }
    console.out().println(Json.object().put("event", "deploy-next").put("text", text));
  }

  /** Prints what was done and what was not. */
  void checklist() {
    if (isText()) {
      checklist.lines(look.paint()).forEach(console.out()::println);
      return;
    }
    console.out().println(checklist.json());
  }

  /** What is said when it is ended by a signal before the watch. */
  String interrupted(DeployWanted wanted, DeployPhase phase, List<String> applied) {
    String before =
        applied.isEmpty()
            ? ""
            : "; "
                + Format.count(applied.size(), "migration stays", "migrations stay")
                + " applied, which the image before can live with";
    return switch (phase) {
      case CHECKS -> "interrupted; nothing was changed. The same command begins anew.";
      case MIGRATIONS ->
          "interrupted; the image was not touched"
              + before
              + ". The same command goes on"
              + (applied.isEmpty()
                  ? ""
                  : "; to revert them " + RevertCommand.ofRelease(wanted.release()));
      case IMAGE ->
          "interrupted while "
              + wanted.image()
              + " was put in place: it may run, or the image before, or neither"
              + before
              + ". The same command goes on with it, and then watches it.";
      case PLACED ->
          "interrupted; "
              + wanted.image()
              + " is in place and nobody watches it"
              + before
              + ". The same command begins the watch.";
    };
  }

  /** It ended before the watch. */
  void stopped(ServiceName service, String release, ExitException stop) {
    if (isText()) {
      console.err().println(look.paint().cross() + " " + stop.getMessage());
      return;
    }
    ObjectNode json = Json.object().put("event", "finished");
    json.put("service", service.text()).put("release", release);
    json.put("outcome", Outcome.FAILED.text()).put("exitCode", stop.exitCode());
    console.out().println(json.put("text", stop.getMessage()));
  }

  private boolean isText() {
    return look.format() == OutputFormat.TEXT;
  }
}
