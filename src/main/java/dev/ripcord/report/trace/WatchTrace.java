package dev.ripcord.report.trace;

import dev.ripcord.port.Entry;
import dev.ripcord.port.Recorded;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.report.StepRun;
import dev.ripcord.report.WatchReport;
import dev.ripcord.report.trace.Trace.Happening;
import dev.ripcord.report.trace.Trace.Span;
import dev.ripcord.report.trace.Trace.Status;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.rollback.RunResult;
import dev.ripcord.rollback.RunState;
import dev.ripcord.rollback.Step;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchEvent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The trace of a watch that has ended: a span for the watch, under it one for its rollback, under
 * that one for each step that was begun. Times are those of the journal. The ids follow from the
 * journal and the watch, so the same watch always gives the same trace.
 */
public final class WatchTrace {
  private final WatchReport report;
  private final String key;
  private final Release release;
  private final Optional<TraceParent> parent;
  private final Map<Integer, Instant> begun = new HashMap<>();
  private final Map<Integer, Instant> ended = new HashMap<>();
  private final List<Happening> moments = new ArrayList<>();
  private final List<Happening> checks = new ArrayList<>();
  private Optional<Instant> rollback = Optional.empty();
  private Optional<Instant> rollbackEnded = Optional.empty();
  private Optional<RunResult> result = Optional.empty();

  private WatchTrace(WatchReport report, String journal) {
    this.report = report;
    this.key = journal + "/watch-" + report.row().id();
    this.release = report.row().charter().release();
    this.parent =
        report
            .row()
            .charter()
            .traceParent()
            .flatMap(TraceParent::parse)
            .filter(TraceParent::sampled);
  }

  /**
   * The trace.
   *
   * @param report a watch that has ended
   * @param journal the id of its journal
   * @param environment where the service runs
   */
  public static Trace of(WatchReport report, String journal, String environment) {
    WatchTrace made = new WatchTrace(report, journal);
    made.fold();
    Map<String, Object> resource = new LinkedHashMap<>();
    resource.put("service.name", made.release.service().text());
    resource.put("service.version", made.release.shownName());
    resource.put("deployment.environment.name", environment);
    String trace = made.parent.map(TraceParent::traceId).orElseGet(() -> hash(made.key, 16));
    return new Trace(trace, resource, made.spans());
  }

  private void fold() {
    Optional<WatchProjection> watch = Optional.empty();
    for (Recorded each : report.entries()) {
      watch = WatchProjection.after(watch, each);
      switch (each.entry()) {
        case Entry.Planned _ -> rollback = Optional.of(each.at());
        case Entry.Ran(var event) -> {
          ran(each.at(), event);
          Optional<RunState> run = watch.flatMap(WatchProjection::run);
          if (result.isEmpty() && run.isPresent() && run.get() instanceof RunState.Ended over) {
            rollbackEnded = Optional.of(each.at());
            result = Optional.of(over.result());
          }
        }
        case Entry.Watched(var event) -> watched(each.at(), event);
        case Entry.Refused(var refusals) ->
            refusals.forEach(
                why ->
                    moments.add(
                        new Happening(
                            each.at(), "rollback refused", Map.of("ripcord.reason", why.text()))));
        case Entry.Revised _ ->
            moments.add(new Happening(each.at(), "judged by other rules", Map.of()));
        case Entry.Opened _, Entry.ClockJumped _, Entry.Finished _ -> {}
      }
    }
    report
        .condemned()
        .ifPresent(
            condemned ->
                moments.add(
                    new Happening(
                        condemned.at(),
                        "condemned",
                        Map.of(
                            "ripcord.rule",
                            condemned.why().rule(),
                            "ripcord.measured",
                            condemned.why().figures()))));
    moments.sort((a, b) -> a.at().compareTo(b.at()));
  }

  private void watched(Instant at, WatchEvent event) {
    switch (event) {
      case WatchEvent.PauseAsked(var by, var _) -> asked(at, "paused", by);
      case WatchEvent.ResumeAsked(var by) -> asked(at, "resumed", by);
      case WatchEvent.AbortAsked(var by) -> asked(at, "abort asked for", by);
      case WatchEvent.Approved(var by) -> asked(at, "rollback approved", by);
      case WatchEvent.RollbackAsked(var by, var _) -> asked(at, "rollback asked for", by);
      case WatchEvent.Superseded(var by) ->
          moments.add(new Happening(at, "superseded", Map.of("ripcord.superseded_by", by)));
      case WatchEvent.Sampled _,
          WatchEvent.Ticked _,
          WatchEvent.NotRunning _,
          WatchEvent.RunEnded _ -> {}
    }
  }

  private void asked(Instant at, String what, String by) {
    moments.add(new Happening(at, what, Map.of("ripcord.by", by)));
  }

  private void ran(Instant at, RunEvent event) {
    switch (event) {
      case RunEvent.StepBegun(var index) -> begun.putIfAbsent(index, at);
      case RunEvent.StepDone(var index, var _, var _, var _) -> ended.put(index, at);
      case RunEvent.StepFailed(var index, var _) -> ended.put(index, at);
      case RunEvent.StepRefused(var index, var _) -> ended.put(index, at);
      case RunEvent.StepTimedOut(var index, var _) -> ended.put(index, at);
      case RunEvent.StepUncertain(var index, var _) -> ended.put(index, at);
      case RunEvent.StepStopped(var index) -> ended.put(index, at);
      case RunEvent.Checked(var health, var text) ->
          checks.add(
              new Happening(
                  at,
                  "polled",
                  Map.of(
                      "ripcord.verdict",
                      health.name().toLowerCase(Locale.ROOT),
                      "ripcord.measured",
                      text)));
      case RunEvent.Begun _,
          RunEvent.LossFound _,
          RunEvent.Approved _,
          RunEvent.Ticked _,
          RunEvent.AbortAsked _,
          RunEvent.Resumed _,
          RunEvent.Restored _ -> {}
    }
  }

