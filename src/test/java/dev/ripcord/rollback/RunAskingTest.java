package dev.ripcord.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.rollback.RunEvent.AbortAsked;
import dev.ripcord.rollback.RunEvent.Approved;
import dev.ripcord.rollback.RunEvent.Health;
import dev.ripcord.rollback.RunEvent.Resumed;
import dev.ripcord.rollback.RunEvent.Ticked;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A run that asks a person before its downs destroy something. */
final class RunAskingTest {
  private static final Health GOOD = Health.HEALTHY;

  private static Drive asked(Order order) {
    Drive drive = Drive.asking(order).begin();
    return order == Order.IMAGE_FIRST ? drive.done(1).finds("2 rows of b") : drive.finds("x");
  }

  private static List<String> names(Order order) {
    return Drive.asking(order).state().plan().steps().stream().map(Step::name).toList();
  }

  @Test
  void plan_asksBeforeTheDowns_andBeforeAStop() {
    assertThat(names(Order.IMAGE_FIRST)).containsExactly("image", "ask", "down", "down", "verify");
    assertThat(names(Order.MIGRATIONS_FIRST))
        .containsExactly("ask", "stop", "backup", "down", "down", "image", "verify");
  }

  @Test
  void planWithoutDowns_asksNothing() {
    Policy asks = World.USUAL.with(Policy.Losses.ASK);

    assertThat(new World().plan(asks).steps()).noneMatch(Step.Approval.class::isInstance);
    assertThat(asks.agreed().losses()).isEqualTo(Policy.Losses.SALVAGE);
    assertThat(World.USUAL.agreed()).isEqualTo(World.USUAL);
  }

  @Test
  void nothingToLose_goesOnWithoutAnybody() {
    Drive drive = Drive.asking(Order.IMAGE_FIRST).begin().done(2);

    assertThat(drive.performs()).isEqualTo("down 02_add_b");
  }

  @Test
  void yes_runsTheDowns() {
    Drive drive = asked(Order.IMAGE_FIRST).on(new Approved("ann"));
    assertThat(drive.performs()).isEqualTo("down 02_add_b");

    RunResult result = drive.done(2).polls(GOOD, GOOD, GOOD).result();
    assertThat(result.text()).isEqualTo("rolled back, healthy again; schema as before the release");
  }

  @Test
  void noAnswer_leavesTheDownsOut_andWatchesThePreviousImage() {
    Drive drive = asked(Order.IMAGE_FIRST).after(Duration.ofMinutes(14)).on(new Ticked());
    assertThat(drive.state()).isInstanceOf(RunState.Asking.class);

    drive.after(Duration.ofMinutes(1)).on(new Ticked());
    assertThat(drive.effects()).containsExactly(new RunEffect.Watch());

    assertThat(drive.polls(GOOD, GOOD, GOOD).result().text())
        .startsWith(
            "rolled back, healthy again; the schema stays expanded: nobody approved the downs"
                + " within 15 min, which would lose now: 2 rows of b; to finish ")
        .endsWith("ripcord migrate down --release v42");
  }

  @Test
  void no_isTheSameAtOnce() {
    Drive drive = asked(Order.IMAGE_FIRST).on(new AbortAsked("bob")).polls(GOOD, GOOD, GOOD);

    assertThat(drive.result()).isInstanceOf(RunResult.Helped.class);
    assertThat(drive.result().text()).contains("expanded: bob left the downs out");
  }

  @Test
  void noAnswer_whereTheConfigurationSaysSo_runsTheDowns() {
    Drive drive = Drive.asking(Order.IMAGE_FIRST, true).begin().done(1).finds("2 rows of b");

    drive.after(Duration.ofMinutes(15)).on(new Ticked());

    assertThat(drive.performs()).isEqualTo("down 02_add_b");
  }

  @Test
  void noAnswer_beforeAnythingWasDone_endsTheRunThere() {
    Drive drive = asked(Order.MIGRATIONS_FIRST).after(Duration.ofMinutes(15)).on(new Ticked());

    assertThat(drive.result()).isInstanceOf(RunResult.Broke.class);
    assertThat(((RunResult.Broke) drive.result()).done()).isEmpty();
    assertThat(((RunResult.Broke) drive.result()).open()).first().asString().startsWith("stop");
  }

  @Test
  void processThatGoesOn_waitsForTheSameMoment() {
    Drive drive = asked(Order.IMAGE_FIRST).after(Duration.ofMinutes(5)).on(new Resumed("b"));

    assertThat(drive.effects())
        .containsExactly(new RunEffect.AwaitAnswer(World.NOW.plus(Duration.ofMinutes(15))));
  }

  @Test
  void stopWhileItLooks_isHeededBeforeAnybodyIsAsked() {
    Drive drive = Drive.asking(Order.MIGRATIONS_FIRST).begin().on(new AbortAsked("bob"));

    assertThat(drive.finds("x").result()).isInstanceOf(RunResult.Stopped.class);
  }
}
