package dev.ripcord.postgres.verify;

import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.proof.Check;
import dev.ripcord.migration.proof.Finding;
import dev.ripcord.migration.proof.Shape;
import dev.ripcord.migration.proof.TrialWrite;
import dev.ripcord.migration.proof.TrialWrite.Cause;
import dev.ripcord.migration.proof.TrialWrite.Write;
import dev.ripcord.migration.sql.Quoting;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.catalog.FingerprintReader;
import dev.ripcord.postgres.shadow.ShadowScript;
import dev.ripcord.postgres.shadow.ShadowSession;
import dev.ripcord.postgres.shadow.ShadowTrial;
import io.vertx.pgclient.PgException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Tries single writes around a migration and keeps what was found out.
 *
 * @param stage the shadow
 * @param up the migration
 * @param findings are added to
 * @param guards says which count on the live data sees a write
 */
record ProbeTrial(
    ShadowSession stage,
    ShadowScript up,
    ShadowScript down,
    List<Finding> findings,
    CheckSql guards) {
  private static final int TRIES_MAX = 300;
  private static final int COPIES_MAX = 16;

  ProbeTrial(
      ShadowSession stage,
      MigrationFile file,
      ShadowScript up,
      ShadowScript down,
      List<Finding> findings) {
    this(stage, up, down, findings, new CheckSql(file.version()));
  }

  /** Whether a trial takes a copy of the shadow, since a text cannot run in a transaction. */
  boolean alone() {
    return up.alone() || down.alone();
  }

  /** As many as there is time for; that there are more is reported. */
  List<TrialWrite> limited(List<TrialWrite> probes) {
    int most = alone() ? COPIES_MAX : TRIES_MAX;
    List<TrialWrite> distinct = new ArrayList<>(new LinkedHashSet<>(probes));
    if (distinct.size() <= most) {
      return distinct;
    }
    findings.add(
        new Finding.Unknown(
            "only " + most + " of " + distinct.size() + " kinds of writes were tried"));
    return distinct.subList(0, most);
  }

  /** What came of a write. */
  enum Tried {
    NOT_WRITTEN,
    HARMLESS,
    HARMED
  }

  /** Writes, and then does what gives the harm in words; empty for none. */
  Tried tried(TrialWrite probe, Shape shape, Function<ShadowTrial, Optional<String>> outcome) {
    List<Check> checks = checks(probe, shape);
    try (ShadowTrial trial =
        alone() ? ShadowTrial.inCopy(stage) : ShadowTrial.inTransaction(stage)) {
      Written written = new Written();
      trial.write(
          () -> {
            new FingerprintReader(trial.session()).resetSession();
            checks.forEach(check -> written.before.put(check, holds(trial.session(), check)));
            ShadowScript.reset(trial.session());
            written.done = new ProbeWriter(trial.session(), shape).write(probe.write());
            new FingerprintReader(trial.session()).resetSession();
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

  private List<Check> checks(TrialWrite probe, Shape shape) {
    if (!(probe.cause() instanceof Cause.Before) || !(probe.write() instanceof Write.Put put)) {
      return guards.checks(probe.cause());
    }
    return isLabel(probe, shape)
        ? guards.ofLabel(put.table(), put.column(), put.literal())
        : guards.ofColumn(put.table(), put.column());
  }

  /** Whether it writes one of the few values that its column can have. */
  static boolean isLabel(TrialWrite probe, Shape shape) {
    return probe.write() instanceof Write.Put put
        && shape
            .table(put.table())
            .flatMap(table -> table.column(put.column()))
            .filter(column -> column.labels().stream().anyMatch(l -> isWritten(l, put)))
            .isPresent();
  }

  private static boolean isWritten(String label, Write.Put put) {
    return Quoting.text(label).equals(put.literal());
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
