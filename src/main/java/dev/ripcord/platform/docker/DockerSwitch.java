package dev.ripcord.platform.docker;

import dev.ripcord.platform.docker.DockerContainers.PermitLost;
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
import dev.ripcord.port.PlatformException;
import dev.ripcord.release.ShellWord;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One switch of one container to one image: looks, asks {@link SwitchMachine} what to do, does it,
 * and looks again, until the end. It holds nothing that a crash could lose.
 */
final class DockerSwitch {
  private static final Logger LOG = LoggerFactory.getLogger(DockerSwitch.class);

  private final DockerContainers engine;
  private final DockerProof proof;
  private final DockerScene scenes;
  private final Goal goal;
  private final AnswerDeadline patience;
  private final DockerFiles files;

  /**
   * What is wanted.
   *
   * @param names of the container
   * @param image the wanted reference
   * @param startTimeout how long the new container may take to be up
   * @param stepsMax after so many steps the switch breaks off where it is; the longest way has 15
   */
  record Goal(DockerNames names, String image, Duration startTimeout, int stepsMax) {}

  /**
   * How far a call has come.
   *
   * @param attempt what it has done
   * @param steps how many that were
   * @param silentSince when what was not answered was asked, by the monotonic clock; empty while
   *     the Engine answers
   * @param asked when the calls that are under way began
   */
  private record Progress(
      SwitchProgress attempt, int steps, Optional<Long> silentSince, long asked) {
    Progress(SwitchProgress attempt, int steps, Optional<Long> silentSince) {
      this(attempt, steps, silentSince, 0);
    }

    Progress with(SwitchProgress now) {
      return new Progress(now, steps, silentSince, asked);
    }

    Progress asking(long now) {
      return new Progress(attempt, steps, silentSince, now);
    }
  }

  /**
   * One switch.
   *
   * @param imageId what the wanted reference stands for; empty when it is not on the Engine
   * @param patience for an Engine that does not answer in the middle
   */
  DockerSwitch(
      DockerContainers engine,
      DockerProof proof,
      Goal goal,
      Optional<String> imageId,
      AnswerDeadline patience) {
    this.engine = engine;
    this.proof = proof;
    this.goal = goal;
    this.patience = patience;
    this.files = new DockerFiles(engine, goal.names().main());
    this.scenes = new DockerScene(engine, goal.names(), goal.image(), imageId);
  }

  /** Does it, from whatever is there, and gives one line for people. */
  Future<String> run() {
    return next(new Progress(SwitchProgress.NONE, 0, Optional.empty()));
  }

  private Future<String> next(Progress before) {
    Progress progress = before.asking(patience.now());
    return scenes
        .look()
        .transform(
            (scene, trouble) ->
                trouble == null
                    ? go(scene, progress.with(remembered(scene, progress.attempt())))
                    : unseen(progress, trouble));
  }

  /** That the one before ran is forgotten by the Engine as soon as something stops it. */
  private static SwitchProgress remembered(SwitchSnapshot scene, SwitchProgress attempt) {
    return scene
        .main()
        .filter(main -> attempt.before().ran().isEmpty() && main.mode().isActive())
        .filter(main -> !main.wanted() && !attempt.made().equals(Optional.of(main.id())))
        .map(main -> attempt.withBefore(attempt.before().withRan(main.id())))
        .orElse(attempt);
  }

  private Future<String> go(SwitchSnapshot scene, Progress progress) {
    SwitchProgress attempt = progress.attempt();
    int steps = progress.steps();
    SwitchStep step = SwitchMachine.of(scene, attempt);
    boolean atEnd =
        switch (step) {
          case Done d -> true;
          case Failed f -> true;
          case Missing m -> true;
          case NoImage n -> true;
          default -> false;
        };
    if (!atEnd && steps >= goal.stepsMax()) {
      return broken("the switch was broken off after %d steps; do it again".formatted(steps));
    }
    LOG.debug("container {}: {}", goal.names().main(), step);
    return switch (step) {
      case Done done -> Future.succeededFuture(success(done));
      case Failed failed -> broken(ended(failed.trouble(), aftermath(scene, attempt)));
      case Missing missing ->
          broken("there is no container of this name, nor one that was put aside");
      case NoImage none -> broken(DockerImages.absent(goal.image()));
      case RemoveAside remove -> removeAside(remove.container(), progress);
      default ->
          perform(step, attempt)
              .transform(
                  (after, trouble) ->
                      trouble == null
                          ? next(new Progress(after, steps + 1, Optional.empty()))
                          : failed(step, progress, trouble));
    };
  }

