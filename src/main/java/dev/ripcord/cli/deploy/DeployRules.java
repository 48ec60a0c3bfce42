package dev.ripcord.cli.deploy;

import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.console.Format;
import dev.ripcord.cli.deploy.Checklist.Item;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.proof.StoredProof;
import dev.ripcord.migration.proof.Verdict;
import dev.ripcord.migration.risk.GradePolicy;
import dev.ripcord.migration.statement.Grade;
import dev.ripcord.port.Presence;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ImageRef;
import dev.ripcord.rollback.Planned;
import dev.ripcord.rollback.RevertCommand;
import dev.ripcord.rollback.SideEffects;
import dev.ripcord.watch.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a deploy makes of the facts that its steps have read: what it prints, what it ticks, and
 * where it ends. Pure: it asks nobody and changes nothing.
 *
 * @param wanted what is wanted of the deploy
 */
record DeployRules(DeployWanted wanted) {
  /** An image that was rolled back is deployed again only where that is confirmed. */
  StepResult condemned(Set<ImageIdentity> condemned, ImageIdentity next) {
    return !wanted.retry() && condemned.stream().anyMatch(next::isSameAs)
        ? StepResult.refused(
            wanted.image() + " was rolled back before: build a new image, or confirm it: --retry")
        : StepResult.NOTHING;
  }

  /** Whether the platform has the image. */
  StepResult presence(Presence presence) {
    ImageRef image = wanted.image();
    return switch (presence) {
      case Presence.Absent absent ->
          StepResult.refused(
              image + " cannot be put in place: " + absent.why() + ". Bring it there first");
      case Presence.Present present ->
          StepResult.NOTHING.line(
              "present",
              image + " is present" + (present.detail().isEmpty() ? "" : ", " + present.detail()));
      case Presence.Unknown unknown ->
          StepResult.NOTHING.line("present", image + ": not checked, " + unknown.why());
    };
  }

  /** What else would be lost or broken: refused, or said. */
  StepResult sideEffects(SideEffects effects) {
    if (!effects.blockers().isEmpty()) {
      return StepResult.refused(
          String.join("; ", effects.blockers())
              + ". Remove what depends on it, deploy again, and create it anew afterwards. Nothing"
              + " was changed");
    }
    StepResult result = StepResult.NOTHING;
    for (String warning : effects.warnings()) {
      result = result.line("warning", warning);
    }
    return result;
  }

  /** What the platform was asked before anything is changed. */
  static StepResult environment(String platform) {
    return StepResult.NOTHING.done(
        Item.ENVIRONMENT, "platform " + platform + " answers, image present");
  }

  /**
   * The database is left to somebody else.
   *
   * @param unconfigured why nothing is migrated here; empty where it is only not asked for
   */
  static StepResult leftAlone(Optional<String> unconfigured) {
    String why = unconfigured.orElse("--skip-migrate");
    return StepResult.NOTHING.line("migrations", "left alone: " + why).open(Item.STAGE_1, why);
  }

  /** Whether it could be rolled back, before the image is put in place. */
  StepResult rollback(Planned planned) {
    if (wanted.requireRollback() && planned instanceof Planned.Impossible impossible) {
      return StepResult.refused(
          "the release "
              + impossible.reason()
              + "; --require-rollback refuses it. The image was not put in place. Next: "
              + impossible.refusals().getFirst().next());
    }
    return StepResult.NOTHING.line("rollback", planned.line());
  }

  /** What is pending, and whether it may be applied by a deploy at all. */
  StepResult pending(List<MigrationFile> stage1) {
    List<String> oneWay =
        stage1.stream()
            .filter(file -> file.down().isEmpty() || file.header().irreversible().isPresent())
            .map(MigrationFile::label)
            .toList();
    if (!oneWay.isEmpty() && (!wanted.forwardOnly() || wanted.requireRollback())) {
      return StepResult.refused(
          String.join(", ", oneWay)
              + (oneWay.size() == 1 ? " has" : " have")
              + " no down migration, so the release could not be rolled back: write a down"
              + (wanted.requireRollback()
                  ? "; --require-rollback refuses it"
                  : ", or confirm it: --forward-only"));
    }
    String line = line(stage1);
    if (wanted.migrations() == DeployWanted.Migrations.MANUAL && !stage1.isEmpty()) {
      return StepResult.stopped(
              ExitCode.PENDING,
              line
                  + ", and --manual-migrate leaves them to you: ripcord migrate stage1 --release "
                  + wanted.release()
                  + ", then the same command again")
          .line("migrations", line);
    }
    return StepResult.NOTHING.line("migrations", line);
  }

  /** What is pending, in one line. */
  static String line(List<MigrationFile> stage1) {
    return stage1.isEmpty()
        ? "no migration of stage 1 is pending"
        : Format.count(stage1.size(), "migration of stage 1 is", "migrations of stage 1 are")
            + " pending: "
            + stage1.stream().map(MigrationFile::label).collect(Collectors.joining(", "));
  }