  private List<Span> spans() {
    List<Span> spans = new ArrayList<>();
    Instant end = report.row().endedAt().orElseGet(() -> report.entries().getLast().at());
    String root = hash(key + "/watch", 8);
    spans.add(
        new Span(
            root,
            parent.map(TraceParent::spanId),
            "watch",
            report.row().charter().startedAt(),
            end,
            attributes(),
            moments,
            status()));
    if (rollback.isPresent()) {
      String id = hash(key + "/rollback", 8);
      Instant over = rollbackEnded.orElse(end);
      spans.add(
          new Span(
              id,
              Optional.of(root),
              "rollback",
              rollback.get(),
              over,
              ofRollback(),
              List.of(),
              statusOfRollback()));
      for (StepRun step : report.steps()) {
        step(step, id, over).ifPresent(spans::add);
      }
    }
    return spans;
  }

  private Map<String, Object> attributes() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("ripcord.release", release.shownName());
    map.put("ripcord.watch", report.row().id());
    map.put("ripcord.polls", (long) report.polls().size());
    report.outcome().ifPresent(outcome -> map.put("ripcord.outcome", outcome.text()));
    release.image().map(ImageRef::text).ifPresent(image -> map.put("ripcord.image", image));
    release
        .previousImage()
        .map(ImageRef::text)
        .ifPresent(image -> map.put("ripcord.previous_image", image));
    map.put("deployment.id", key);
    map.put("deployment.name", release.shownName());
    report
        .outcome()
        .flatMap(WatchTrace::deployment)
        .ifPresent(s -> map.put("deployment.status", s));
    return map;
  }

  /** Empty where it is not known whether the deployment is a good one. */
  private static Optional<String> deployment(Outcome outcome) {
    return switch (outcome) {
      case HEALTHY -> Optional.of("succeeded");
      case ROLLED_BACK, ROLLED_BACK_UNHEALTHY, FAILED, CONDEMNED -> Optional.of("failed");
      case INCONCLUSIVE, ABORTED, SUPERSEDED -> Optional.empty();
    };
  }

  private Status status() {
    Optional<String> deployment = report.outcome().flatMap(WatchTrace::deployment);
    if (deployment.isEmpty()) {
      return Status.UNSET;
    }
    return deployment.get().equals("failed")
        ? Status.error(report.row().text().orElse(""))
        : Status.OK;
  }

  private Map<String, Object> ofRollback() {
    Map<String, Object> map = new LinkedHashMap<>();
    report
        .plan()
        .ifPresent(
            plan -> {
              map.put("ripcord.steps", (long) plan.steps().size());
              map.put("ripcord.order", order(plan));
            });
    report.rolledBackTo().map(ImageRef::text).ifPresent(to -> map.put("ripcord.image", to));
    report.expanded().ifPresent(why -> map.put("ripcord.schema_ahead", why));
    return map;
  }

  private static String order(Plan plan) {
    return plan.order().name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private Status statusOfRollback() {
    if (result.isEmpty()) {
      return Status.UNSET;
    }
    return result.get() instanceof RunResult.Helped ? Status.OK : Status.error(result.get().text());
  }

  /** A step that was begun. That of the polls after the switch ends with the rollback. */
  private Optional<Span> step(StepRun step, String rollbackSpan, Instant over) {
    int index = step.number() - 1;
    boolean verifies = step.step() instanceof Step.Verify;
    Optional<Instant> begin =
        Optional.ofNullable(begun.get(index))
            .or(() -> verifies && !checks.isEmpty() ? lastEnd(index) : Optional.empty());
    Instant end = Optional.ofNullable(ended.get(index)).orElse(over);
    return begin.map(
        at ->
            new Span(
                hash(key + "/step-" + step.number(), 8),
                Optional.of(rollbackSpan),
                step.step().name(),
                at,
                end,
                ofStep(step),
                verifies ? checks : List.of(),
                status(step)));
  }

  private Optional<Instant> lastEnd(int before) {
    return ended.entrySet().stream()
        .filter(entry -> entry.getKey() < before)
        .map(Map.Entry::getValue)
        .max(Instant::compareTo)
        .or(() -> rollback);
  }

  private static Map<String, Object> ofStep(StepRun step) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("ripcord.step", (long) step.number());
    map.put("ripcord.step.name", step.name());
    map.put("ripcord.step.state", step.state().text());
    if (step.state() == StepRun.State.DONE && !step.text().isEmpty()) {
      map.put("ripcord.step.result", step.text());
    }
    if (step.step() instanceof Step.Down down) {
      map.put("ripcord.migration", down.label());
    }
    return map;
  }

  private static Status status(StepRun step) {
    return switch (step.state()) {
      case DONE -> Status.OK;
      case FAILED, NOT_BEGUN, TIMED_OUT, UNCERTAIN, BROKEN_OFF ->
          Status.error(
              step.text().isEmpty()
                  ? step.state().words()
                  : step.state().words() + ": " + step.text());
      case PLANNED, UNDER_WAY -> Status.UNSET;
    };
  }

  /** The first bytes of a hash, in hexadecimal. That all are 0 is not to be expected. */
  private static String hash(String name, int bytes) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
