package dev.ripcord.platform;

import dev.ripcord.platform.Scene.Found;
import dev.ripcord.platform.Scene.Mode;
import dev.ripcord.platform.Step.Create;
import dev.ripcord.platform.Step.Done;
import dev.ripcord.platform.Step.Failed;
import dev.ripcord.platform.Step.Missing;
import dev.ripcord.platform.Step.NoImage;
import dev.ripcord.platform.Step.Promote;
import dev.ripcord.platform.Step.Prove;
import dev.ripcord.platform.Step.PutBack;
import dev.ripcord.platform.Step.Remove;
import dev.ripcord.platform.Step.RemoveAside;
import dev.ripcord.platform.Step.Revive;
import dev.ripcord.platform.Step.SetAside;
import dev.ripcord.platform.Step.Start;
import dev.ripcord.platform.Step.Stop;
import dev.ripcord.port.PlatformException;
import dev.ripcord.release.ShellWord;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One switch of one container to one image: looks, asks {@link NextStep} what to do, does it, and
 * looks again, until the end. It holds nothing that a crash could lose.
 */
final class DockerSwitch {
  private static final Logger LOG = LoggerFactory.getLogger(DockerSwitch.class);

  private final DockerContainers engine;
  private final DockerProof proof;
  private final DockerScene scenes;
  private final Goal goal;

  /**
   * What is wanted.
   *
   * @param names of the container
   * @param image the wanted reference
   * @param startTimeout how long the new container may take to be up
   * @param stepsMax after so many steps the switch breaks off where it is; the longest way has 15
   */
  record Goal(DockerNames names, String image, Duration startTimeout, int stepsMax) {}

  DockerSwitch(DockerContainers engine, DockerProof proof, Goal goal, Optional<String> imageId) {
    this.engine = engine;
    this.proof = proof;
    this.goal = goal;
    this.scenes = new DockerScene(engine, goal.names(), goal.image(), imageId);
  }

  /** Does it, from whatever is there, and gives one line for people. */
  Future<String> run() {
    return next(Attempt.NONE, 0);
  }

  private Future<String> next(Attempt attempt, int steps) {
    return scenes.look().compose(scene -> go(scene, attempt, steps));
  }

  private Future<String> go(Scene scene, Attempt attempt, int steps) {
    Step step = NextStep.of(scene, attempt);
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
      case RemoveAside remove -> removeAside(remove.container(), attempt, steps);
      default ->
          perform(step, attempt)
              .recover(trouble -> goBack(step, attempt, trouble))
              .compose(after -> next(after, steps + 1));
    };
  }

  private Future<Attempt> perform(Step step, Attempt attempt) {
    DockerNames names = goal.names();
    return switch (step) {
      case Create create -> create(create.model()).map(attempt::withMade);
      case SetAside set -> {
        boolean runs = set.container().mode().isActive();
        String aside = runs ? names.aside() : names.asideStopped();
        yield engine.rename(set.container().id(), aside).map(attempt);
      }
      case Stop stop -> {
        LOG.info("container {}: stopping {}", names.main(), stop.container().image());
        yield engine.stop(stop.container().id()).map(attempt);
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
        yield engine.start(revive.container().id()).map(attempt);
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

  /** What goes wrong on the way there is a reason to go back; on the way back it is the end. */
  private Future<Attempt> goBack(Step step, Attempt attempt, Throwable cause) {
    String why = String.valueOf(cause.getMessage());
    if (step instanceof Revive) {
      LOG.error("container {}: the one before does not start: {}", goal.names().main(), why);
      return Future.succeededFuture(attempt.withBackTrouble(why));
    }
    if (attempt.trouble().isPresent()) {
      return broken(
          "%s; and on the way back: %s. Look at what is there with: docker ps -a --filter name=%s"
              .formatted(attempt.trouble().get(), why, ShellWord.of(goal.names().main())));
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
                  .compose(spec -> engine.create(goal.names().fresh(), spec));
            });
  }

  private JsonObject config(Optional<JsonObject> image) {
    if (image.isEmpty()) {
      LOG.warn(
          "container {}: its image is gone, so its defaults cannot be told from your settings: all"
              + " are kept",
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
  private Future<String> removeAside(Found aside, Attempt attempt, int steps) {
    boolean inTheEnd = attempt.proved().isPresent();
    return remove(aside)
        .transform(
            (done, trouble) -> {
              if (trouble == null) {
                return next(attempt, steps + 1);
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

  private String aftermath(Scene scene, Attempt attempt) {
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
    return Future.failedFuture(
        new PlatformException(
            "container %s was not switched to %s: %s"
                .formatted(goal.names().main(), goal.image(), why)));
  }
}