  /** The Engine cannot even be looked at: when it does not come back, nothing can be done. */
  private Future<String> unseen(Progress progress, Throwable trouble) {
    return isUnanswered(trouble) && !engine.isRevoked() && !isSpent(progress)
        ? again(progress)
        : Future.failedFuture(trouble);
  }

  private static boolean isUnanswered(Throwable trouble) {
    return trouble instanceof PlatformException known && known.isUnanswered();
  }

  private boolean isSpent(Progress progress) {
    return progress.silentSince().filter(patience::isSpent).isPresent();
  }

  /** What was asked last may have been done or not; the next look tells. */
  private Future<String> again(Progress progress) {
    if (progress.silentSince().isEmpty()) {
      LOG.warn(
          "container {}: the Docker Engine does not answer; the switch goes on when it does, within"
              + " {} s",
          goal.names().main(),
          patience.budget().toSeconds());
    }
    long since = progress.silentSince().orElse(progress.asked());
    engine.unanswered(patience.lasted(since), "the Docker Engine does not answer");
    return patience
        .pause()
        .compose(
            x ->
                next(
                    new Progress(
                        progress.attempt().afterSilence(), progress.steps(), Optional.of(since))));
  }

  private Future<String> failed(SwitchStep step, Progress progress, Throwable trouble) {
    if (trouble instanceof PermitLost lost) {
      LOG.warn(
          "container {}: the switch is broken off where it is: this process may not act any more",
          goal.names().main());
      return Future.failedFuture(Objects.requireNonNullElse(lost.getCause(), lost));
    }
    if (isUnanswered(trouble) && !isSpent(progress)) {
      return again(progress);
    }
    Progress answered = new Progress(progress.attempt(), progress.steps() + 1, Optional.empty());
    return renamed(step)
        .map(c -> looping(c, answered, trouble))
        .orElseGet(() -> Future.succeededFuture(answered.attempt()))
        .compose(
            known ->
                known.equals(answered.attempt())
                    ? goBack(step, known, trouble)
                    : Future.succeededFuture(known))
        .compose(after -> next(answered.with(after)));
  }

  /** The container that was to lose or get its name while it ran. */
  private static Optional<Found> renamed(SwitchStep step) {
    return switch (step) {
      case SetAside set -> Optional.of(set.container());
      case PutBack back -> Optional.of(back.container());
      default -> Optional.<Found>empty();
    };
  }

  /** One that was started again by the Engine may just have been between two starts. */
  private Future<SwitchProgress> looping(Found container, Progress progress, Throwable trouble) {
    SwitchProgress attempt = progress.attempt();
    if (attempt.isLooping(container.id())) {
      return Future.succeededFuture(attempt);
    }
    return engine
        .byId(container.id())
        .map(
            found -> {
              boolean restarts = found.filter(c -> c.getInteger("RestartCount", 0) > 0).isPresent();
              LOG.debug("container {}: restarts {}", container.id(), restarts, trouble);
              return restarts
                  ? attempt.withBefore(attempt.before().withLooping(container.id()))
                  : attempt;
            })
        .otherwise(attempt);
  }

  private Future<SwitchProgress> perform(SwitchStep step, SwitchProgress attempt) {
    DockerNames names = goal.names();
    return switch (step) {
      case Create create -> create(create.model()).map(attempt::withMade);
      case SetAside set -> {
        Found old = set.container();
        boolean runs = old.mode().isActive() || attempt.isToRunAgain(old.id());
        String aside = runs ? names.aside() : names.asideStopped();
        yield engine.rename(set.container().id(), aside).map(attempt);
      }
      case Stop stop -> {
        Found old = stop.container();
        LOG.info("container {}: stopping {}", names.main(), old.image());
        SwitchProgress after =
            old.mode() == Mode.RESTARTING
                ? attempt.withBefore(attempt.before().withLooping(old.id()))
                : attempt;
        yield engine.stop(old.id()).map(after);
      }
      case Promote promote -> engine.rename(promote.container().id(), names.main()).map(attempt);
      case Start start -> {
        LOG.info("container {}: starting {}", names.main(), start.container().image());
        yield start(start.container()).map(attempt.withStarted(start.container().id()));
      }
      case Prove prove ->
          proof
              .of(prove.container().id(), goal.startTimeout())
              .map(attempt.withProved(prove.container().id()));
      case Revive revive -> {
        LOG.info("container {}: starting {} again", names.main(), revive.container().image());
        String id = revive.container().id();
        yield engine.start(id).map(attempt.afterRevival(id));
      }
      case PutBack back -> engine.rename(back.container().id(), names.main()).map(attempt);
      case Remove remove -> remove(remove.container()).map(attempt);
      case RemoveAside aside -> remove(aside.container()).map(attempt);
      case Done d -> Future.succeededFuture(attempt);
      case Failed f -> Future.succeededFuture(attempt);
      case Missing m -> Future.succeededFuture(attempt);
      case NoImage n -> Future.succeededFuture(attempt);
    };
  }

