package dev.ripcord.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What every event does to every state of a run. The states and events are taken from the sealed
 * types, so that a new one fails here until its cells are written.
 */
final class RunMatrixTest {
  /**
   * Each line: a state, an event, then what follows: {@code same}, or the next state + effects. The
   * run of the table is migrations first, and stands at the first of its downs, the third step.
   */
  private static final String TABLE =
      """
      Ready      Begun         Stepping 0 + Perform 0
      Ready      StepBegun     same
      Ready      StepDone      same
      Ready      StepFailed    same
      Ready      StepRefused   same
      Ready      StepTimedOut  same
      Ready      StepUncertain same
      Ready      StepStopped   same
      Ready      Checked       same
      Ready      Ticked        same
      Ready      AbortAsked    Ended Stopped + Conclude
      Ready      Resumed       Stepping 0 + Perform 0
      Ready      LossFound     same
      Ready      Approved      same
      Ready      Restored      same

      Stepping   Begun         same
      Stepping   StepBegun     same
      Stepping   StepDone      Stepping 3 + Perform 3
      Stepping   StepFailed    Restoring + Restore
      Stepping   StepRefused   Ended Broke + Conclude
      Stepping   StepTimedOut  Restoring + Restore
      Stepping   StepUncertain Ended Broke + Conclude
      Stepping   StepStopped   same
      Stepping   Checked       same
      Stepping   Ticked        same
      Stepping   AbortAsked    Stepping 2 until bob + BreakOff 2
      Stepping   Resumed       same + Perform 2
      Stepping   LossFound     same
      Stepping   Approved      same
      Stepping   Restored      same

      Asking     Begun         same
      Asking     StepBegun     same
      Asking     StepDone      same
      Asking     StepFailed    same
      Asking     StepRefused   same
      Asking     StepTimedOut  same
      Asking     StepUncertain same
      Asking     StepStopped   same
      Asking     Checked       same
      Asking     Ticked        same
      Asking     AbortAsked    Ended Stopped + Conclude
      Asking     Resumed       same + AwaitAnswer
      Asking     LossFound     same
      Asking     Approved      Stepping 1 + Perform 1
      Asking     Restored      same

      Verifying  Begun         same
      Verifying  StepBegun     same
      Verifying  StepDone      same
      Verifying  StepFailed    same
      Verifying  StepRefused   same
      Verifying  StepTimedOut  same
      Verifying  StepUncertain same
      Verifying  StepStopped   same
      Verifying  Checked       Verifying 1
      Verifying  Ticked        same
      Verifying  AbortAsked    Ended DidNotHelp + Conclude
      Verifying  Resumed       same + Watch
      Verifying  LossFound     same
      Verifying  Approved      same
      Verifying  Restored      same

      Restoring  Begun         same
      Restoring  StepBegun     same
      Restoring  StepDone      same
      Restoring  StepFailed    same
      Restoring  StepRefused   same
      Restoring  StepTimedOut  same
      Restoring  StepUncertain same
      Restoring  StepStopped   same
      Restoring  Checked       same
      Restoring  Ticked        same
      Restoring  AbortAsked    same
      Restoring  Resumed       same + Restore
      Restoring  LossFound     same
      Restoring  Approved      same
      Restoring  Restored      Ended Broke + Conclude

      Ended      Begun         same
      Ended      StepBegun     same
      Ended      StepDone      same
      Ended      StepFailed    same
      Ended      StepRefused   same
      Ended      StepTimedOut  same
      Ended      StepUncertain same
      Ended      StepStopped   same
      Ended      Checked       same
      Ended      Ticked        same
      Ended      AbortAsked    same
      Ended      Resumed       same
      Ended      LossFound     same
      Ended      Approved      same
      Ended      Restored      same
      """;

  private static final Map<String, RunState> STATES =
      Map.of(
          "Ready", Drive.migrationsFirst().state(),
          "Stepping", Drive.migrationsFirst().begin().done(2).state(),
          "Asking", Drive.asking(Order.MIGRATIONS_FIRST).begin().finds("2 rows of a").state(),
          "Verifying", Drive.migrationsFirst().begin().done(5).state(),
          "Restoring", Drive.migrationsFirst().begin().done(2).fails("lock timeout").state(),
          "Ended", Drive.migrationsFirst().begin().fails("no such container").state());

