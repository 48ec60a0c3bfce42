package dev.ripcord.platform.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.platform.docker.SwitchSnapshot.Found;
import dev.ripcord.platform.docker.SwitchSnapshot.Mode;
import dev.ripcord.platform.docker.SwitchStep.Create;
import dev.ripcord.platform.docker.SwitchStep.Done;
import dev.ripcord.platform.docker.SwitchStep.Failed;
import dev.ripcord.platform.docker.SwitchStep.Missing;
import dev.ripcord.platform.docker.SwitchStep.NoImage;
import dev.ripcord.platform.docker.SwitchStep.Promote;
import dev.ripcord.platform.docker.SwitchStep.Prove;
import dev.ripcord.platform.docker.SwitchStep.PutBack;
import dev.ripcord.platform.docker.SwitchStep.Remove;
import dev.ripcord.platform.docker.SwitchStep.RemoveAside;
import dev.ripcord.platform.docker.SwitchStep.Revive;
import dev.ripcord.platform.docker.SwitchStep.SetAside;
import dev.ripcord.platform.docker.SwitchStep.Start;
import dev.ripcord.platform.docker.SwitchStep.Stop;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every way, killed after every step, and after every step of the next call as well. */
final class CrashTest {
  private static final int STEPS_MAX = 20;
  private static final int MORE_THAN_ANY_WAY_HAS = 16;

  /** How a container was before, and what is wrong with the new image. */
  enum Case {
    RAN(Mode.UP, false, true),
    STOOD(Mode.STOPPED, false, true),
    VANISHES(Mode.UP, true, true),
    LOOPED(Mode.RESTARTING, false, true),
    RAN_AND_NEW_FAILS(Mode.UP, false, false),
    STOOD_AND_NEW_FAILS(Mode.STOPPED, false, false);

    private final Mode before;
    private final boolean vanishes;
    private final boolean comesUp;

    Case(Mode before, boolean vanishes, boolean comesUp) {
      this.before = before;
      this.vanishes = vanishes;
      this.comesUp = comesUp;
    }
  }

  @ParameterizedTest
  @EnumSource(Case.class)
  void switch_killedTwiceAnywhere_endsWithOneContainerInTheEnd(Case of) {
    for (int first = 0; first < MORE_THAN_ANY_WAY_HAS; first++) {
      for (int second = 0; second < MORE_THAN_ANY_WAY_HAS; second++) {
        World world = new World(of);
        world.run("shop:1", first);
        world.run("shop:1", second);

        SwitchStep end = world.run("shop:1", STEPS_MAX);

        assertThat(end)
            .as("killed after %d and %d steps: %s", first, second, world)
            .isInstanceOf(of.comesUp ? Done.class : Failed.class);
        world.assertAlone(of.comesUp ? "shop:1" : "shop:2", of.comesUp ? Mode.UP : of.before);
      }
    }
  }

  /** A deploy is killed, and the release before is put back over it. */
  @ParameterizedTest
  @EnumSource(Case.class)
  void switch_afterOneToAnotherImageWasKilled_endsWithTheWantedOne(Case of) {
    for (int first = 0; first < MORE_THAN_ANY_WAY_HAS; first++) {
      World world = new World(of);
      world.run("shop:1", first);

      SwitchStep end = world.run("shop:2", STEPS_MAX);

      assertThat(end).as("killed after %d steps: %s", first, world).isInstanceOf(Done.class);
      world.assertAlone("shop:2", Mode.UP);
    }
  }

  /** An Engine that holds containers by name and does what it is told. */
  private static final class World {
    private record Container(String id, String image, Mode mode) {
      Container as(Mode now) {
        return new Container(id, image, now);
      }
    }

    private final DockerNames names = new DockerNames("shop");
    private final Map<String, Container> containers = new HashMap<>();
    private final Case of;
    private int made;

    World(Case of) {
      this.of = of;
      containers.put("shop", new Container("c0", "shop:2", of.before));
    }

