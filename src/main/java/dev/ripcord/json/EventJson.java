package dev.ripcord.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.health.Breaches;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Recorded;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.rollback.Salvaged;
import dev.ripcord.rollback.Step;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchSpec;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** One thing that happened to a watch, as one JSON object: a line of output, or one sent event. */
public final class EventJson {
  private EventJson() {}

  /**
   * An entry of the journal.
   *
   * @param watch as it stands after the entry: how many breaches condemn, what a step's number
   *     means, what the poll meant. An entry is written without it too, with nulls in these places.
   */
  public static ObjectNode of(Recorded recorded, Optional<WatchProjection> watch) {
    ObjectNode json = Json.object();
    json.put("event", "");
    json.put("id", recorded.id());
    json.put("watch", recorded.watch());
    json.put("time", Json.time(recorded.at()));
    json.put("service", recorded.service().text());
    json.put("release", recorded.release());
    String event =
        switch (recorded.entry()) {
          case Entry.Opened(var charter) -> started(json, charter);
          case Entry.Revised(var charter) -> {
            StatusJson.charter(json, charter);
            yield "revised";
          }
          case Entry.Watched(var what) -> watched(json, what, watch);
          case Entry.Planned(var plan) -> planned(json, plan);
          case Entry.Refused(var refusals) -> {
            json.set("refusals", PlanJson.refusals(refusals));
            yield "refused";
          }
          case Entry.Ran(var what) -> ran(json, what, watch);
          case Entry.ClockJumped(var by) -> {
            Json.seconds(json, "by", by);
            yield "clock-jumped";
          }
          case Entry.Finished(var outcome, var text) -> {
            json.put("outcome", outcome.text()).put("exitCode", outcome.exitCode());
            json.put("text", text);
            yield "finished";
          }
        };
    return json.put("event", event);
  }

  /**
   * The decision that a release is bad. It is no entry of its own in the journal (it follows from
   * the polls), so it has no number.
   *
   * @param text one line for people
   */
  public static ObjectNode condemned(
      ServiceName service, String release, Instant at, Breaches breaches, String text) {
    ObjectNode json = Json.object();
    json.put("event", "condemned").put("time", Json.time(at));
    json.put("service", service.text()).put("release", release);
    breaches(json, Optional.of(breaches));
    return json.put("text", text);
  }

  /** A poll that was judged, of a service with or without a watch. Has no number. */
  public static ObjectNode poll(
      ServiceName service, Sample sample, HealthReading reading, int streak) {
    ObjectNode json = Json.object().put("event", "poll");
    json.setAll(CheckJson.of(service, sample, reading));
    return json.put("release", sample.release()).put("streak", streak);
  }

  /** What downs destroyed and salvage has kept, with the commands that bring it back. */
  public static ArrayNode kept(List<Salvaged> kept) {
    ArrayNode array = Json.array();
    for (Salvaged each : kept) {
      array
          .addObject()
          .put("id", each.id())
          .put("what", each.what())
          .put("rows", each.rows())
          .put("restore", each.command());
    }
    return array;
  }

  static void breaches(ObjectNode to, Optional<Breaches> breaches) {
    to.put("breachesNeeded", breaches.map(Breaches::needed).orElse(null));
    to.put("breachesOf", breaches.map(Breaches::of).orElse(null));
  }

  private static String started(ObjectNode json, WatchSpec charter) {
    StatusJson.charter(json, charter);
    return "started";
  }

