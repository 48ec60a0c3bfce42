package dev.ripcord.cli.doctor;

import dev.ripcord.cli.console.Format;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Sample;
import dev.ripcord.migration.proof.RevertCost;
import dev.ripcord.rollback.DownRights;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.Planned;
import dev.ripcord.rollback.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What the answers of the world mean for a rollback. Pure. */
final class Diagnosis {
  /** Room for the journal, and for a dump before a down. */
  static final long DISK_LEAST_BYTES = 1L << 30;

  /** Further apart, times of the two cannot be read side by side. */
  static final Duration CLOCK_MOST = Duration.ofSeconds(5);

  private static final String IMAGE = "previous image";
  private static final String DOWNS = "downs";
  private static final String REST = "rollback";
  private static final String BACKUP = "backup";

  private static final Set<String> OF_IMAGE =
      Set.of(
          "no_platform",
          "no_target",
          "target_absent",
          "target_runs",
          "target_condemned",
          "superseded");

  private static final Set<String> OF_DOWNS =
      Set.of(
          "no_way_back",
          "down_changed",
          "down_unreadable",
          "proved_impossible",
          "down_unverified",
          "no_right",
          "later_release",
          "below_floor");

  private Diagnosis() {}

  /** Whether the sources can be read, what was found there, and what a rule needs and lacks. */
  static List<Finding> source(String service, Sample sample, HealthReading reading) {
    String next = "ripcord check " + service + " -v shows each source";
    if (sample.liveness() == Liveness.SILENT) {
      return List.of(Finding.bad("source", "the service does not answer: " + first(reading), next));
    }
    if (reading.unmeasured()) {
      return List.of(Finding.bad("source", "could not be read: " + first(reading), next));
    }
    List<Finding> findings = new ArrayList<>();
    findings.add(Finding.good("source", found(sample)));
    for (Map.Entry<Measure, HealthReading.Kind> each : reading.measures().entrySet()) {
      Measure measure = each.getKey();
      if (each.getValue() == HealthReading.Kind.UNKNOWN && !isOnlyQuiet(measure, reading)) {
        findings.add(
            Finding.unknown(
                "rule", measure.text() + " cannot be judged now: " + reading.why(measure), next));
      }
    }
    return findings;
  }

  /** Few requests in some seconds say nothing of the source. */
  private static boolean isOnlyQuiet(Measure measure, HealthReading reading) {
    return measure == Measure.ERROR_RATE
        && reading.reasons().stream().anyMatch(r -> r.code() == Reason.Code.LOW_VOLUME);
  }

  private static String first(HealthReading reading) {
    return reading.reasons().stream()
        .filter(reason -> reason.code() != Reason.Code.NO_DATA)
        .findFirst()
        .or(() -> reading.reasons().stream().findFirst())
        .map(Reason::text)
        .orElse("no reason is known");
  }

  private static String found(Sample sample) {
    List<String> found = new ArrayList<>();
    sample
        .counts()
        .ifPresent(
            counts ->
                found.add(
                    Format.count(
                            counts.requests(),
                            sample.probed() ? "probe" : "request",
                            sample.probed() ? "probes" : "requests")
                        + ", "
                        + Format.count(counts.errors(), "error", "errors")));
    if (sample.latency().p99().isPresent()) {
      found.add("latency");
    }
    if (sample.cpu().isPresent()) {
      found.add("cpu");
    }
    if (sample.memory().isPresent()) {
      found.add("memory");
    }
    sample.database().ifPresent(db -> found.add(db.up() ? "database up" : "database down"));
    return "read; found " + (found.isEmpty() ? "that it answers" : String.join(", ", found));
  }

  /**
   * Whether who holds a lock that a down needs could be cancelled, where the configuration says so.
   */
  static List<Finding> locks(DownRights rights) {
    return rights.blockers().stream()
        .map(
            why ->
                Finding.unknown(
                    "locks",
                    why,
                    "till then a down waits for whoever is in its way, and may give up"))
        .toList();
  }

