package dev.ripcord.cli.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.deploy.Checklist.Item;
import dev.ripcord.cli.deploy.Checklist.Tick;
import dev.ripcord.cli.deploy.DeployWanted.Migrations;
import dev.ripcord.cli.migrate.context.ExitException;
import dev.ripcord.cli.report.ReportOptions;
import dev.ripcord.migration.file.Checksum;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.migration.proof.StoredProof;
import dev.ripcord.migration.proof.Verdict;
import dev.ripcord.migration.risk.GradePolicy;
import dev.ripcord.migration.risk.GradePolicy.Backup;
import dev.ripcord.migration.statement.Grade;
import dev.ripcord.port.Presence;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ImageRef;
import dev.ripcord.rollback.Planned;
import dev.ripcord.rollback.Refusal;
import dev.ripcord.rollback.SideEffects;
import dev.ripcord.watch.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a deploy makes of the facts of each step: refused, printed, ticked. */
final class DeployRulesTest {
  private static final ImageRef IMAGE = new ImageRef("acme/shop:43");

  private final DeployRules rules = rules(Migrations.AUTO, Optional.empty(), false);

  private static DeployRules rules(
      Migrations migrations, Optional<Grade> accepted, boolean confirmed) {
    return new DeployRules(
        new DeployWanted(
            "v43",
            IMAGE,
            Optional.empty(),
            migrations,
            accepted,
            false,
            true,
            confirmed,
            false,
            confirmed,
            ReportOptions.Places.NONE));
  }

  private static DeployRules confirmed() {
    return rules(Migrations.AUTO, Optional.empty(), true);
  }

  /** One migration a name; one that begins with "one_way" has no down. */
  private static List<MigrationFile> files(String... names) {
    List<SourceFile> files = new ArrayList<>();
    for (int i = 0; i < names.length; i++) {
      String name = (i + 1) + "_" + names[i];
      files.add(new SourceFile(name + "_up.sql", "CREATE TABLE t" + i + " (id int);"));
      if (!names[i].startsWith("one_way")) {
        files.add(new SourceFile(name + "_down.sql", "DROP TABLE t" + i + ";"));
      }
    }
    return Folder.of(files).migrations();
  }

  private static StoredProof proof(MigrationFile file, Verdict verdict) {
    String down = file.down().map(each -> Checksum.of(each.text())).orElse("");
    return new StoredProof(
        file.checksum(), down, verdict, List.of(), List.of(), List.of(), List.of());
  }

  private static Map<MigrationFile, Grade> graded(Grade... grades) {
    List<MigrationFile> files = files("a", "b", "c").subList(0, grades.length);
    Map<MigrationFile, Grade> risks = new LinkedHashMap<>();
    for (int i = 0; i < grades.length; i++) {
      risks.put(files.get(i), grades[i]);
    }
    return risks;
  }

  private static String refused(StepResult result) {
    ExitException stop = result.stop().orElseThrow();
    assertThat(stop.exitCode()).isEqualTo(ExitCode.REFUSED);
    return String.valueOf(stop.getMessage());
  }

  private static String printed(StepResult result) {
    assertThat(result.stop()).isEmpty();
    return String.join("\n", result.lines().stream().map(StepResult.Line::text).toList());
  }

  private static final Planned IMPOSSIBLE =
      new Planned.Impossible(
          List.of(new Refusal("no_target", "the image before v43 is not known", "name it")),
          List.of());

