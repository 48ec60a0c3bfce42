package dev.ripcord.postgres;

import dev.ripcord.migration.MigrationFile;
import dev.ripcord.proof.Check;
import dev.ripcord.proof.Contents;
import dev.ripcord.proof.Finding;
import dev.ripcord.proof.Loss;
import dev.ripcord.proof.Probe;
import dev.ripcord.proof.Probe.Cause;
import dev.ripcord.proof.Probe.Write;
import dev.ripcord.proof.Probes;
import dev.ripcord.proof.Shape;
import io.vertx.pgclient.PgException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Tries writes around a migration, each on its own: would the down fail, or lose or change what was
 * written? What is written is safe when the up, applied again after the down, gives the same rows
 * as before it.
 */
final class ProofProbes {
  private static final int TRIES_MAX = 300;
  private static final int COPIES_MAX = 16;

  private final ShadowStage stage;
  private final ShadowScript up;
  private final ShadowScript down;
  private final List<Finding> findings;
  private final GuardSql guards;

  ProofProbes(
      ShadowStage stage,
      MigrationFile file,
      ShadowScript up,
      ShadowScript down,
      List<Finding> findings) {
    this.stage = stage;
    this.up = up;
    this.down = down;
    this.findings = findings;
    this.guards = new GuardSql(file.version());
  }

  /** Rows that a live table may hold before the up; only where both texts run in a transaction. */
  void earlier(Probes plan, Contents before) {
    if (down.alone()) {
      return;
    }
    List<Loss> known = known(before);
    Set<String> harmed = new LinkedHashSet<>();
    for (Probe probe : limited(plan.earlier(), TRIES_MAX)) {
      String place = probe.write() instanceof Write.Put put ? put.table() + " " + put.column() : "";
      if (!harmed.contains(place)
          && tryOne(probe, plan.before(), trial -> outcomeEarlier(trial, known)) == Tried.HARMED) {
        harmed.add(place);
      }
    }
  }

  /** What is lost without any write is told apart. */
  private List<Loss> known(Contents before) {
    try (ShadowTrial trial = ShadowTrial.inTransaction(stage)) {
      trial.run(up);
      trial.run(down);
      return before.against(new FingerprintReader(trial.session()).written());
    } catch (RunnerFailure failure) {
      return List.of();
    }
  }

  private Optional<String> outcomeEarlier(ShadowTrial trial, List<Loss> known) {
    Contents before = new FingerprintReader(trial.session()).written();
    try {
      trial.run(up);
    } catch (RunnerFailure refused) {
      return Optional.empty(); // Such rows stop the up: they cannot be there afterwards.
    }
    try {
      trial.run(down);
    } catch (RunnerFailure failure) {
      return Optional.of("the down fails: " + ProofTrial.first(failure));
    }
    return lost(before, new FingerprintReader(trial.session()).written(), known);
  }

  /**
   * The rows without any write.
   *
   * @param before before the up
   * @param between after it
   * @param noise what differs between two ups by itself
   */
  record Rows(Contents before, Contents between, List<Loss> noise) {}

  /**
   * Writes between up and down. The up is applied to the shadow. A write is safe when it is found
   * where it was written after the down, or again after the up is applied once more.
   */
  void later(Probes plan, Rows rows, NextInserts inserts) {
    List<Probe> probes = new ArrayList<>(plan.later());
    probes.addAll(plan.toSeeds(rows.before(), rows.between()));
    List<Loss> noise = rows.noise();
    int most = up.alone() || down.alone() ? COPIES_MAX : TRIES_MAX;
    Map<Cause, Boolean> written = new LinkedHashMap<>();
    Set<Cause> endangered = new LinkedHashSet<>();
    for (Probe probe : limited(probes, most)) {
      if (endangered.contains(probe.cause())) {
        continue; // The same check sees the rest.
      }
      Tried tried =
          tryOne(probe, plan.after(), trial -> outcomeLater(probe, trial, inserts, noise));
      written.merge(probe.cause(), tried != Tried.NOT_WRITTEN, Boolean::logicalOr);
      if (tried == Tried.HARMED) {
        endangered.add(probe.cause());
      }
    }
    written.forEach((cause, any) -> supplement(cause, any, endangered.contains(cause)));
    written.keySet().stream()
        .filter(cause -> !endangered.contains(cause))
        .forEach(cause -> retyped(cause, plan.after()));
  }

  private Optional<String> outcomeLater(
      Probe probe, ShadowTrial trial, NextInserts inserts, List<Loss> noise) {
    Contents written = new FingerprintReader(trial.session()).written();
    try {
      trial.run(down);
    } catch (RunnerFailure failure) {
      return Optional.of("the down fails: " + ProofTrial.first(failure));
    }
    Contents back = new FingerprintReader(trial.session()).written();
    List<String> refused = new ArrayList<>();
    if (probe.write() instanceof Write.Insert) {
      trial.write(() -> refused.addAll(inserts.refused(trial.session())));
    }
    if (!refused.isEmpty()) {
      return Optional.of(refused.getFirst());
    }
    try {
      trial.run(up);
    } catch (RunnerFailure failure) {
      return Optional.of(
          "the up cannot be applied again after the down: " + ProofTrial.first(failure));
    }
    List<Loss> plainly = written.against(back);
    return written.against(new FingerprintReader(trial.session()).written()).stream()
        .filter(loss -> noise.stream().noneMatch(loss::isAt))
        .filter(loss -> plainly.stream().anyMatch(loss::overlaps))
        .map(Loss::text)
        .findFirst();
  }

