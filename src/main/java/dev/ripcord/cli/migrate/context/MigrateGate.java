package dev.ripcord.cli.migrate.context;

import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.Format;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.proof.StoredProof;
import dev.ripcord.migration.proof.Verdict;
import dev.ripcord.migration.risk.Assessment;
import dev.ripcord.migration.risk.Forecast;
import dev.ripcord.migration.risk.GradePolicy;
import dev.ripcord.migration.risk.OperationImpact;
import dev.ripcord.migration.selection.MigrationSelection;
import dev.ripcord.migration.statement.Grade;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.migrate.MigrationRunner;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is said of migrations before they are run by hand, and what is refused: their risk, and what
 * their down is worth. It is asked under the lock, so what it speaks of is what is run.
 *
 * <p>Grading parses each file, which takes longer than running a small one: more than {@link
 * #GRADED_MAX} are not graded, and that is said. The verdicts are one query, whatever the number.
 */
public final class MigrateGate {
  private static final int GRADED_MAX = 20;
  private static final int EFFECTS_SHOWN = 2;

  private final Console console;
  private final Vertx vertx;
  private final Database database;
  private final GradePolicy policy;
  private final Wish wish;
  private final MigrateBackups backups;

  /** How strict it is. */
  public enum Wish {
    /** A person runs it: all is shown, and only what cannot go back is refused. */
    BY_HAND,
    /** The same person has said that there need be no down. */
    FORWARD_ONLY,
    /** Nobody looks: what the policy does not let run by itself is refused. */
    BY_POLICY
  }

  /**
   * Reads nothing yet.
   *
   * @param backups the backups that there are
   */
  MigrateGate(
      Console console,
      Vertx vertx,
      Database database,
      GradePolicy policy,
      Wish wish,
      MigrateBackups backups) {
    this.console = console;
    this.vertx = vertx;
    this.database = database;
    this.policy = policy;
    this.wish = wish;
    this.backups = backups;
  }

  /** Tells what is known of the chosen ones, and refuses them where one must not run. Blocks. */
  public MigrationSelection<MigrationFile> pass(
      MigrationSelection<MigrationFile> choice, MigrationRunner runner) {
    if (!(choice instanceof MigrationSelection.Chosen<MigrationFile>(List<MigrationFile> files))
        || files.isEmpty()) {
      return choice;
    }
    List<StoredProof> proofs = proofs(runner);
    List<String> refused =
        new ArrayList<>(wish == Wish.FORWARD_ONLY ? List.of() : impossible(files, proofs));
    if (wish == Wish.BY_POLICY || files.size() <= GRADED_MAX) {
      refused.addAll(graded(files, proofs));
    } else {
      console
          .err()
          .println(
              "▲ "
                  + files.size()
                  + " migrations are pending, too many to grade on the way; what they will do:"
                  + " ripcord migrate check");
    }
    return MigrationSelection.of(files, refused);
  }

  /** A role that may not read them may still migrate. */
  private List<StoredProof> proofs(MigrationRunner runner) {
    try {
      return runner.proofs().await();
    } catch (SchemaException unreadable) {
      console.err().println("▲ what was proved cannot be read: " + unreadable.getMessage());
      return List.of();
    }
  }

  private static Optional<StoredProof> of(MigrationFile file, List<StoredProof> proofs) {
    return proofs.stream().filter(proof -> proof.isOf(file)).findFirst();
  }

  /** A header that gives the reason for having no down is an explicit word too. */
  static List<String> impossible(List<MigrationFile> files, List<StoredProof> proofs) {
    return proofs.stream().noneMatch(proof -> proof.verdict() == Verdict.IMPOSSIBLE)
        ? List.of()
        : files.stream()
            .filter(file -> file.header().irreversible().isEmpty())
            .filter(
                file -> of(file, proofs).filter(p -> p.verdict() == Verdict.IMPOSSIBLE).isPresent())
            .map(
                file ->
                    file.label()
                        + " was verified on a copy and cannot be reverted"
                        + of(file, proofs).map(MigrateGate::first).orElse("")
                        + ". Fix its down and verify it again, or confirm it:"
                        + " --forward-only")
            .toList();
  }

  private static String first(StoredProof proof) {
    return proof.lost().stream().findFirst().map(text -> ": " + text).orElse("");
  }

  private List<String> graded(List<MigrationFile> files, List<StoredProof> proofs) {
    List<String> refused = new ArrayList<>();
    Forecast forecast;
    try {
      forecast = Forecasts.read(vertx, database);
    } catch (SchemaException unreadable) {
      report("the risk is unknown: " + unreadable.getMessage(), refused);
      return refused;
    }
    List<String> save = new ArrayList<>();
    int untried = 0;
    for (MigrationFile file : files) {
      Assessment assessment = forecast.run(file.script());
      Grade risk = assessment.risk();
      Optional<StoredProof> proof = of(file, proofs);
      if (risk != Grade.LOW || proof.filter(p -> p.verdict() != Verdict.PROVEN).isPresent()) {
        console
            .err()
            .println("▲ " + file.label() + ": risk " + risk.text() + why(assessment) + way(proof));
      } else if (proof.isEmpty()) {
        untried++;
      }
      if (policy.rule(risk).backup() == GradePolicy.Backup.REQUIRED) {
        save.add(file.label() + " (risk " + risk.text() + ")");
      }
      if (wish == Wish.BY_POLICY) {
        policy
            .against(risk, file.header().reviewer())
            .ifPresent(why -> refused.add(file.label() + ": " + why));
      }
    }
    if (untried > 0 && !proofs.isEmpty()) { // Who proves the others has forgotten these.
      console
          .err()
          .println(
              "  "
                  + Format.count(untried, "down migration is", "down migrations are")
                  + " not verified yet. Verify: ripcord migrate verify");
    }
    unsaved(save).ifPresent(line -> report(line, refused));
    return refused;
  }

  private static String why(Assessment assessment) {
    List<String> reasons =
        assessment.risk() == Grade.UNKNOWN
            ? assessment.problems()
            : assessment.effects().stream()
                .filter(effect -> effect.code() != OperationImpact.Code.LOCK)
                .filter(effect -> effect.code() != OperationImpact.Code.MISSING_TIMEOUT)
                .map(effect -> effect.code().text() + effect.table().map(t -> " " + t).orElse(""))
                .distinct()
                .toList();
    String shown = String.join(", ", reasons.stream().limit(EFFECTS_SHOWN).toList());
    return shown.isEmpty() ? "" : " (" + shown + (reasons.size() > EFFECTS_SHOWN ? ", …)" : ")");
  }

  private static String way(Optional<StoredProof> proof) {
    return proof
        .map(known -> "; reversibility: " + known.text() + first(known))
        .orElse("; rollback not verified yet");
  }

  private Optional<String> unsaved(List<String> save) {
    if (save.isEmpty()) {
      return Optional.empty();
    }
    return backups
        .missing(database.name())
        .map(
            found ->
                "the policy requires a backup before "
                    + String.join(", ", save)
                    + ", and "
                    + found
                    + ". Take one: ripcord migrate backup");
  }

  private void report(String line, List<String> refused) {
    if (wish == Wish.BY_POLICY) {
      refused.add(line);
    } else {
      console.err().println("▲ " + line);
    }
  }
}