  @Test
  void rollbackThatIsNotPossible_isShown_andRefusedWhereItIsRequired() {
    DeployWanted usual = rules(DeployWanted.Migrations.AUTO, Optional.empty(), false).wanted();
    DeployWanted demanding =
        new DeployWanted(
            usual.release(),
            usual.image(),
            usual.bake(),
            usual.migrations(),
            usual.accepted(),
            usual.backup(),
            usual.watched(),
            usual.forwardOnly(),
            true,
            usual.retry(),
            usual.places());

    assertThat(new DeployRules(usual).rollback(IMPOSSIBLE).stop()).isEmpty();
    assertThat(new DeployRules(usual).rollback(IMPOSSIBLE).lines())
        .containsExactly(
            new StepResult.Line(
                "rollback",
                "could not be rolled back now: the image before v43 is not known. Next: name it"));
    assertThat(new DeployRules(demanding).rollback(IMPOSSIBLE).stop().orElseThrow())
        .hasMessage(
            "the release could not be rolled back now: the image before v43 is not known;"
                + " --require-rollback refuses it. The image was not put in place. Next: name it");
  }

  @Test
  void condemnedImage_isRefused_untilConfirmed_byItsContentWhereThatIsKnown() {
    ImageIdentity next = new ImageIdentity(IMAGE, Optional.of("sha256:2"));
    ImageIdentity other = new ImageIdentity(IMAGE, Optional.of("sha256:1"));

    assertThat(refused(rules.condemned(Set.of(next), next))).contains("--retry");
    assertThat(confirmed().condemned(Set.of(next), next)).isEqualTo(StepResult.NOTHING);
    assertThat(rules.condemned(Set.of(other), next)).isEqualTo(StepResult.NOTHING);
  }

  @Test
  void presence_absentIsRefused_unknownIsSaid() {
    assertThat(refused(rules.presence(new Presence.Absent("no such tag")))).contains("no such tag");
    assertThat(printed(rules.presence(new Presence.Present("12 MB")))).endsWith("present, 12 MB");
    assertThat(printed(rules.presence(new Presence.Unknown("it has no way to ask"))))
        .contains("not checked, it has no way to ask");
  }

  @Test
  void sideEffects_blockersRefuse_warningsArePrinted() {
    SideEffects blocked = new SideEffects(List.of("db shares its network"), List.of("a volume"));
    assertThat(refused(rules.sideEffects(blocked)))
        .startsWith("db shares its network.")
        .contains("Nothing was changed");
    assertThat(printed(rules.sideEffects(new SideEffects(List.of(), List.of("a", "b")))))
        .isEqualTo("a\nb");
  }

  @Test
  void pending_withoutADown_isRefused_untilConfirmed() {
    List<MigrationFile> files = files("add", "one_way");
    assertThat(refused(rules.pending(files))).startsWith("2_one_way has no down migration");
    assertThat(printed(confirmed().pending(files))).contains("2 migrations of stage 1 are pending");
  }

  @Test
  void pending_leftToAPerson_endsWithItsOwnCode_andOnlyWhereThereIsOne() {
    DeployRules manual = rules(Migrations.MANUAL, Optional.empty(), false);
    ExitException stop = manual.pending(files("add")).stop().orElseThrow();
    assertThat(stop.exitCode()).isEqualTo(ExitCode.PENDING);
    assertThat(stop.getMessage()).contains("ripcord migrate stage1 --release v43");
    assertThat(printed(manual.pending(List.of()))).isEqualTo("no migration of stage 1 is pending");
  }

  @ParameterizedTest
  @EnumSource(Verdict.class)
  void proof_ofEach_ticksBoth_butImpossibleIsRefused(Verdict verdict) {
    List<MigrationFile> files = files("add");
    StepResult result = rules.proof(files, List.of(proof(files.getFirst(), verdict)));
    if (verdict == Verdict.IMPOSSIBLE) {
      assertThat(refused(result)).contains("cannot be reverted");
    } else {
      assertThat(result.ticks()).allMatch(Tick::done).hasSize(2);
    }
  }