  private static String watched(
      ObjectNode json, WatchEvent event, Optional<WatchProjection> watch) {
    return switch (event) {
      case WatchEvent.Sampled(var sample) -> polled(json, sample, watch);
      case WatchEvent.Ticked() -> "ticked";
      case WatchEvent.PauseAsked(var by, var until) -> {
        json.put("by", by).put("until", Json.time(until));
        yield "paused";
      }
      case WatchEvent.ResumeAsked(var by) -> by(json, by, "resumed");
      case WatchEvent.AbortAsked(var by) -> by(json, by, "abort-asked");
      case WatchEvent.Approved(var by) -> by(json, by, "approved");
      case WatchEvent.RollbackAsked(var by, var imageOnly) ->
          by(json.put("imageOnly", imageOnly), by, "rollback-asked");
      case WatchEvent.Superseded(var release) -> {
        json.put("newRelease", release);
        yield "superseded";
      }
      case WatchEvent.NotRunning(var outcome, var text) -> {
        json.put("outcome", outcome.text()).put("text", text);
        yield "not-running";
      }
      case WatchEvent.RunEnded(var outcome, var text) -> {
        json.put("outcome", outcome.text()).put("text", text);
        yield "run-ended";
      }
    };
  }

  private static String polled(ObjectNode json, Sample sample, Optional<WatchProjection> watch) {
    Optional<WatchProjection.Poll> poll =
        watch.flatMap(WatchProjection::poll).filter(p -> p.sample().equals(sample));
    json.put("measuredAt", Json.time(sample.at()));
    json.put("verdict", poll.map(p -> p.reading().kind().text()).orElse(null));
    CheckJson.figures(json, sample);
    Json.whole(
        json, "streak", poll.map(p -> OptionalInt.of(p.streak())).orElse(OptionalInt.empty()));
    breaches(json, watch.map(it -> it.charter().rules().breaches()));
    json.set(
        "reasons",
        CheckJson.reasons(poll.map(p -> p.reading().reasons()).orElse(sample.reasons())));
    return "polled";
  }

  private static String planned(ObjectNode json, Plan plan) {
    json.setAll(PlanJson.of(plan));
    return "planned";
  }

  private static String ran(ObjectNode json, RunEvent event, Optional<WatchProjection> watch) {
    return switch (event) {
      case RunEvent.Begun() -> "rollback-started";
      case RunEvent.StepBegun(var index) -> step(json, index, watch, "step-started");
      case RunEvent.StepDone(var index, var text, var took, var kept) -> {
        step(json, index, watch, "");
        Json.seconds(json, "took", took);
        json.put("text", text);
        json.set("kept", kept(kept));
        yield "step-done";
      }
      case RunEvent.StepFailed(var index, var why) ->
          notDone(json, index, why, watch, "step-failed");
      case RunEvent.StepRefused(var index, var why) ->
          notDone(json, index, why, watch, "step-refused");
      case RunEvent.StepTimedOut(var index, var why) ->
          notDone(json, index, why, watch, "step-timed-out");
      case RunEvent.StepUncertain(var index, var why) ->
          notDone(json, index, why, watch, "step-uncertain");
      case RunEvent.StepStopped(var index) -> step(json, index, watch, "step-stopped");
      case RunEvent.LossFound(var index, var losses) ->
          notDone(json, index, losses, watch, "approval-asked");
      case RunEvent.Approved(var by) -> by(json, by, "downs-approved");
      case RunEvent.Checked(var health, var text) -> {
        json.put("verdict", health.name().toLowerCase(Locale.ROOT));
        json.put("text", text);
        yield "checked";
      }
      case RunEvent.Ticked() -> "ticked";
      case RunEvent.AbortAsked(var by) -> by(json, by, "abort-asked");
      case RunEvent.Resumed(var by) -> by(json, by, "resumed-run");
      case RunEvent.Restored(var text) -> {
        json.put("text", text);
        yield "restored";
      }
    };
  }

  private static String by(ObjectNode json, String by, String event) {
    json.put("by", by);
    return event;
  }

  private static String notDone(
      ObjectNode json, int index, String why, Optional<WatchProjection> watch, String event) {
    step(json, index, watch, event);
    json.put("text", why);
    return event;
  }

  private static String step(
      ObjectNode json, int index, Optional<WatchProjection> watch, String event) {
    json.put("step", index + 1);
    json.put("steps", watch.flatMap(WatchProjection::plan).map(p -> p.steps().size()).orElse(null));
    json.put("name", watch.flatMap(it -> it.step(index)).map(Step::name).orElse(null));
    return event;
  }
}
