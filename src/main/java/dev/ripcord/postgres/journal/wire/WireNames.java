package dev.ripcord.postgres.journal.wire;

import dev.ripcord.health.Baseline;
import dev.ripcord.health.Bound;
import dev.ripcord.health.Breaches;
import dev.ripcord.health.Counts;
import dev.ripcord.health.DatabaseState;
import dev.ripcord.health.Escalation;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Limit;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Ratio;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Control.Wish;
import dev.ripcord.port.Entry;
import dev.ripcord.release.Release;
import dev.ripcord.rollback.Order;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.Policy;
import dev.ripcord.rollback.Refusal;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.rollback.Salvaged;
import dev.ripcord.rollback.Step;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchSpec;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The names by which values of the program stand in people's journals: of an entry and a step its
 * type, of a record its fields in the order of the components, of an enum its constants in their
 * order. A class, a component or a constant may be renamed in the program at any time; what stands
 * here may not, because every later version has to read it. A component that is added gets its name
 * at the same place here. Thread-safe.
 */
public final class WireNames {
  private final Map<Class<?>, String> types = new HashMap<>();
  private final Map<Class<?>, List<String>> fields = new HashMap<>();
  private final Map<Enum<?>, String> constants = new HashMap<>();

  /** The names in all journals. */
  static WireNames ofTheJournal() {
    WireNames names = new WireNames();
    names.entries();
    names.eventsOfAWatch();
    names.eventsOfARun();
    names.steps();
    names.values();
    names.enums();
    return names;
  }

  private void entries() {
    type(Entry.Opened.class, "opened", "charter");
    type(Entry.Revised.class, "revised", "charter");
    type(Entry.Planned.class, "planned", "plan");
    type(Entry.Refused.class, "refused", "refusals");
    type(Entry.ClockJumped.class, "clock-jumped", "by");
    type(Entry.Finished.class, "finished", "outcome", "text");
  }

  private void eventsOfAWatch() {
    type(WatchEvent.Sampled.class, "watch.sampled", "sample");
    type(WatchEvent.Ticked.class, "watch.ticked");
    type(WatchEvent.PauseAsked.class, "watch.pause-asked", "by", "until");
    type(WatchEvent.ResumeAsked.class, "watch.resume-asked", "by");
    type(WatchEvent.AbortAsked.class, "watch.abort-asked", "by");
    type(WatchEvent.Approved.class, "watch.approved", "by");
    type(WatchEvent.RollbackAsked.class, "watch.rollback-asked", "by", "imageOnly");
    type(WatchEvent.Superseded.class, "watch.superseded", "release");
    type(WatchEvent.NotRunning.class, "watch.not-running", "outcome", "text");
    type(WatchEvent.RunEnded.class, "watch.run-ended", "outcome", "text");
  }

  private void eventsOfARun() {
    type(RunEvent.Begun.class, "run.begun");
    type(RunEvent.StepBegun.class, "run.step-begun", "index");
    type(RunEvent.StepDone.class, "run.step-done", "index", "text", "took", "kept");
    fields(Salvaged.class, "id", "what", "values", "rows");
    type(RunEvent.StepFailed.class, "run.step-failed", "index", "why");
    type(RunEvent.StepRefused.class, "run.step-refused", "index", "why");
    type(RunEvent.StepTimedOut.class, "run.step-timed-out", "index", "why");
    type(RunEvent.StepUncertain.class, "run.step-uncertain", "index", "why");
    type(RunEvent.StepStopped.class, "run.step-stopped", "index");
    type(RunEvent.LossFound.class, "run.loss-found", "index", "losses");
    type(RunEvent.Approved.class, "run.approved", "by");
    type(RunEvent.Checked.class, "run.checked", "health", "text");
    type(RunEvent.Ticked.class, "run.ticked");
    type(RunEvent.AbortAsked.class, "run.abort-asked", "by");
    type(RunEvent.Resumed.class, "run.resumed", "by");
    type(RunEvent.Restored.class, "run.restored", "text");
  }

  private void steps() {
    type(Step.Stop.class, "stop", "budget");
    type(Step.Backup.class, "backup", "file", "of", "budget");
    type(Step.SwitchImage.class, "switch-image", "from", "to", "budget");
    type(Step.Drain.class, "drain", "budget", "before");
    type(Step.Approval.class, "approval", "within", "otherwiseRuns", "budget");
    type(Step.Down.class, "down", "version", "label", "checksum", "budget");
    type(Step.Verify.class, "verify", "polls", "budget");
  }

  private void values() {
    fields(
        WatchSpec.class,
        "release",
        "rules",
        "startedAt",
        "warmUp",
        "bake",
        "interval",
        "alertOnly",
        "before",
        "approval",
        "traceParent");
    fields(WatchSpec.Approval.class, "within", "otherwise");
    fields(Release.class, "service", "name", "image", "previousImage", "imageId");
    fields(
        Rules.class,
        "threshold",
        "breaches",
        "minimumRequests",
        "normal",
        "act",
        "limits",
        "relativeThreshold",
        "slowerThan",
        "wholeWatch",
        "clear",
        "objective");
    fields(Baseline.class, "requests", "errors", "p50", "p95", "p99", "cpu", "memory");
    fields(Bound.class, "times", "plus");
    fields(Ratio.class, "millionths");
    fields(Breaches.class, "needed", "of");
    fields(Limit.class, "value", "act", "relative");
    fields(Counts.class, "requests", "errors");
    fields(
        Sample.class,
        "release",
        "at",
        "window",
        "liveness",
        "status",
        "counts",
        "probed",
        "latency",
        "cpu",
        "memory",
        "database",
        "reasons");
    fields(Latency.class, "p50", "p95", "p99", "slow", "highest");
    fields(
        DatabaseState.class,
        "up",
        "latency",
        "connections",
        "connectionLimit",
        "lockWait",
        "transaction");
    fields(Reason.class, "code", "text");
    fields(Plan.class, "release", "order", "steps", "why", "warnings", "kept", "keptWhy");
    fields(Refusal.class, "code", "text", "next");
    fields(Alert.class, "key", "kind", "service", "release", "title", "lines", "at");
  }

