package dev.ripcord.postgres.verify;

import dev.ripcord.migration.proof.CatalogObject;
import dev.ripcord.migration.proof.Check;
import dev.ripcord.migration.proof.Contents;
import dev.ripcord.migration.proof.Finding;
import dev.ripcord.migration.proof.Loss;
import dev.ripcord.migration.proof.TrialWrite;
import dev.ripcord.migration.proof.TrialWrite.Cause;
import dev.ripcord.migration.proof.TrialWrites;
import dev.ripcord.postgres.StatementFailure;
import dev.ripcord.postgres.catalog.FingerprintReader;
import dev.ripcord.postgres.shadow.ShadowTrial;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Tries rows that a live table may hold before the up, though none of those copied does. */
final class PreUpProbes {
  private final ProbeTrial trials;

  PreUpProbes(ProbeTrial trials) {
    this.trials = trials;
  }

  /**
   * They are tried where both texts run in a transaction; what the up drops or retypes and could
   * not be tried is reported.
   */
  void run(TrialWrites plan, Contents before) {
    List<TrialWrite> probes = plan.earlier();
    Set<TrialWrite.Place> written = new LinkedHashSet<>();
    Set<TrialWrite.Place> harmed = new LinkedHashSet<>();
    if (!trials.alone()) {
      List<Loss> known = known(before);
      for (TrialWrite probe : trials.limited(probes)) {
        if (harmed.contains(probe.place()) && !ProbeTrial.isLabel(probe, plan.before())) {
          continue; // The same check sees the rest.
        }
        ProbeTrial.Tried tried =
            trials.tried(probe, plan.before(), trial -> outcomeEarlier(trial, known));
        if (tried == ProbeTrial.Tried.HARMED) {
          harmed.add(probe.place());
        }
        if (tried != ProbeTrial.Tried.NOT_WRITTEN && probe.write().isTelling()) {
          written.add(probe.place());
        }
      }
    }
    probes.stream()
        .filter(probe -> !harmed.contains(probe.place()))
        .flatMap(probe -> notWritten(probe, plan, written.contains(probe.place())).stream())
        .distinct()
        .forEach(trials.findings()::add);
  }

  /**
   * What the up takes away may be lost, even where nothing could be written there, or nothing that
   * was written is lost: the down may put the same value everywhere.
   */
  private Optional<Finding> notWritten(TrialWrite probe, TrialWrites plan, boolean written) {
    String name = CatalogObject.shown(probe.place().table());
    if (!written && probe.cause() instanceof Cause.BeforeType type) {
      return Optional.of(
          new Finding.Unknown(
              "no value of " + name + "." + type.column() + " from before the up could be tried"));
    }
    TrialWrite.Place whole = new TrialWrite.Place(probe.place().table(), "");
    boolean ofDroppedTable = written && !probe.place().column().isEmpty() && plan.drops(whole);
    if (!plan.drops(probe.place()) || ofDroppedTable) {
      return Optional.empty();
    }
    Check check = trials.guards().lost(probe.place());
    return Optional.of(
        new Finding.Endangered(
            "rows of "
                + name
                + " may lose values unless "
                + check.text()
                + (written ? "; not every value was tried" : "; none could be tried"),
            check));
  }

  /** What is lost without any write is reported apart. */
  private List<Loss> known(Contents before) {
    try (ShadowTrial trial = ShadowTrial.inTransaction(trials.stage())) {
      trial.run(trials.up());
      trial.run(trials.down());
      return before.against(new FingerprintReader(trial.session()).written());
    } catch (StatementFailure failure) {
      return List.of();
    }
  }

  private Optional<String> outcomeEarlier(ShadowTrial trial, List<Loss> known) {
    Contents before = new FingerprintReader(trial.session()).written();
    try {
      trial.run(trials.up());
    } catch (StatementFailure refused) {
      return Optional.empty(); // Such rows stop the up: they cannot be there afterwards.
    }
    try {
      trial.run(trials.down());
    } catch (StatementFailure failure) {
      return Optional.of("the down fails: " + failure.firstLine());
    }
    return lost(before, new FingerprintReader(trial.session()).written(), known);
  }

  private static Optional<String> lost(Contents before, Contents after, List<Loss> known) {
    return before.against(after).stream()
        .filter(loss -> known.stream().noneMatch(loss::isAt))
        .map(Loss::text)
        .findFirst();
  }
}
