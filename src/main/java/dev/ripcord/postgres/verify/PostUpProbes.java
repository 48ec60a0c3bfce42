package dev.ripcord.postgres.verify;

import dev.ripcord.migration.proof.CatalogObject;
import dev.ripcord.migration.proof.Check;
import dev.ripcord.migration.proof.Contents;
import dev.ripcord.migration.proof.Finding;
import dev.ripcord.migration.proof.Loss;
import dev.ripcord.migration.proof.Shape;
import dev.ripcord.migration.proof.TrialWrite;
import dev.ripcord.migration.proof.TrialWrite.Cause;
import dev.ripcord.migration.proof.TrialWrite.Write;
import dev.ripcord.migration.proof.TrialWrites;
import dev.ripcord.postgres.StatementFailure;
import dev.ripcord.postgres.catalog.FingerprintReader;
import dev.ripcord.postgres.shadow.ShadowTrial;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tries writes between an up and its down, each on its own: would the down fail, or lose or change
 * what was written? What is written is safe when the up, applied again after the down, gives the
 * same rows as before it.
 */
final class PostUpProbes {
  private final ProbeTrial trials;

  PostUpProbes(ProbeTrial trials) {
    this.trials = trials;
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
  void run(TrialWrites plan, Rows rows, TrialInserts inserts) {
    List<TrialWrite> probes = new ArrayList<>(plan.later());
    probes.addAll(plan.toSeeds(rows.before(), rows.between()));
    List<Loss> noise = rows.noise();
    Map<Cause, Boolean> written = new LinkedHashMap<>();
    Set<Cause> endangered = new LinkedHashSet<>();
    for (TrialWrite probe : trials.limited(probes)) {
      if (endangered.contains(probe.cause())) {
        continue; // The same check sees the rest.
      }
      ProbeTrial.Tried tried =
          trials.tried(probe, plan.after(), trial -> outcomeLater(probe, trial, inserts, noise));
      boolean telling = tried != ProbeTrial.Tried.NOT_WRITTEN && tells(probe);
      written.merge(probe.cause(), telling, Boolean::logicalOr);
      if (tried == ProbeTrial.Tried.HARMED) {
        endangered.add(probe.cause());
      }
    }
    written.forEach((cause, any) -> supplement(cause, any, endangered.contains(cause)));
    written.keySet().stream()
        .filter(cause -> !endangered.contains(cause))
        .forEach(cause -> retyped(cause, plan.after()));
  }

  private Optional<String> outcomeLater(
      TrialWrite probe, ShadowTrial trial, TrialInserts inserts, List<Loss> noise) {
    Contents written = new FingerprintReader(trial.session()).written();
    try {
      trial.run(trials.down());
    } catch (StatementFailure failure) {
      return Optional.of("the down fails: " + failure.firstLine());
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
      trial.run(trials.up());
    } catch (StatementFailure failure) {
      return Optional.of("the up cannot be applied again after the down: " + failure.firstLine());
    }
    List<Loss> plainly = written.against(back);
    return written.against(new FingerprintReader(trial.session()).written()).stream()
        .filter(loss -> noise.stream().noneMatch(loss::isAt))
        .filter(loss -> plainly.stream().anyMatch(loss::overlaps))
        .map(Loss::text)
        .findFirst();
  }

  /** NULL says nothing of a place, but where it is what was not allowed. */
  private static boolean tells(TrialWrite probe) {
    return probe.write().isTelling()
        || probe.cause() instanceof Cause.NewNull
        || probe.cause() instanceof Cause.Relaxed
        || probe.cause() instanceof Cause.RelaxedElsewhere;
  }

  /** What is let in or made new is a danger, even where no row could show it. */
  private void supplement(Cause cause, boolean written, boolean harmed) {
    boolean lets =
        cause instanceof Cause.Relaxed
            || cause instanceof Cause.RelaxedElsewhere
            || cause instanceof Cause.NewNull
            || (cause instanceof Cause.NewLabels && !written);
    boolean fresh = cause instanceof Cause.NewColumn || cause instanceof Cause.NewTable;
    if ((lets || fresh) && !harmed) {
      Check check = trials.guards().checks(cause).getFirst();
      String danger = fresh ? "values may be lost unless " : "the down may fail unless ";
      trials
          .findings()
          .add(
              new Finding.Endangered(
                  danger + check.text() + "; no row could be tried that shows it", check));
    } else if (!written) {
      trials
          .findings()
          .add(
              new Finding.Unknown(
                  "no row could be made up for " + CatalogObject.shown(cause.table())));
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
      Check check = trials.guards().uniqueAs(type);
      trials
          .findings()
          .add(new Finding.Endangered("the down may fail unless " + check.text(), check));
    }
    if ((type.before().contains("time zone") && type.after().contains("time zone"))
        || type.before().equals("date")
        || type.after().equals("date")) {
      trials
          .findings()
          .add(
              new Finding.Unknown(
                  "what "
                      + CatalogObject.shown(type.table())
                      + "."
                      + type.column()
                      + " becomes depends on the TimeZone of the session; one was tried"));
    }
  }
}