  private static Optional<String> lost(Contents before, Contents after, List<Loss> known) {
    return before.against(after).stream()
        .filter(loss -> known.stream().noneMatch(loss::isAt))
        .map(Loss::text)
        .findFirst();
  }

  /** What a rule allowed again may let in is a danger, even where no such row could be made. */
  private void supplement(Cause cause, boolean written, boolean harmed) {
    boolean lets =
        cause instanceof Cause.Relaxed
            || cause instanceof Cause.NewNull
            || (cause instanceof Cause.NewLabels && !written);
    if (lets && !harmed) {
      Check check = guards.checks(cause).getFirst();
      findings.add(
          new Finding.Endangered(
              "the down may fail unless " + check.text() + "; no such row could be tried", check));
    } else if (!written) {
      findings.add(
          new Finding.Unknown("no row could be made up for " + GuardSql.shown(cause.table())));
    }
  }

  /** What a change of type may do that no single value shows. */
  private void retyped(Cause cause, Shape shape) {
    if (!(cause instanceof Cause.NewType type)) {
      return;
    }
    boolean unique =
        shape
            .table(type.table())
            .flatMap(table -> table.column(type.column()).map(table::isUnique))
            .orElse(true);
    if (unique) {
      Check check = guards.uniqueAs(type);
      findings.add(new Finding.Endangered("the down may fail unless " + check.text(), check));
    }
    if ((type.before().contains("time zone") && type.after().contains("time zone"))
        || type.before().equals("date")
        || type.after().equals("date")) {
      findings.add(
          new Finding.Unknown(
              "what "
                  + GuardSql.shown(type.table())
                  + "."
                  + type.column()
                  + " becomes depends on the TimeZone of the session; one was tried"));
    }
  }

  private List<Probe> limited(List<Probe> probes, int most) {
    List<Probe> distinct = new ArrayList<>(new LinkedHashSet<>(probes));
    if (distinct.size() <= most) {
      return distinct;
    }
    findings.add(
        new Finding.Unknown(
            "only " + most + " of " + distinct.size() + " kinds of writes were tried"));
    return distinct.subList(0, most);
  }

  private enum Tried {
    NOT_WRITTEN,
    HARMLESS,
    HARMED
  }

  private Tried tryOne(Probe probe, Shape shape, Function<ShadowTrial, Optional<String>> outcome) {
    boolean alone = up.alone() || down.alone();
    List<Check> checks = checks(probe);
    try (ShadowTrial trial = alone ? ShadowTrial.inCopy(stage) : ShadowTrial.inTransaction(stage)) {
      Written written = new Written();
      trial.write(
          () -> {
            new FingerprintReader(trial.session()).beNeutral();
            checks.forEach(check -> written.before.put(check, holds(trial.session(), check)));
            ShadowScript.reset(trial.session());
            written.done = new ProbeWriter(trial.session(), shape).write(probe.write());
            new FingerprintReader(trial.session()).beNeutral();
            checks.forEach(check -> written.after.put(check, holds(trial.session(), check)));
          });
      if (!written.done) {
        return Tried.NOT_WRITTEN;
      }
      Optional<String> harm = outcome.apply(trial);
      harm.ifPresent(
          text ->
              findings.add(
                  new Finding.Endangered(
                      "where " + ProbeWords.where(probe.write()) + ", " + text,
                      written.choose(checks))));
      return harm.isPresent() ? Tried.HARMED : Tried.HARMLESS;
    }
  }

  private List<Check> checks(Probe probe) {
    return probe.cause() instanceof Cause.Before && probe.write() instanceof Write.Put put
        ? guards.ofColumn(put.table(), put.column())
        : guards.checks(probe.cause());
  }

  /** What came of a write, and which checks held before and after it. */
  private static final class Written {
    private final Map<Check, Boolean> before = new LinkedHashMap<>();
    private final Map<Check, Boolean> after = new LinkedHashMap<>();
    private boolean done;

    /** The first check that sees the write, best one that is not always against. */
    Check choose(List<Check> checks) {
      Predicate<Check> sees = check -> !after.getOrDefault(check, false);
      return checks.stream()
          .filter(sees.and(check -> before.getOrDefault(check, false)))
          .findFirst()
          .or(() -> checks.stream().filter(sees).findFirst())
          .orElse(checks.getLast());
    }
  }

  private static boolean holds(MigrationSession session, Check check) {
    session.run("SAVEPOINT guard");
    try {
      return session.ask(check.sql()).getFirst().getLong(0) == 0;
    } catch (PgException failure) {
      return false;
    } finally {
      session.run("ROLLBACK TO SAVEPOINT guard");
    }
  }
}