  private void enums() {
    constants(Escalation.class, "OBSERVE", "ALERT", "ASK", "ROLLBACK");
    constants(
        Measure.class,
        "ERROR_RATE",
        "LATENCY_P50",
        "LATENCY_P95",
        "LATENCY_P99",
        "CPU",
        "MEMORY",
        "SLOW_REQUESTS",
        "DATABASE_CONNECTIONS",
        "DATABASE_LOCK_WAIT",
        "DATABASE_TRANSACTION");
    constants(WatchSpec.Otherwise.class, "NOTHING", "ROLLBACK");
    constants(Liveness.class, "ANSWERS", "SILENT", "UNKNOWN");
    constants(
        Reason.Code.class,
        "DNS",
        "CONNECT",
        "TLS",
        "TIMEOUT",
        "RESET",
        "STATUS",
        "BODY",
        "PARSE",
        "NO_DATA",
        "LOW_VOLUME",
        "COUNTER_RESET",
        "STALE",
        "UNAUTHORIZED",
        "SOURCE_DOWN",
        "OVER_THRESHOLD");
    constants(
        Outcome.class,
        "HEALTHY",
        "ROLLED_BACK",
        "ROLLED_BACK_UNHEALTHY",
        "FAILED",
        "INCONCLUSIVE",
        "ABORTED",
        "SUPERSEDED",
        "CONDEMNED");
    constants(Policy.BackupOf.class, "DATABASE", "TABLES");
    constants(Order.class, "AUTO", "IMAGE_FIRST", "MIGRATIONS_FIRST");
    constants(RunEvent.Health.class, "HEALTHY", "BREACH", "UNKNOWN");
    constants(
        Alert.Kind.class,
        "NO_WAY_BACK",
        "BREACH",
        "RECOVERED",
        "LIMIT",
        "BLIND",
        "SEES_AGAIN",
        "ASK",
        "CONDEMNED",
        "ROLLBACK",
        "WAITING",
        "MIGRATION_FAILED",
        "ROLLED_BACK",
        "UNHEALTHY",
        "FAILED",
        "INCONCLUSIVE",
        "BUDGET",
        "BUDGET_KEPT",
        "RELEASED",
        "ENDED",
        "TEST");
    constants(Wish.class, "PAUSE", "RESUME", "ABORT", "ROLLBACK", "ROLLBACK_IMAGE", "APPROVE");
  }

  private void type(Class<?> type, String name, String... components) {
    types.put(type, name);
    fields(type, components);
  }

  /** Names the fields of a record, in the order of its components. */
  void fields(Class<?> type, String... names) {
    fields.put(type, same(type, names, type.getRecordComponents().length));
  }

  /** Names the constants of an enum, in their order. */
  void constants(Class<? extends Enum<?>> type, String... names) {
    Enum<?>[] all = type.getEnumConstants();
    same(type, names, all.length);
    for (int i = 0; i < all.length; i++) {
      constants.put(all[i], names[i]);
    }
  }

  private static List<String> same(Class<?> type, String[] names, int count) {
    if (names.length != count) {
      throw new IllegalStateException(
          type.getName() + " has " + count + " parts, and " + names.length + " names here");
    }
    return List.of(names);
  }

  /** The types of entries, events and steps, each with its name. */
  Map<Class<?>, String> types() {
    return Map.copyOf(types);
  }

  /** Whether the names of a record's fields or of an enum's constants stand here. */
  boolean knows(Class<?> type) {
    return type.isEnum()
        ? Arrays.stream(type.getEnumConstants()).allMatch(constants::containsKey)
        : fields.containsKey(type);
  }

  /** The name of a field of a record; empty for what is no component of a record known here. */
  Optional<String> field(Class<?> type, String component) {
    List<String> names = fields.get(type);
    if (names == null) {
      return Optional.empty();
    }
    List<String> components =
        Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList();
    int at = components.indexOf(component);
    return at < 0 ? Optional.empty() : Optional.of(names.get(at));
  }

  /** The name of the field of a record at a place among the components. */
  Optional<String> field(Class<?> type, int place) {
    return Optional.ofNullable(fields.get(type)).map(names -> names.get(place));
  }

  /** The name of a constant; its own where its enum is not known here. */
  public String constant(Enum<?> constant) {
    return constants.getOrDefault(constant, constant.name());
  }

  /** The constant of an enum with a name; empty where a later version wrote it. */
  public <E extends Enum<E>> Optional<E> constant(Class<E> type, String name) {
    return Arrays.stream(type.getEnumConstants())
        .filter(each -> constant(each).equals(name))
        .findFirst();
  }
}