  /** Whether the downs of what is pending were verified on a copy before, and what came of it. */
  StepResult proof(List<MigrationFile> stage1, List<StoredProof> proofs) {
    if (stage1.isEmpty()) {
      return StepResult.NOTHING;
    }
    List<String> verdicts = new ArrayList<>();
    boolean unverified = false;
    for (MigrationFile file : stage1) {
      Optional<StoredProof> proof = proofs.stream().filter(each -> each.isOf(file)).findFirst();
      if (!wanted.forwardOnly()
          && proof.filter(each -> each.verdict() == Verdict.IMPOSSIBLE).isPresent()) {
        return StepResult.refused(
            file.label()
                + " was verified and cannot be reverted: ripcord migrate verify says why. Fix its"
                + " down, or confirm it: --forward-only");
      }
      verdicts.add(file.label() + " " + proof.map(StoredProof::text).orElse("not verified yet"));
      unverified |= proof.isEmpty();
    }
    String known = "reversibility: " + String.join(", ", verdicts);
    return unverified
        ? StepResult.NOTHING
            .line("proof", known + ". Verify: ripcord migrate verify")
            .open(Item.SCRIPTS, "verify them on a copy: ripcord migrate verify")
            .open(Item.ROLLBACK, "not all are verified: ripcord migrate verify")
        : StepResult.NOTHING
            .line("proof", known)
            .done(Item.SCRIPTS, "tried on a copy of the database")
            .done(Item.ROLLBACK, known);
  }

  /**
   * Whether the policy lets what is pending run by itself.
   *
   * @param risks of each pending migration, by what it will do to the database as it stands
   */
  StepResult risk(Map<MigrationFile, Grade> risks, GradePolicy policy) {
    if (risks.isEmpty()) {
      return StepResult.NOTHING;
    }
    Predicate<Grade> accepted =
        risk -> wanted.accepted().filter(most -> risk.compareTo(most) <= 0).isPresent();
    List<String> refused = new ArrayList<>();
    risks.forEach(
        (file, risk) ->
            policy
                .against(risk, file.header().reviewer())
                .filter(why -> !accepted.test(risk))
                .ifPresent(why -> refused.add(file.label() + ": " + why)));
    if (!refused.isEmpty()) {
      return StepResult.refused(
          String.join("; ", refused)
              + ". Read what it will do: ripcord migrate check; then run it by hand (ripcord"
              + " migrate stage1 --release "
              + wanted.release()
              + "), or confirm it: --accept-risk GRADE. The policy is"
              + " services.NAME.migrations.policy");
    }
    return StepResult.NOTHING.line(
        "risk",
        risks.entrySet().stream()
            .map(each -> each.getKey().label() + " " + each.getValue().text())
            .collect(Collectors.joining(", ", "risk: ", "")));
  }

  /** What the policy asks of a backup before migrations of these risks. */
  static GradePolicy.Backup backup(Map<MigrationFile, Grade> risks, GradePolicy policy) {
    return risks.values().stream()
        .map(risk -> policy.rule(risk).backup())
        .reduce(GradePolicy.Backup.OPTIONAL, GradePolicy.Backup::or);
  }

  /** Whether a backup is taken. */
  boolean takesBackup(GradePolicy.Backup asked) {
    return wanted.backup() || asked == GradePolicy.Backup.REQUIRED;
  }

  /** No backup is taken. */
  StepResult withoutBackup(GradePolicy.Backup asked) {
    return asked == GradePolicy.Backup.RECOMMENDED
        ? StepResult.NOTHING
            .line("backup", "no backup is taken; the policy recommends one: --backup")
            .open(Item.BACKUP, "recommended and not asked for: --backup")
        : StepResult.NOTHING.open(Item.BACKUP, "not asked for: --backup");
  }

  /** A backup that is needed cannot be taken. */
  StepResult backupBlocked(GradePolicy.Backup asked, String blocker) {
    return StepResult.refused(
        (asked == GradePolicy.Backup.REQUIRED ? "the policy requires a backup, and " : "")
            + "no backup can be taken: "
            + blocker
            + ". Nothing was changed");
  }

  /** What was pending is applied. */
  static StepResult applied(List<MigrationFile> stage1) {
    return StepResult.NOTHING.done(
        Item.STAGE_1, stage1.isEmpty() ? "nothing was pending" : line(stage1));
  }

  /** Nothing has to be exchanged. */
  static StepResult runsAlready(ImageIdentity running) {
    return StepResult.NOTHING
        .line("image", running + " runs already")
        .done(Item.CODE, running + " runs");
  }

  /**
   * The image could not be put in place.
   *
   * @param failure why
   * @param applied migrations that this deploy has applied
   */
  StepResult notPlaced(String failure, List<String> applied) {
    String ahead =
        applied.isEmpty()
            ? ""
            : ". The database is ahead of it, which the image before can live with: "
                + String.join(", ", applied)
                + "; to revert them "
                + RevertCommand.ofRelease(wanted.release());
    return StepResult.stopped(
        Outcome.FAILED.exitCode(), "the image was not put in place: " + failure + ahead);
  }

  /** Nobody watches it, as asked. */
  static StepResult unwatched() {
    return StepResult.NOTHING
        .line("watch", "not watched, as asked; it runs")
        .open(Item.HEALTH, "--no-health-check")
        .open(Item.WATCH, "--no-health-check");
  }

  /** How the watch ended. */
  static StepResult watched(Outcome outcome) {
    return outcome == Outcome.HEALTHY
        ? StepResult.NOTHING
            .done(Item.HEALTH, "healthy to the end of the bake time")
            .open(Item.WATCH, "goes on where a daemon runs: ripcord start")
        : StepResult.NOTHING.open(Item.HEALTH, outcome.text());
  }

  /**
   * What may be removed now that the release is in place.
   *
   * @param pending migrations of stage 2
   * @return the checklist's word on it, and the line that says what comes next, where something
   *     does
   */
  StepResult stage2(List<String> pending) {
    return pending.isEmpty()
        ? StepResult.NOTHING.done(Item.STAGE_2, "nothing to remove")
        : StepResult.NOTHING
            .open(Item.STAGE_2, "waits for an approval")
            .next(
                "stage 2 is open now: "
                    + String.join(", ", pending)
                    + ", needs an approval: ripcord migrate stage2 --approved-by NAME --release "
                    + wanted.release());
  }
}
