package dev.ripcord.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.health.Escalation;
import dev.ripcord.health.Poll;
import dev.ripcord.watch.Effect.Notify;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What every event does to every state. The states and events are taken from the sealed types, so
 * that a new one fails here until its cells are written.
 */
final class WatchMatrixTest {
  /** Each line: a state, an event, then what follows: {@code same}, or the next state + effects. */
  private static final String TABLE =
      """
      Watching     Sampled        rolling-back + BeginRollback
      Watching     Ticked         same
      Watching     PauseAsked     paused
      Watching     ResumeAsked    same
      Watching     AbortAsked     ended aborted + Finish
      Watching     Approved       same
      Watching     RollbackAsked  rolling-back + BeginRollback
      Watching     Superseded     ended superseded + Finish
      Watching     NotRunning     ended inconclusive + Notify INCONCLUSIVE + Finish
      Watching     RunEnded       same

      Paused       Sampled        paused
      Paused       Ticked         same
      Paused       PauseAsked     paused
      Paused       ResumeAsked    watching
      Paused       AbortAsked     ended aborted + Finish
      Paused       Approved       same
      Paused       RollbackAsked  rolling-back + BeginRollback
      Paused       Superseded     ended superseded + Finish
      Paused       NotRunning     ended inconclusive + Notify INCONCLUSIVE + Finish
      Paused       RunEnded       same

      Asking       Sampled        asking
      Asking       Ticked         same
      Asking       PauseAsked     paused
      Asking       ResumeAsked    same
      Asking       AbortAsked     ended aborted + Finish
      Asking       Approved       rolling-back + BeginRollback
      Asking       RollbackAsked  rolling-back + BeginRollback
      Asking       Superseded     ended superseded + Finish
      Asking       NotRunning     ended inconclusive + Notify INCONCLUSIVE + Finish
      Asking       RunEnded       same

      RollingBack  Sampled        same
      RollingBack  Ticked         same
      RollingBack  PauseAsked     same
      RollingBack  ResumeAsked    same
      RollingBack  AbortAsked     same + StopRollback
      RollingBack  Approved       same + ApproveRollback
      RollingBack  RollbackAsked  same
      RollingBack  Superseded     same
      RollingBack  NotRunning     same
      RollingBack  RunEnded       ended rolled-back + Finish

      Ended        Sampled        same
      Ended        Ticked         same
      Ended        PauseAsked     same
      Ended        ResumeAsked    same
      Ended        AbortAsked     same
      Ended        Approved       same
      Ended        RollbackAsked  same
      Ended        Superseded     same
      Ended        NotRunning     same
      Ended        RunEnded       same
      """;

  /** The state and the rules under which it is met: two breaches were seen, the third comes. */
  private static final Map<String, Scene> STATES =
      Map.of(
          "Watching", twoBreaches(Escalation.ROLLBACK),
          "Paused",
              twoBreaches(Escalation.ROLLBACK).on(new WatchEvent.PauseAsked("ann", later(600))),
          "Asking", twoBreaches(Escalation.ASK).polls(Poll.bad()),
          "RollingBack", twoBreaches(Escalation.ROLLBACK).polls(Poll.bad()),
          "Ended", twoBreaches(Escalation.ROLLBACK).on(new WatchEvent.AbortAsked("ann")));

  private static final Map<String, Function<Scene, WatchEvent>> EVENTS =
      Map.of(
          "Sampled", s -> new WatchEvent.Sampled(Poll.bad().at(s.now().plusSeconds(1))),
          "Ticked", s -> new WatchEvent.Ticked(),
          "PauseAsked", s -> new WatchEvent.PauseAsked("bob", later(900)),
          "ResumeAsked", s -> new WatchEvent.ResumeAsked("bob"),
          "AbortAsked", s -> new WatchEvent.AbortAsked("bob"),
          "Approved", s -> new WatchEvent.Approved("bob"),
          "RollbackAsked", s -> new WatchEvent.RollbackAsked("bob", false),
          "Superseded", s -> new WatchEvent.Superseded("v43"),
          "NotRunning", s -> new WatchEvent.NotRunning(Outcome.INCONCLUSIVE, "v41 runs"),
          "RunEnded", s -> new WatchEvent.RunEnded(Outcome.ROLLED_BACK, "healthy again"));

  private static Scene twoBreaches(Escalation act) {
    return Scene.by(Scene.acting(act, Map.of())).polls(Poll.bad(), Poll.bad());
  }

  private static Instant later(int seconds) {
    return Scene.START.plusSeconds(seconds);
  }

  @Test
  void everyEvent_inEveryState_doesAsTheTableSays() {
    Map<String, String> found = new TreeMap<>();
    for (String state : names(WatchState.class)) {
      for (String event : names(WatchEvent.class)) {
        found.put(state + " " + event, cell(state, event));
      }
    }

    assertThat(found).containsExactlyInAnyOrderEntriesOf(table());
  }

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
    Scene scene = STATES.get(stateName);
    Function<Scene, WatchEvent> event = EVENTS.get(eventName);
    if (scene == null || event == null) {
      return "no example of it in this test";
    }
    WatchState before = scene.state();
    assertThat(before.getClass().getSimpleName()).isEqualTo(stateName);
    Watch watch = new Watch(scene.charter());
    Transition transition = watch.on(before, event.apply(scene), scene.now().plusSeconds(1));
    return said(before, transition);
  }

  private static String said(WatchState before, Transition transition) {
    WatchState next = transition.next();
    String word =
        next instanceof WatchState.Ended ended ? "ended " + ended.outcome().text() : next.word();
    StringBuilder said = new StringBuilder(next.equals(before) ? "same" : word);
    for (Effect effect : transition.effects()) {
      said.append(" + ").append(effect.getClass().getSimpleName());
      if (effect instanceof Notify tell) {
        said.append(' ').append(tell.notice());
      }
    }
    return said.toString();
  }
}
