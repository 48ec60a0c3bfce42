package dev.ripcord.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.rollback.RunEvent.AbortAsked;
import dev.ripcord.rollback.RunEvent.Restored;
import dev.ripcord.rollback.RunEvent.Resumed;
import dev.ripcord.rollback.RunEvent.StepRefused;
import dev.ripcord.rollback.RunEvent.StepStopped;
import dev.ripcord.rollback.RunEvent.StepTimedOut;
import dev.ripcord.rollback.RunEvent.StepUncertain;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Runs whose steps are broken off, refused, or have no answer. */
final class RunBrokenOffTest {
  @Test
  void c9_backupTimedOut_startsTheApplicationAgain_andSaysHowLongItTook() {
    Drive drive = Drive.migrationsFirst().begin().done(1);

    drive.on(new StepTimedOut(1, "pg_dump was ended"));
    assertThat(drive.effects()).containsExactly(new RunEffect.Restore());
    drive.on(new Restored("the application runs again"));

    assertThat(drive.result().text())
        .isEqualTo(
            "backup shop-v42.dump was not done within 60 min: pg_dump was ended; the application"
                + " runs again");
  }

  @Test
  void c9_abortDuringTheBackup_breaksItOff_andStartsTheApplicationAgain() {
    Drive drive = Drive.migrationsFirst().begin().done(1).on(new AbortAsked("ann"));
    assertThat(drive.effects()).containsExactly(new RunEffect.BreakOff(1));

    drive.on(new StepStopped(1));
    assertThat(drive.effects()).containsExactly(new RunEffect.Restore());
    drive.on(new Restored("the application runs again"));

    assertThat(drive.result())
        .isInstanceOfSatisfying(
            RunResult.Stopped.class,
            stopped ->
                assertThat(stopped.text())
                    .isEqualTo("stopped by ann after 1 step; the application runs again"));
  }

  @Test
  void c9_resumedAfterAnAbortDuringTheBackup_doesNotBeginItAnew() {
    Drive drive = Drive.migrationsFirst().begin().done(1).on(new AbortAsked("ann"));

    assertThat(drive.on(new Resumed("another")).effects()).containsExactly(new RunEffect.Restore());
  }

  @Test
  void d1_stopOrSwitchTimedOut_mayStandHalfWay_soThatTheOldImageIsStarted() {
    assertThat(Drive.migrationsFirst().begin().on(new StepTimedOut(0, "killed")).effects())
        .containsExactly(new RunEffect.Restore());
    assertThat(Drive.imageFirst().begin().on(new StepTimedOut(0, "killed")).effects())
        .containsExactly(new RunEffect.Restore());
  }

  @Test
  void c6_firstDownWithoutAnswer_doesNotStartTheNewerImage() {
    Drive drive = Drive.migrationsFirst().begin().done(2).on(new StepUncertain(2, "no answer"));

    assertThat(drive.result().text())
        .isEqualTo(
            "down 02_split_b may be done, or done in part: no answer; the application stays"
                + " stopped");
  }

  @Test
  void c6_downWithoutAnswerAfterTheSwitch_isExpanded() {
    Drive drive = Drive.imageFirst().begin().done(1).on(new StepUncertain(1, "no answer"));

    assertThat(drive.effects()).containsExactly(new RunEffect.Watch());
  }

  @Test
  void c15_switchThatFailedAfterTheDowns_isNotToldAsStopped() {
    Drive drive = Drive.migrationsFirst().begin().done(4).fails("exit 1. v42 is what runs now");

    assertThat(drive.result().text())
        .isEqualTo(
            "image :42 → :41 failed: exit 1. v42 is what runs now; the application was stopped"
                + " before, so look whether it runs");
  }

  @Test
  void c1_stepRefused_touchesNothingMore() {
    Drive drive = Drive.imageFirst().begin().on(new StepRefused(0, "shop:43 runs"));

    assertThat(drive.result())
        .isInstanceOfSatisfying(
            RunResult.Broke.class,
            broke ->
                assertThat(broke.text()).isEqualTo("image :42 → :41 was not begun: shop:43 runs"));
  }

  @Test
  void d1_everyStep_hasItsBudgetInThePlan() {
    Policy policy =
        new Policy(
            Order.AUTO,
            false,
            Policy.Backup.AUTO,
            Policy.Scope.BOTH,
            Duration.ofMinutes(5),
            3,
            Duration.ofHours(2),
            Policy.Losses.DEFER,
            Policy.BackupOf.DATABASE,
            Policy.Answer.USUAL);

    assertThat(new World().changes("v42", "01_split").plan(policy).steps())
        .extracting(Step::budget)
        .containsExactly(
            Duration.ofMinutes(5),
            Duration.ofHours(2),
            Duration.ofHours(2),
            Duration.ofMinutes(10),
            Duration.ofMinutes(5));
  }
}
