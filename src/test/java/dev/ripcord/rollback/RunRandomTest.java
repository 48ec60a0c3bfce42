package dev.ripcord.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.rollback.RunEvent.Health;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Random plans in a world where steps fail, processes are killed at any moment and events come late
 * or twice: each step is done at most once, no down runs beside its turn, and every run ends.
 */
final class RunRandomTest {
  private static final int ROUNDS = 5_000;
  private static final int CRASHES_MAX = 8;

  @Test
  void run_whateverCrashes_doesEachStepOnceAndEnds() {
    long seed = Long.getLong("seed", 20_260_205L);
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    Map<String, Integer> results = new TreeMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      RunResult result = new Play(random, "seed " + seed + " round " + round).run();
      results.merge(result.getClass().getSimpleName(), 1, Integer::sum);
    }
    System.out.println(results);
    assertThat(results).containsOnlyKeys("Helped", "DidNotHelp", "Broke", "Stopped");
  }

  private static final class Play {
    private final Random random;
    private final String name;
    private final Plan plan;
    private final List<Happened> journal = new ArrayList<>();
    private final Map<Integer, Integer> doneInTheWorld = new HashMap<>();
    private final Map<Integer, Integer> doneInTheRun = new HashMap<>();
    private final int failsInAHundred;
    private RunState state;
    private List<RunEffect> effects = List.of();
    private Instant now = World.NOW;
    private int crashes;

    private record Happened(RunEvent event, Instant at) {}

    Play(Random random, String name) {
      this.random = random;
      this.name = name;
      this.failsInAHundred = random.nextInt(3) == 0 ? 0 : random.nextInt(30);
      World world = new World();
      world.sessionsKnown = random.nextBoolean();
      for (int i = random.nextInt(5); i > 0; i--) {
        String label = "0" + (world.applied.size() + 1) + "_change";
        if (random.nextBoolean()) {
          world.adds("v42", label);
        } else {
          world.changes("v42", label);
        }
      }
      Order order = List.of(Order.values()).get(random.nextInt(3));
      Policy policy = random.nextInt(4) == 0 ? World.stopFirst() : World.order(order);
      Policy.Losses losses = List.of(Policy.Losses.values()).get(random.nextInt(3));
      this.plan = world.plan(policy.with(losses));
      this.state = RollbackMachine.start(plan);
    }

    RunResult run() {
      step(new RunEvent.Begun());
      for (int turn = 0; !(state instanceof RunState.Ended); turn++) {
        assertThat(turn).as(name + ": turns").isLessThan(400);
        now = now.plusSeconds(random.nextInt(20));
        if (crashes < CRASHES_MAX && random.nextInt(8) == 0) {
          crash();
        } else if (random.nextInt(10) == 0) {
          step(noise());
        } else {
          turn();
        }
      }
      doneInTheRun.forEach(
          (step, times) -> assertThat(times).as(name + ": step " + step + " done").isOne());
      check(((RunState.Ended) state).result());
      RunState ended = state;
      step(noise());
      step(new RunEvent.Resumed("another"));
      assertThat(state).as(name + ": after its end").isEqualTo(ended);
      assertThat(effects).as(name + ": effects after its end").isEmpty();
      return ((RunState.Ended) ended).result();
    }

    /** The process is gone; another folds the journal and goes on. */
    private void crash() {
      crashes++;
      if (state instanceof RunState.Stepping stepping && random.nextBoolean()) {
        perform(stepping.index());
      }
      RunState folded = RollbackMachine.start(plan);
      for (Happened one : journal) {
        folded = RollbackMachine.on(folded, one.event(), one.at()).next();
      }
      assertThat(folded).as(name + ": state from the journal").isEqualTo(state);
      step(new RunEvent.Resumed("process " + crashes));
    }

    private void turn() {
      switch (state) {
        case RunState.Ready ready -> step(new RunEvent.Begun());
        case RunState.Stepping stepping -> work(stepping.index());
        case RunState.Asking asking -> answer(asking.index());
        case RunState.Verifying verifying ->
            step(
                random.nextInt(4) == 0
                    ? new RunEvent.Ticked()
                    : new RunEvent.Checked(
                        List.of(Health.values()).get(random.nextInt(3)), "figures"));
        case RunState.Restoring restoring -> step(new RunEvent.Restored("it runs again"));
        case RunState.Ended ended -> {}
      }
    }

    private void answer(int index) {
      switch (random.nextInt(3)) {
        case 0 -> step(new RunEvent.AbortAsked("ann"));
        case 1 -> step(new RunEvent.Ticked());
        default -> {
          perform(index);
          doneInTheRun.put(index, 1);
          step(new RunEvent.Approved("ann"));
        }
      }
    }

    private void work(int index) {
      step(new RunEvent.StepBegun(index));
      if (plan.steps().get(index) instanceof Step.Approval && random.nextBoolean()) {
        step(new RunEvent.LossFound(index, "rows"));
        return;
      }
      if (random.nextInt(100) < failsInAHundred && !doneInTheWorld.containsKey(index)) {
        step(failure(index));
        return;
      }
      if (random.nextInt(100) < failsInAHundred) {
        if (random.nextBoolean()) {
          doneInTheWorld.merge(index, 1, Integer::sum);
        }
        step(new RunEvent.StepUncertain(index, "no answer"));
        return;
      }
      perform(index);
      step(new RunEvent.StepDone(index, "step " + index, Duration.ofSeconds(1)));
    }

    private RunEvent failure(int index) {
      return switch (random.nextInt(4)) {
        case 0 -> new RunEvent.StepRefused(index, "something else runs");
        case 1 -> new RunEvent.StepTimedOut(index, "it was cancelled");
        default -> new RunEvent.StepFailed(index, "it failed");
      };
    }

    /** What was done before a crash is found done; the order of the plan is kept. */
    private void perform(int index) {
      if (doneInTheWorld.merge(index, 1, Integer::sum) == 1) {
        for (int before = 0; before < index; before++) {
          assertThat(doneInTheWorld).as(name + ": before step " + index).containsKey(before);
        }
      }
    }

    /** Events that come late, twice, or from a person. */
    private RunEvent noise() {
      int any = random.nextInt(plan.steps().size());
      int other = state instanceof RunState.Stepping s && s.index() == any ? any + 1 : any;
      return switch (random.nextInt(12)) {
        case 11 -> new RunEvent.LossFound(other, "late");
        case 7 -> new RunEvent.StepStopped(any);
        case 8 -> new RunEvent.StepTimedOut(other, "late");
        case 9 -> new RunEvent.StepUncertain(other, "late");
        case 10 -> new RunEvent.StepRefused(other, "late");
        case 0 -> new RunEvent.StepDone(other, "late", Duration.ZERO);
        case 1 -> new RunEvent.StepFailed(other, "late");
        case 2 -> new RunEvent.StepBegun(any);
        case 3 -> new RunEvent.Begun();
        case 4 -> random.nextInt(3) == 0 ? new RunEvent.AbortAsked("ann") : new RunEvent.Ticked();
        case 5 ->
            state instanceof RunState.Restoring
                ? new RunEvent.Ticked()
                : new RunEvent.Restored("late");
        default -> new RunEvent.Ticked();
      };
    }

    private void step(RunEvent event) {
      RunState before = state;
      RollbackMachine.Move move = RollbackMachine.on(state, event, now);
      journal.add(new Happened(event, now));
      state = move.next();
      effects = move.effects();
      if (event instanceof RunEvent.StepDone done && !state.equals(before)) {
        doneInTheRun.merge(done.index(), 1, Integer::sum);
      }
      for (RunEffect effect : effects) {
        if (effect instanceof RunEffect.Perform perform) {
          assertThat(doneInTheRun).as(name + ": performed").doesNotContainKey(perform.index());
          assertThat(perform.step()).isEqualTo(plan.steps().get(perform.index()));
        }
      }
    }

    /** The result tells the truth about the world. */
    private void check(RunResult result) {
      Map<Class<?>, Integer> done = new HashMap<>();
      doneInTheRun
          .keySet()
          .forEach(i -> done.merge(plan.steps().get(i).getClass(), 1, Integer::sum));
      boolean switched = done.containsKey(Step.SwitchImage.class);
      int downs = done.getOrDefault(Step.Down.class, 0);
      switch (result) {
        case RunResult.Helped helped -> verified(switched, downs, helped.expanded().isPresent());
        case RunResult.DidNotHelp did -> verified(switched, downs, did.expanded().isPresent());
        case RunResult.Broke broke -> {
          boolean refused = broke.text().contains("was not begun");
          assertThat(switched && !refused).as(name + ": broke after the switch").isFalse();
          assertThat(broke.done()).as(name).hasSize(doneInTheRun.size());
        }
        case RunResult.Stopped stopped ->
            assertThat(stopped.done()).as(name).hasSize(doneInTheRun.size());
      }
    }

    private void verified(boolean switched, int downs, boolean expanded) {
      assertThat(switched).as(name + ": verified without a switch").isTrue();
      if (!expanded) {
        assertThat(downs).as(name + ": downs of a whole rollback").isEqualTo(plan.downs());
      }
    }
  }
}