  private static final Map<String, RunEvent> EVENTS =
      Map.ofEntries(
          Map.entry("Begun", new RunEvent.Begun()),
          Map.entry("StepBegun", new RunEvent.StepBegun(2)),
          Map.entry("StepDone", new RunEvent.StepDone(2, "done", Duration.ZERO)),
          Map.entry("StepFailed", new RunEvent.StepFailed(2, "lock timeout")),
          Map.entry("StepRefused", new RunEvent.StepRefused(2, "shop:43 runs")),
          Map.entry("StepTimedOut", new RunEvent.StepTimedOut(2, "cancelled")),
          Map.entry("StepUncertain", new RunEvent.StepUncertain(2, "no answer")),
          Map.entry("StepStopped", new RunEvent.StepStopped(2)),
          Map.entry("LossFound", new RunEvent.LossFound(2, "2 rows of a")),
          Map.entry("Approved", new RunEvent.Approved("ann")),
          Map.entry("Checked", new RunEvent.Checked(RunEvent.Health.HEALTHY, "0.3%")),
          Map.entry("Ticked", new RunEvent.Ticked()),
          Map.entry("AbortAsked", new RunEvent.AbortAsked("bob")),
          Map.entry("Resumed", new RunEvent.Resumed("another")),
          Map.entry("Restored", new RunEvent.Restored("runs again")));

  @Test
  void everyEvent_inEveryState_doesAsTheTableSays() {
    Map<String, String> found = new TreeMap<>();
    for (String state : names(RunState.class)) {
      for (String event : names(RunEvent.class)) {
        found.put(state + " " + event, cell(state, event));
      }
    }

    assertThat(found).containsExactlyInAnyOrderEntriesOf(table());
  }

  /** The records among the permitted types, which are the states and the events. */
  private static List<String> names(Class<?> sealed) {
    return Arrays.stream(sealed.getPermittedSubclasses()).map(Class::getSimpleName).toList();
  }

  private static Map<String, String> table() {
    return TABLE
        .lines()
        .filter(line -> !line.isBlank())
        .map(line -> line.split("\\s+", 3))
        .collect(Collectors.toMap(cell -> cell[0] + " " + cell[1], cell -> cell[2]));
  }

  private static String cell(String stateName, String eventName) {
    RunState before = STATES.get(stateName);
    RunEvent event = EVENTS.get(eventName);
    if (before == null || event == null) {
      return "no example of it in this test";
    }
    assertThat(before.getClass().getSimpleName()).isEqualTo(stateName);
    RollbackMachine.Move move = RollbackMachine.on(before, event, World.NOW);
    StringBuilder said = new StringBuilder(move.next().equals(before) ? "same" : said(move.next()));
    move.effects().forEach(effect -> said.append(" + ").append(said(effect)));
    return said.toString();
  }

  private static String said(RunState state) {
    return switch (state) {
      case RunState.Ready ready -> "Ready";
      case RunState.Stepping stepping ->
          "Stepping " + stepping.index() + stepping.stopBy().map(by -> " until " + by).orElse("");
      case RunState.Asking asking -> "Asking";
      case RunState.Verifying verifying -> "Verifying " + verifying.streak();
      case RunState.Restoring restoring -> "Restoring";
      case RunState.Ended ended -> "Ended " + ended.result().getClass().getSimpleName();
    };
  }

  private static String said(RunEffect effect) {
    String name = effect.getClass().getSimpleName();
    return switch (effect) {
      case RunEffect.Perform perform -> name + " " + perform.index();
      case RunEffect.BreakOff breakOff -> name + " " + breakOff.index();
      case RunEffect.AwaitAnswer wait -> name;
      case RunEffect.Watch watch -> name;
      case RunEffect.Restore restore -> name;
      case RunEffect.Conclude conclude -> name;
    };
  }
}