  @Test
  void proof_ofSomeOnly_leavesBothOpen() {
    List<MigrationFile> files = files("add", "more");
    StepResult result = rules.proof(files, List.of(proof(files.getFirst(), Verdict.PROVEN)));
    assertThat(printed(result)).contains("2_more not verified yet", "ripcord migrate verify");
    assertThat(result.ticks()).noneMatch(Tick::done).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "LOW,,true",
    "MEDIUM,,false",
    "MEDIUM,LOW,false",
    "MEDIUM,MEDIUM,true",
    "HIGH,MEDIUM,false",
    "HIGH,VERY_HIGH,true",
    "UNKNOWN,VERY_HIGH,false",
    "UNKNOWN,UNKNOWN,true",
  })
  void risk_runsByItself_whereThePolicyOrThePersonLetsIt(Grade risk, Grade accepted, boolean runs) {
    DeployRules own = rules(Migrations.AUTO, Optional.ofNullable(accepted), false);
    StepResult result = own.risk(graded(Grade.LOW, risk), GradePolicy.STANDARD);
    assertThat(result.stop().isEmpty()).isEqualTo(runs);
    if (!runs) {
      assertThat(refused(result)).startsWith("2_b: risk " + risk.text()).doesNotContain("1_a:");
    }
  }

  @ParameterizedTest
  @CsvSource({"LOW,LOW,OPTIONAL", "MEDIUM,LOW,RECOMMENDED", "LOW,HIGH,REQUIRED"})
  void backup_isAskedForByTheGravest(Grade one, Grade other, Backup asked) {
    assertThat(DeployRules.backup(graded(one, other), GradePolicy.STANDARD)).isEqualTo(asked);
  }

  @Test
  void backup_thatIsRequired_isTaken_orRefusesTheDeploy() {
    assertThat(rules.takesBackup(Backup.REQUIRED)).isTrue();
    assertThat(rules.takesBackup(Backup.RECOMMENDED)).isFalse();
    assertThat(refused(rules.backupBlocked(Backup.REQUIRED, "no pg_dump")))
        .startsWith("the policy requires a backup, and no backup can be taken: no pg_dump");
    assertThat(printed(rules.withoutBackup(Backup.RECOMMENDED))).contains("--backup");
    assertThat(rules.withoutBackup(Backup.OPTIONAL).lines()).isEmpty();
  }

  @Test
  void imageThatIsNotPlaced_needsAPerson_whoReadsHowFarTheDatabaseIsAhead() {
    ExitException stop = rules.notPlaced("no such image", List.of("1_add")).stop().orElseThrow();
    assertThat(stop.exitCode()).isEqualTo(Outcome.FAILED.exitCode());
    assertThat(stop.getMessage())
        .contains("no such image", "1_add", "ripcord migrate down --release v43");
    assertThat(rules.notPlaced("x", List.of()).stop().orElseThrow().getMessage())
        .isEqualTo("the image was not put in place: x");
  }

  @ParameterizedTest
  @EnumSource(Outcome.class)
  void watch_ticksHealth_onlyWhereItEndedHealthy(Outcome outcome) {
    assertThat(DeployRules.watched(outcome).ticks())
        .filteredOn(tick -> tick.item() == Item.HEALTH)
        .allMatch(tick -> tick.done() == (outcome == Outcome.HEALTHY))
        .hasSize(1);
  }

  @Test
  void stage2_thatIsPending_comesNext() {
    assertThat(rules.stage2(List.of("9_drop")).next().orElseThrow())
        .contains("9_drop", "--approved-by NAME --release v43");
    assertThat(rules.stage2(List.of()).next()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "false,true,PRESENCE SIDE_EFFECTS SAVEPOINT PENDING PROOF RISK BACKUP STAGE_1 ROLLBACK IMAGE",
    "true,true,SAVEPOINT PENDING PROOF RISK BACKUP STAGE_1 RUNS_ALREADY",
    "false,false,PRESENCE SIDE_EFFECTS SAVEPOINT LEFT_ALONE ROLLBACK IMAGE",
    "true,false,SAVEPOINT LEFT_ALONE RUNS_ALREADY",
  })
  void steps_nothingIsChangedBeforeAllIsAsked(boolean runs, boolean migrates, String steps) {
    assertThat(DeployStep.of(runs, migrates))
        .extracting(Enum::name)
        .containsExactly(steps.split(" ", -1));
  }
}