  /** What goes wrong on the way there is a reason to go back; on the down it is the end. */
  private Future<SwitchProgress> goBack(SwitchStep step, SwitchProgress attempt, Throwable cause) {
    String why = String.valueOf(cause.getMessage());
    if (step instanceof Revive) {
      LOG.error("container {}: the one before does not start: {}", goal.names().main(), why);
      return Future.succeededFuture(attempt.withBackTrouble(why));
    }
    if (attempt.trouble().isPresent()) {
      String both =
          "%s; and when it was undone: %s. Look at what is there with: docker ps -a --filter name=%s"
              .formatted(attempt.trouble().get(), why, ShellWord.of(goal.names().main()));
      return isUnanswered(cause)
          ? Future.failedFuture(PlatformException.unanswered(notSwitched(both)))
          : broken(both);
    }
    LOG.warn("container {}: {} is given up: {}", goal.names().main(), goal.image(), why);
    return Future.succeededFuture(attempt.withTrouble(why));
  }

  private Future<String> create(Found model) {
    return engine
        .byId(model.id())
        .compose(
            found -> {
              JsonObject old =
                  found.orElseThrow(
                      () -> new PlatformException("it was removed by somebody at this moment"));
              return engine
                  .image(old.getString("Image"))
                  .map(
                      image -> ContainerSpec.of(old, config(image), goal.image(), engine.version()))
                  .compose(spec -> engine.create(goal.names().fresh(), spec))
                  .compose(id -> files.carry(old, id).map(id));
            });
  }

  private JsonObject config(Optional<JsonObject> image) {
    if (image.isEmpty()) {
      LOG.warn(
          "container {}: its image is gone, so its defaults cannot be distinguished from your"
              + " settings: all are kept",
          goal.names().main());
    }
    JsonObject config = image.map(i -> i.getJsonObject("Config")).orElse(null);
    return config == null ? new JsonObject() : config;
  }

  private Future<Void> start(Found container) {
    return container.mode() == Mode.PAUSED
        ? engine.unpause(container.id())
        : engine.start(container.id());
  }

  /** A volume that a container may have written to is never removed with it. */
  private Future<Void> remove(Found container) {
    return engine.remove(container.id(), container.mode() == Mode.CREATED);
  }

  /** The new one runs already; the one before that will not go is worth a word, not a failure. */
  private Future<String> removeAside(Found aside, Progress progress) {
    SwitchProgress attempt = progress.attempt();
    boolean inTheEnd = attempt.proved().isPresent();
    return remove(aside)
        .transform(
            (done, trouble) -> {
              if (trouble == null) {
                return next(new Progress(attempt, progress.steps() + 1, Optional.empty()));
              }
              if (trouble instanceof PermitLost || (isUnanswered(trouble) && !isSpent(progress))) {
                return failed(new RemoveAside(aside), progress, trouble);
              }
              String why = String.valueOf(trouble.getMessage());
              LOG.warn("container {}: {}", goal.names().main(), why);
              return inTheEnd
                  ? Future.succeededFuture(
                      "%s; the one before is left over: %s (docker rm -f %s)"
                          .formatted(success(new Done(true)), why, aside.id()))
                  : broken(why);
            });
  }

  private String success(Done done) {
    return "container %s %s %s"
        .formatted(goal.names().main(), done.changed() ? "now runs" : "runs already", goal.image());
  }

  private String aftermath(SwitchSnapshot scene, SwitchProgress attempt) {
    if (scene.main().isEmpty()) {
      return "nothing is left of it: the one before was made with --rm and is gone; start it by"
          + " hand";
    }
    Found main = scene.main().get();
    boolean isNew = main.wanted() || attempt.made().equals(Optional.of(main.id()));
    if (isNew) {
      return "there is none before it to go back to, so it was left as it is";
    }
    String how = main.mode().isActive() ? "runs" : "is stopped";
    return attempt
        .backTrouble()
        .map(
            why ->
                "%s has its name back, but could not be started: %s".formatted(main.image(), why))
        .orElse("%s %s, as before.".formatted(main.image(), how));
  }

  /** What is said of a container may end with lines of its log. */
  private static String ended(String trouble, String aftermath) {
    return trouble + (trouble.contains("\n") ? "\n" : "; ") + aftermath;
  }

  private <T> Future<T> broken(String why) {
    return Future.failedFuture(new PlatformException(notSwitched(why)));
  }

  private String notSwitched(String why) {
    return "container %s was not switched to %s: %s"
        .formatted(goal.names().main(), goal.image(), why);
  }
}