    /** Runs a call to its end, or until it has made some steps. */
    SwitchStep run(String image, int steps) {
      SwitchProgress attempt = SwitchProgress.NONE;
      SwitchStep step = SwitchMachine.of(scene(image), attempt);
      for (int i = 0; i < steps && !isEnd(step); i++) {
        attempt = perform(step, attempt, image);
        step = SwitchMachine.of(scene(image), attempt);
      }
      return step;
    }

    private static boolean isEnd(SwitchStep step) {
      return step instanceof Done
          || step instanceof Failed
          || step instanceof Missing
          || step instanceof NoImage;
    }

    private SwitchProgress perform(SwitchStep step, SwitchProgress attempt, String image) {
      switch (step) {
        case Create create -> {
          made++;
          put(names.fresh(), new Container("c" + made, image, Mode.CREATED));
          return attempt.withMade("c" + made);
        }
        case SetAside set -> {
          boolean ran = set.container().mode().isActive();
          rename(set.container(), ran ? names.aside() : names.asideStopped());
        }
        case Stop stop -> {
          change(stop.container(), Mode.STOPPED);
          if (of.vanishes) {
            containers.remove(nameOf(stop.container()));
          }
        }
        case Promote promote -> rename(promote.container(), names.main());
        case Start start -> {
          boolean up = of.comesUp || start.container().image().equals("shop:2");
          change(start.container(), up ? Mode.UP : Mode.STOPPED);
          return attempt.withStarted(start.container().id());
        }
        case Prove prove -> {
          return prove.container().mode() == Mode.UP
              ? attempt.withProved(prove.container().id())
              : attempt.withTrouble("it exited");
        }
        case Revive revive -> {
          change(revive.container(), Mode.UP);
          return attempt.afterRevival(revive.container().id());
        }
        case PutBack back -> rename(back.container(), names.main());
        case Remove remove -> containers.remove(nameOf(remove.container()));
        case RemoveAside remove -> containers.remove(nameOf(remove.container()));
        case Done d -> throw new AssertionError(d);
        case Failed f -> throw new AssertionError(f);
        case Missing m -> throw new AssertionError(m);
        case NoImage n -> throw new AssertionError(n);
      }
      return attempt;
    }

    private SwitchSnapshot scene(String image) {
      boolean ran = containers.containsKey(names.aside());
      return new SwitchSnapshot(
          found(names.main(), image),
          found(names.fresh(), image),
          found(ran ? names.aside() : names.asideStopped(), image),
          ran,
          true);
    }

    private Optional<Found> found(String name, String image) {
      return Optional.ofNullable(containers.get(name))
          .map(c -> new Found(c.id(), c.image(), c.image().equals(image), c.mode()));
    }

    private String nameOf(Found found) {
      return containers.entrySet().stream()
          .filter(e -> e.getValue().id().equals(found.id()))
          .findFirst()
          .orElseThrow()
          .getKey();
    }

    private void rename(Found found, String to) {
      assertThat(found.mode())
          .as("the Engine would refuse it: %s", this)
          .isNotEqualTo(Mode.RESTARTING);
      put(to, Optional.ofNullable(containers.remove(nameOf(found))).orElseThrow());
    }

    private void change(Found found, Mode mode) {
      containers.computeIfPresent(nameOf(found), (name, c) -> c.as(mode));
      assertOneIsUpAtMost();
    }

    private void put(String name, Container container) {
      assertThat(containers).as("a name is taken once").doesNotContainKey(name);
      containers.put(name, container);
      assertOneIsUpAtMost();
    }

    private void assertOneIsUpAtMost() {
      long up = containers.values().stream().filter(c -> c.mode() == Mode.UP).count();
      assertThat(up).as("two never hold the same ports: %s", this).isLessThan(2);
    }

    void assertAlone(String image, Mode mode) {
      assertThat(containers).as("%s", this).containsOnlyKeys("shop");
      Container only = containers.values().iterator().next();
      assertThat(only.image()).isEqualTo(image);
      assertThat(only.mode()).isEqualTo(mode);
    }

    @Override
    public String toString() {
      return containers.toString();
    }
  }
}