  /** What the plan says of the image, of the downs, and of the rest. */
  static List<Finding> plan(String service, Planned planned, List<RevertCost> costs) {
    return switch (planned) {
      case Planned.Impossible impossible ->
          impossible.refusals().stream().map(Diagnosis::refused).toList();
      case Planned.Possible possible -> possible(service, possible, costs);
    };
  }

  private static Finding refused(Refusal refusal) {
    String subject =
        OF_IMAGE.contains(refusal.code())
            ? IMAGE
            : OF_DOWNS.contains(refusal.code()) ? DOWNS : REST;
    return refusal.isUnanswered()
        ? Finding.unknown(subject, refusal.text(), refusal.next())
        : Finding.bad(subject, refusal.text(), refusal.next());
  }

  private static List<Finding> possible(
      String service, Planned.Possible possible, List<RevertCost> costs) {
    Plan plan = possible.plan();
    List<Finding> findings = new ArrayList<>();
    if (!possible.target().isEmpty()) {
      String image = plan.release().previousImage().map(ref -> ref + ": ").orElse("");
      findings.add(Finding.good(IMAGE, image + possible.target()));
    }
    findings.add(
        plan.kept().isEmpty()
            ? downs(service, plan.release().name(), plan.downs(), costs)
            : Finding.bad(
                DOWNS,
                String.join(", ", plan.kept()) + " would stay applied: " + plan.keptWhy(),
                "ripcord plan " + service));
    possible
        .noBackup()
        .ifPresent(
            why ->
                findings.add(
                    Finding.warning(
                        BACKUP,
                        "none will be taken: " + why,
                        "till then a rollback goes on without one (migrations.backup: auto)")));
    possible
        .caveat()
        .ifPresent(
            caveat -> findings.add(Finding.unknown(REST, caveat, "ripcord plan " + service)));
    return findings;
  }

  /** What is known of a release's downs. */
  static Finding downs(String service, String release, int downs, List<RevertCost> costs) {
    String all = Format.count(downs, "down migration", "down migrations");
    if (downs == 0) {
      return Finding.good(DOWNS, release + " has no migrations to revert");
    }
    if (costs.size() < downs) {
      return Finding.unknown(
          DOWNS, all + "; what they cost is not known now", "ripcord plan " + service);
    }
    String unproved =
        costs.stream()
            .filter(cost -> cost.proof().isEmpty())
            .map(cost -> cost.version().text())
            .collect(Collectors.joining(", "));
    return unproved.isEmpty()
        ? Finding.good(DOWNS, all + ", each tried on a copy")
        : Finding.unknown(
            DOWNS,
            all + "; never tried: " + unproved,
            "before the next release: ripcord migrate verify; now: ripcord drill " + service);
  }

  /** Whether there is room where the journal and the backups are. */
  static Finding disk(String folder, long free) {
    String text = (free >> 20) + " MB free in " + folder + ", least " + (DISK_LEAST_BYTES >> 20);
    return free >= DISK_LEAST_BYTES
        ? Finding.good("disk", text)
        : Finding.bad("disk", text, "make room on that disk");
  }

  /** How far this machine's clock is from the one of the service's database. */
  static Finding clock(Instant here, Instant there) {
    Duration apart = Duration.between(there, here);
    boolean near = apart.abs().compareTo(CLOCK_MOST) <= 0;
    if (near) {
      return Finding.good(
          "clock", "within " + CLOCK_MOST.toSeconds() + " s of the one of its database");
    }
    return Finding.bad(
        "clock",
        Format.duration(apart.abs())
            + (apart.isPositive() ? " ahead of" : " behind")
            + " the one of its database, most "
            + CLOCK_MOST.toSeconds()
            + " s",
        "let both machines keep time by NTP");
  }

  /** Of all findings: false, else unknown, else true, which warnings do not change. */
  static Finding.State whole(List<Finding> findings) {
    for (Finding.State state : List.of(Finding.State.FALSE, Finding.State.UNKNOWN)) {
      if (findings.stream().anyMatch(f -> f.state() == state)) {
        return state;
      }
    }
    return Finding.State.TRUE;
  }
}
