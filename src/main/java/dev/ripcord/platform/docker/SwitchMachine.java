package dev.ripcord.platform.docker;

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
import java.util.Optional;

/**
 * Decides the next step of a switch from what is there. The whole way, for a container that ran:
 *
 * <pre>
 *   main = old                          Create    the new one, complete, not started
 *   main = old, fresh = new             SetAside  the old one loses the name, still running
 *   fresh = new, aside = old            Stop      the old one: its ports and addresses become free
 *   fresh = new, aside = old (stopped)  Promote   the new one gets the name
 *   main = new, aside = old (stopped)   Start, Prove
 *   main = new (up), aside = old        RemoveAside
 *   main = new (up)                     Done
 * </pre>
 *
 * <p>A container whose process dies again and again is renamed by the Engine only while it is
 * stopped, so it is stopped before it is set aside; it serves nobody. And back, when the new one
 * does not come up:
 *
 * <pre>
 *   main = new, aside = old             Remove    the new one
 *   aside = old                         Revive    only if it ran before
 *   aside = old (up)                    PutBack
 *   main = old (up)                     Failed
 *
 *   aside = old (looping)               Stop, PutBack
 *   main = old (looping, stopped)       Revive, Failed
 * </pre>
 *
 * <p>The one before is kept until the new one is proved, so its being there is what says that a
 * switch is not finished. The name that it is put aside under says whether it ran. It is started
 * before it gets its name back, so that this is not forgotten either.
 */
final class SwitchMachine {
  private SwitchMachine() {}

  /** The next step. */
  static SwitchStep of(SwitchSnapshot scene, SwitchProgress attempt) {
    if (attempt.trouble().isPresent()) {
      return back(scene, attempt);
    }
    if (scene.main().isPresent()) {
      Found main = scene.main().get();
      return isWanted(main, attempt) ? finish(scene, main, attempt) : begin(scene, main, attempt);
    }
    return between(scene, attempt);
  }

  /** The container that has the name is of the wanted image. */
  private static SwitchStep finish(SwitchSnapshot scene, Found main, SwitchProgress attempt) {
    if (scene.fresh().isPresent()) {
      return new Remove(scene.fresh().get());
    }
    Optional<Found> aside = scene.aside();
    if (aside.isPresent() && aside.get().mode().isActive()) {
      return new Stop(aside.get());
    }
    Optional<String> id = Optional.of(main.id());
    boolean settled = aside.isEmpty() && attempt.started().isEmpty() && main.mode() == Mode.UP;
    if (settled) {
      return new Done(attempt.proved().isPresent());
    }
    if (attempt.proved().equals(id)) {
      return aside.<SwitchStep>map(RemoveAside::new).orElseGet(() -> new Done(true));
    }
    boolean toStart = main.mode() != Mode.UP && !attempt.started().equals(id);
    return toStart ? new Start(main) : new Prove(main);
  }

  /** The container that has the name is of another image. */
  private static SwitchStep begin(SwitchSnapshot scene, Found main, SwitchProgress attempt) {
    if (scene.aside().isPresent()) {
      // A switch to some third image broke off: what serves is kept, what does not is given up.
      boolean serves = main.mode() == Mode.UP || main.mode() == Mode.PAUSED;
      return serves ? new RemoveAside(scene.aside().get()) : new Remove(main);
    }
    if (scene.fresh().isPresent()) {
      Found fresh = scene.fresh().get();
      boolean made = attempt.made().equals(Optional.of(fresh.id()));
      return made ? setAside(main, attempt) : new Remove(fresh);
    }
    return scene.imageHere() ? new Create(main) : new NoImage();
  }

  private static SwitchStep setAside(Found main, SwitchProgress attempt) {
    boolean looping = main.mode() == Mode.RESTARTING || attempt.isLooping(main.id());
    return looping && main.mode().isActive() ? new Stop(main) : new SetAside(main);
  }

  /** No container has the name. */
  private static SwitchStep between(SwitchSnapshot scene, SwitchProgress attempt) {
    if (scene.fresh().isPresent()) {
      Found fresh = scene.fresh().get();
      if (scene.aside().isEmpty()) {
        // The one before vanished when it was stopped (--rm). This is all that is left of it.
        return new Promote(fresh);
      }
      if (!isWanted(fresh, attempt)) {
        return new Remove(fresh);
      }
      Found aside = scene.aside().get();
      return aside.mode().isActive() ? new Stop(aside) : new Promote(fresh);
    }
    if (scene.aside().isPresent()) {
      return putBack(scene, scene.aside().get(), attempt);
    }
    return attempt.started().isPresent()
        ? new Failed("the new container ended, and Docker removed it (--rm)")
        : new Missing();
  }

  /** The new one is given up. */
  private static SwitchStep back(SwitchSnapshot scene, SwitchProgress attempt) {
    Failed failed = new Failed(attempt.trouble().orElse(""));
    if (scene.aside().isEmpty()) {
      // Where the one before has vanished (--rm), the new one is all that is left of its settings.
      boolean onlyFresh = scene.main().isEmpty() && scene.fresh().isPresent();
      return onlyFresh
          ? new Promote(scene.fresh().get())
          : scene
              .fresh()
              .<SwitchStep>map(Remove::new)
              .orElseGet(() -> asBefore(scene, attempt, failed));
    }
    if (scene.fresh().isPresent()) {
      return new Remove(scene.fresh().get());
    }
    if (scene.main().isPresent()) {
      Found main = scene.main().get();
      if (isWanted(main, attempt)) {
        return new Remove(main);
      }
      return asBefore(scene, attempt, failed);
    }
    return putBack(scene, scene.aside().get(), attempt);
  }

  /** Only what was there before is left: it runs again if it did. */
  private static SwitchStep asBefore(
      SwitchSnapshot scene, SwitchProgress attempt, SwitchStep failed) {
    return scene
        .main()
        .filter(main -> !main.mode().isActive() && attempt.isToRunAgain(main.id()))
        .<SwitchStep>map(Revive::new)
        .orElse(failed);
  }

  /** What this call has made is what is wanted, even where the Engine calls its image otherwise. */
  private static boolean isWanted(Found found, SwitchProgress attempt) {
    return found.wanted() || attempt.made().equals(Optional.of(found.id()));
  }

  private static SwitchStep putBack(SwitchSnapshot scene, Found aside, SwitchProgress attempt) {
    if (attempt.isLooping(aside.id())) {
      return aside.mode().isActive() ? new Stop(aside) : new PutBack(aside);
    }
    boolean revive = scene.asideRan() && !aside.mode().isActive() && attempt.mayRevive(aside.id());
    return revive ? new Revive(aside) : new PutBack(aside);
  }
}
