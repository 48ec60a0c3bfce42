package dev.ripcord.rollback;

import static dev.ripcord.rollback.RunEvent.Health.BREACH;
import static dev.ripcord.rollback.RunEvent.Health.HEALTHY;
import static dev.ripcord.rollback.RunEvent.Health.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.migration.Version;
import dev.ripcord.rollback.RunEvent.AbortAsked;
import dev.ripcord.rollback.RunEvent.Restored;
import dev.ripcord.rollback.RunEvent.StepDone;
import dev.ripcord.rollback.RunEvent.StepFailed;
import dev.ripcord.rollback.RunEvent.Ticked;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RollbackMachineTest {
  private static final Duration BUDGET = Duration.ofMinutes(5);
  private static final String BY_HAND =
      " (shows what would be lost, and asks before anything is deleted): ripcord migrate down"
          + " --release v42";
  private static final String IMAGE_BY_HAND =
      "image :42 → :41: ripcord rollback shop --image-only --yes";
  private static final Restored RESTORED =
      new Restored("the application runs again on shop:42, the database is as before");

  @Test
  void imageFirst_everythingWorks_helps() {
    Drive drive = Drive.imageFirst().begin();
    assertThat(drive.performs()).isEqualTo("image :42 → :41");
    assertThat(drive.done(1).performs()).isEqualTo("down 02_add_b");
    assertThat(drive.done(1).performs()).isEqualTo("down 01_add_a");
    assertThat(drive.done(1).effects()).containsExactly(new RunEffect.Watch());

    drive.polls(HEALTHY, HEALTHY);
    assertThat(drive.effects()).isEmpty();
    drive.polls(HEALTHY);

    assertThat(drive.result())
        .isEqualTo(
            new RunResult.Helped(
                Optional.empty(), "rolled back, healthy again; schema as before the release"));
  }

  @Test
  void migrationsFirst_everythingWorks_helps() {
    Drive drive = Drive.migrationsFirst().begin();
    assertThat(drive.performs()).isEqualTo("stop the application");
    assertThat(drive.done(1).performs()).isEqualTo("backup shop-v42.dump");
    assertThat(drive.done(1).performs()).isEqualTo("down 02_split_b");
    assertThat(drive.done(1).performs()).isEqualTo("down 01_add_a");
    assertThat(drive.done(1).performs()).isEqualTo("image :42 → :41");

    drive.done(1).polls(HEALTHY, HEALTHY, HEALTHY);

    assertThat(drive.result()).isInstanceOf(RunResult.Helped.class);
  }

  @Test
  void e4_imageOnly_saysThatTheSchemaStaysExpanded_andHowToFinish() {
    Plan plan =
        new World()
            .adds("v42", "01_add_a")
            .adds("v42", "02_add_b")
            .plan(World.USUAL.with(Policy.Scope.IMAGE_ONLY));

    Drive drive = Drive.of(plan).begin().done(1).polls(HEALTHY, HEALTHY, HEALTHY);

    String why = "only the image was to go back, and 02_add_b, 01_add_a stay applied";
    assertThat(drive.result())
        .isEqualTo(
            new RunResult.Helped(
                Optional.of(why),
                "rolled back, healthy again; the schema stays expanded: "
                    + why
                    + "; to finish"
                    + BY_HAND));
  }

  @Test
  void e4_downLeftOut_saysWhatTheCommandLosesAndThatItAsks() {
    World world = new World().adds("v42", "01_add_a");
    world.tried =
        List.of(new TrialResult(new Version("01"), false, List.of("a: 12 rows are gone"), false));

    Drive drive = Drive.of(world.plan(World.USUAL)).begin().done(1);

    assertThat(drive.polls(HEALTHY, HEALTHY, HEALTHY).result().text())
        .isEqualTo(
            "rolled back, healthy again; the schema stays expanded: only the image was to go back,"
                + " and 01_add_a stays applied, since the down of 01_add_a may lose something now"
                + " (a: 12 rows are gone); to finish"
                + BY_HAND);
  }

  @Test
  void noMigrations_helps_andSaysSo() {
    Drive drive = Drive.of(new World().plan(World.USUAL)).begin().done(1);

    assertThat(drive.polls(HEALTHY, HEALTHY, HEALTHY).result().text())
        .isEqualTo("rolled back, healthy again; no migration was reverted");
  }

  @Test
  void downFailsAfterTheSwitch_expandedAndVerified() {
    Drive drive = Drive.imageFirst().begin().done(2).fails("lock timeout");
    assertThat(drive.effects()).containsExactly(new RunEffect.Watch());

    drive.polls(HEALTHY, HEALTHY, HEALTHY);

    assertThat(drive.result())
        .isEqualTo(
            new RunResult.Helped(
                Optional.of("down 01_add_a failed: lock timeout"),
                "rolled back, healthy again; the schema stays expanded: down 01_add_a failed: lock"
                    + " timeout; to finish"
                    + BY_HAND));
  }

  @Test
  void downFailsAfterTheSwitch_stillBad_saysBoth() {
    Drive drive = Drive.imageFirst().begin().done(1).fails("lock timeout");

    assertThat(drive.polls(BREACH, BREACH, BREACH).result().text())
        .isEqualTo(
            "rolled back, still unhealthy: it was not the release; the schema stays expanded: down"
                + " 02_add_b failed: lock timeout; to finish"
                + BY_HAND);
  }

  @Test
  void switchFails_nothingIsDone() {
    Drive drive = Drive.imageFirst().begin().fails("shop:41 does not start");

    assertThat(drive.result())
        .isEqualTo(
            new RunResult.Broke(
                "image :42 → :41 failed: shop:41 does not start",
                List.of(),
                List.of(IMAGE_BY_HAND, "down 02_add_b" + BY_HAND, "down 01_add_a" + BY_HAND)));
  }

  /** The runner tells a failure in several lines, an ending is one. */
  @Test
  void failureOfSeveralLines_isOneLineOfTheEnding() {
    Drive drive =
        Drive.imageFirst().begin().fails("x.sql:1:1  no\n  in the way: pid 7\n  As before.");

    assertThat(drive.result().text())
        .isEqualTo("image :42 → :41 failed: x.sql:1:1  no; in the way: pid 7; As before");
  }

  @Test
  void stopFails_nothingIsDone() {
    Drive drive = Drive.migrationsFirst().begin().fails("no such container");

    assertThat(drive.result())
        .isInstanceOfSatisfying(
            RunResult.Broke.class,
            broke -> {
              assertThat(broke.text()).isEqualTo("stop the application failed: no such container");
              assertThat(broke.done()).isEmpty();
              assertThat(broke.open()).hasSize(5);
            });
  }

  @Test
  void firstDownFailsAfterTheStop_theApplicationIsStartedAgain() {
    Drive drive = Drive.migrationsFirst().begin().done(2).fails("syntax error");
    assertThat(drive.effects()).containsExactly(new RunEffect.Restore());

    drive.on(RESTORED);

    assertThat(drive.result())
        .isEqualTo(
            new RunResult.Broke(
                "down 02_split_b failed: syntax error; " + RESTORED.text(),
                List.of("step 1 done", "step 2 done"),
                List.of(
                    "stop the application",
                    "backup shop-v42.dump",
                    "down 02_split_b" + BY_HAND,
                    "down 01_add_a" + BY_HAND,
                    IMAGE_BY_HAND)));
  }

  @Test
  void backupFailsAfterTheStop_theApplicationIsStartedAgain() {
    Drive drive = Drive.migrationsFirst().begin().done(1).fails("disk full");

    assertThat(drive.effects()).containsExactly(new RunEffect.Restore());
  }

  @Test
  void secondDownFailsAfterTheStop_brokeWithWhatIsOpen() {
    Drive drive = Drive.migrationsFirst().begin().done(3).fails("syntax error");

    assertThat(drive.result())
        .isEqualTo(
            new RunResult.Broke(
                "down 01_add_a failed: syntax error; the application stays stopped",
                List.of("step 1 done", "step 2 done", "step 3 done"),
                List.of("down 01_add_a" + BY_HAND, IMAGE_BY_HAND)));
  }

  @Test
  void switchFailsAfterTheDowns_brokeWithTheImageOpen() {
    Drive drive = Drive.migrationsFirst().begin().done(4).fails("shop:41 does not start");

    assertThat(drive.result())
        .isInstanceOfSatisfying(
            RunResult.Broke.class, b -> assertThat(b.open()).containsExactly(IMAGE_BY_HAND));
  }

  @Test
  void abort_stopsBeforeTheNextStep() {
    Drive drive = Drive.imageFirst().begin().done(1).on(new AbortAsked("ann"));
    assertThat(drive.effects()).containsExactly(new RunEffect.BreakOff(1));

    drive.done(1);

    assertThat(drive.result())
        .isEqualTo(
            new RunResult.Stopped(
                "stopped by ann after 2 steps",
                List.of("step 1 done", "step 2 done"),
                List.of("down 01_add_a" + BY_HAND)));
  }

  @Test
  void abort_afterTheStop_startsTheApplicationAgain_andIsAnAbort() {
    Drive drive = Drive.migrationsFirst().begin().on(new AbortAsked("ann")).done(1);
    assertThat(drive.effects()).containsExactly(new RunEffect.Restore());

    assertThat(drive.on(RESTORED).result())
        .isInstanceOfSatisfying(
            RunResult.Stopped.class,
            stopped -> {
              assertThat(stopped.text())
                  .isEqualTo("stopped by ann after 1 step; " + RESTORED.text());
              assertThat(stopped.open()).hasSize(5);
            });
  }

  @Test
  void abort_beforeAnything_doesNothing() {
    assertThat(Drive.imageFirst().on(new AbortAsked("ann")).result())
        .isInstanceOf(RunResult.Stopped.class);
  }

  @Test
  void abort_duringTheLastStep_isStillVerified() {
    Drive drive = Drive.imageFirst().begin().done(2).on(new AbortAsked("ann")).done(1);

    assertThat(drive.effects()).containsExactly(new RunEffect.Watch());
  }

  @Test
  void abort_whileVerified_saysThatItIsNotProved() {
    Drive drive = Drive.imageFirst().begin().done(3).on(new AbortAsked("ann"));

    assertThat(drive.result())
        .isEqualTo(
            new RunResult.DidNotHelp(
                Optional.empty(), "rolled back, stopped by ann before it was proved"));
  }

  @Test
  void stillBad_isNotActedUponAgain() {
    Drive drive = Drive.imageFirst().begin().done(3).polls(BREACH, HEALTHY, BREACH, BREACH);
    assertThat(drive.state()).isInstanceOf(RunState.Verifying.class);

    assertThat(drive.polls(BREACH).result())
        .isEqualTo(
            new RunResult.DidNotHelp(
                Optional.empty(), "rolled back, still unhealthy: it was not the release"));
  }

  @Test
  void verification_unknownNeitherExtendsNorResets() {
    Drive drive = Drive.imageFirst().begin().done(3);

    drive.polls(HEALTHY, UNKNOWN, HEALTHY, UNKNOWN, HEALTHY);

    assertThat(drive.result()).isInstanceOf(RunResult.Helped.class);
  }

  @Test
  void verification_neverSeenHealthy_endsWithItsBudget() {
    Drive drive = Drive.imageFirst().begin().done(3);
    assertThat(drive.after(BUDGET.minusMillis(1)).on(new Ticked()).effects()).isEmpty();

    drive.after(Duration.ofMillis(1)).on(new Ticked());

    assertThat(drive.result().text()).isEqualTo("rolled back, not seen healthy in time");
    Drive polled = Drive.imageFirst().begin().done(3).after(BUDGET).polls(UNKNOWN);
    assertThat(polled.result()).isInstanceOf(RunResult.DidNotHelp.class);
  }

  @Test
  void eventOfAnotherStep_changesNothing() {
    Drive drive = Drive.imageFirst().begin().done(1);
    RunState before = drive.state();

    drive.on(new StepDone(0, "again", Duration.ZERO)).on(new StepFailed(2, "too early"));

    assertThat(drive.state()).isEqualTo(before);
    assertThat(drive.effects()).isEmpty();
  }
}
