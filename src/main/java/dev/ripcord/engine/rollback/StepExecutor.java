package dev.ripcord.engine.rollback;

import dev.ripcord.engine.context.Timers;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.engine.rollback.StepAttempts.End;
import dev.ripcord.engine.rollback.StepFailure.Kind;
import dev.ripcord.migration.Applied;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.proof.RevertCost;
import dev.ripcord.port.Observer;
import dev.ripcord.port.Permit;
import dev.ripcord.port.Platform;
import dev.ripcord.port.Schema;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.Step;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Performs the steps of a rollback, each in one try. Each may be performed again, after a crash or
 * a lost answer. Fails with a {@link StepFailure}, or with what a port says where that is an
 * answer.
 */
final class StepExecutor {
  private static final Duration ASK = Duration.ofSeconds(20);

  private final WatchedService service;
  private final Timers timers;
  private final Observer observer;

  StepExecutor(WatchedService service, Timers timers, Observer observer) {
    this.observer = observer;
    this.service = service;
    this.timers = timers;
  }

  /**
   * Performs one step.
   *
   * @param index of the step, from 0
   * @param permit asked before the step, and by the step before each of its calls
   * @param began when the run began: sessions that are older belong to the replaced version, where
   *     the database's own clock was not read
   * @return one line for people, and what was kept
   */
  Future<End.Done> perform(Plan plan, int index, Permit permit, Instant began) {
    Step step = plan.steps().get(index);
    return proved(permit)
        .compose(x -> superseded(plan, index))
        .compose(
            x ->
                switch (step) {
                  case Step.Stop stop -> stop(plan, permit).map(End.Done::new);
                  case Step.Backup backup ->
                      unlessAnswered(Kind.UNDONE, backup(plan, backup, began, permit))
                          .map(End.Done::new);
                  case Step.SwitchImage image ->
                      switchImage(plan, index, image, permit).map(End.Done::new);
                  case Step.Drain drain ->
                      unlessAnswered(
                              Kind.UNDONE,
                              schema()
                                  .drained(drain.before().orElse(began), drain.budget(), permit))
                          .map(End.Done::new);
                  case Step.Approval approval -> approval(plan, index).map(End.Done::new);
                  case Step.Down down -> down(plan.release(), down, permit);
                  case Step.Verify verify -> Future.succeededFuture(new End.Done(""));
                });
  }

  private static Future<Void> proved(Permit permit) {
    return permit.confirm().recover(e -> Future.failedFuture(StepFailure.of(e, Kind.AWAY)));
  }

  private static <T> Future<T> unlessAnswered(Kind unanswered, Future<T> answer) {
    return answer.recover(e -> Future.failedFuture(StepFailure.of(e, unanswered)));
  }

  /**
   * Nothing is done to an image that the plan does not know: a person or a newer release has put it
   * there. A platform that cannot tell what runs keeps nobody from going back.
   */
  private Future<Void> superseded(Plan plan, int index) {
    Step step = plan.steps().get(index);
    boolean touches =
        step instanceof Step.Stop || step instanceof Step.SwitchImage || step instanceof Step.Down;
    boolean switched =
        plan.steps().stream().limit(index).anyMatch(Step.SwitchImage.class::isInstance);
    return touches ? superseded(plan, switched) : Future.succeededFuture();
  }

  private Future<Void> superseded(Plan plan, boolean switched) {
    Optional<Step.SwitchImage> goal = goal(plan);
    Optional<ImageRef> from = goal.flatMap(Step.SwitchImage::from);
    if (service.platform().isEmpty() || from.isEmpty()) {
      return Future.succeededFuture();
    }
    ImageRef to = goal.orElseThrow().to();
    ImageIdentity before = before(plan, from.get());
    return Future.join(running(), identified(to))
        .compose(
            asked -> {
              Optional<ImageIdentity> runs = asked.resultAt(0);
              boolean isTarget =
                  runs.filter(asked.<ImageIdentity>resultAt(1)::isSameAs).isPresent();
              boolean isBefore = !switched && runs.filter(before::isSameAs).isPresent();
              return runs.isEmpty() || isTarget || isBefore
                  ? Future.succeededFuture()
                  : Future.failedFuture(
                      new StepFailure(
                          Kind.REFUSED,
                          runs.get()
                              + " runs, and not "
                              + (switched ? to : from.get() + " or " + to)
                              + ": somebody has put it there, and it is left alone"));
            });
  }

  /** What the release runs: by its id where that was learned when it was announced. */
  private static ImageIdentity before(Plan plan, ImageRef from) {
    return plan.release()
        .identity()
        .filter(image -> image.ref().equals(from))
        .orElseGet(() -> ImageIdentity.named(from));
  }

  /** What runs; empty where that cannot be told. Never fails. */
  private Future<Optional<ImageIdentity>> running() {
    return timers
        .within(ASK, Future.succeededFuture().compose(x -> platform().running()))
        .map(Optional::of)
        .otherwise(Optional.empty());
  }

  /** An image with its id where the platform can be asked for it. Never fails. */
  private Future<ImageIdentity> identified(ImageRef image) {
    return timers
        .within(ASK, Future.succeededFuture().compose(x -> platform().identified(image)))
        .otherwise(ImageIdentity.named(image));
  }

  private static Optional<Step.SwitchImage> goal(Plan plan) {
    return plan.steps().stream()
        .filter(Step.SwitchImage.class::isInstance)
        .map(Step.SwitchImage.class::cast)
        .findFirst();
  }

  /** Nothing is stopped for a backup that could not be taken then. */
  private Future<String> stop(Plan plan, Permit permit) {
    Future<Optional<String>> blocker =
        plan.steps().stream()
            .filter(Step.Backup.class::isInstance)
            .map(step -> backupBlocker(plan, (Step.Backup) step))
            .findFirst()
            .orElseGet(() -> Future.succeededFuture(Optional.empty()));
    return unlessAnswered(Kind.AWAY, blocker)
        .compose(
            why ->
                why.isPresent()
                    ? Future.failedFuture(
                        new StepFailure(Kind.REFUSED, "no backup could be taken: " + why.get()))
                    : platform()
                        .stop(plan.release(), permit)
                        .map("the application is stopped")
                        .recover(e -> Future.failedFuture(StepFailure.of(e, Kind.LOST))));
  }

  /**
   * After a stop, what is in place already need not run, so it is started. The same once a
   * migration was reverted: the platform must not go back to the newer image by itself when the
   * older one does not come up, and a start cannot be undone.
   */
  private Future<String> switchImage(Plan plan, int index, Step.SwitchImage image, Permit permit) {
    boolean starts =
        plan.steps().stream()
            .limit(index)
            .anyMatch(before -> before instanceof Step.Stop || before instanceof Step.Down);
    Future<String> done =
        starts
            ? platform().start(plan.release(), image.to(), permit)
            : platform().switchTo(plan.release(), image.to(), permit);
    return done.recover(
        e -> {
          StepFailure trouble = StepFailure.of(e, Kind.LOST);
          return trouble.isPassing() ? Future.failedFuture(trouble) : landed(image, trouble);
        });
  }

  /** A switch that says that it failed may have worked: what runs tells. */
  private Future<String> landed(Step.SwitchImage image, StepFailure trouble) {
    return Future.join(running(), identified(image.to()))
        .compose(
            asked ->
                asked
                        .<Optional<ImageIdentity>>resultAt(0)
                        .filter(asked.<ImageIdentity>resultAt(1)::isSameAs)
                        .isPresent()
                    ? Future.succeededFuture(
                        image.to()
                            + " is in place, though the switch said: "
                            + trouble.getMessage())
                    : Future.failedFuture(trouble));
  }

  private Future<String> backup(Plan plan, Step.Backup backup, Instant began, Permit permit) {
    Path file = file(backup, began);
    return switch (backup.of()) {
      case DATABASE -> schema().backup(file, permit);
      case TABLES ->
          planned(plan, 0).compose(downs -> schema().backupOfTables(file, downs, permit));
    };
  }

  private Future<Optional<String>> backupBlocker(Plan plan, Step.Backup backup) {
    return switch (backup.of()) {
      case DATABASE -> schema().backupBlocker();
      case TABLES -> planned(plan, 0).compose(schema()::backupOfTablesBlocker);
    };
  }

  /** What the plan reverts from a step on and is applied still, newest first. */
  private Future<List<Applied>> planned(Plan plan, int from) {
    Set<Version> downs =
        plan.steps().stream()
            .skip(from)
            .filter(Step.Down.class::isInstance)
            .map(step -> ((Step.Down) step).version())
            .collect(Collectors.toSet());
    return schema()
        .applied()
        .map(
            applied ->
                applied.stream()
                    .filter(each -> downs.contains(each.version()))
                    .toList()
                    .reversed());
  }

  /** A file of its own for each try: one that broke off is not written over. */
  private Path file(Step.Backup backup, Instant began) {
    String stem = backup.file().replaceAll("\\.dump$", "");
    Path folder = service.terms().backups();
    for (int i = 0; ; i++) {
      String name = stem + "-" + began.getEpochSecond() + (i == 0 ? "" : "-" + i) + ".dump";
      if (!Files.exists(folder.resolve(name))) {
        return folder.resolve(name);
      }
    }
  }

  /** Nothing to ask where nothing would be lost; a database that cannot tell is asked again. */
  private Future<String> approval(Plan plan, int index) {
    return unlessAnswered(Kind.AWAY, planned(plan, index).compose(schema()::waysBack))
        .compose(
            ways -> {
              String losses = losses(plan, ways);
              return losses.isEmpty()
                  ? Future.succeededFuture("the downs lose nothing now, as far as can be told")
                  : Future.failedFuture(new StepFailure(Kind.ASKS, losses));
            });
  }

  private static String losses(Plan plan, List<RevertCost> ways) {
    return plan.steps().stream()
        .filter(Step.Down.class::isInstance)
        .map(Step.Down.class::cast)
        .flatMap(
            down ->
                ways.stream()
                    .filter(way -> way.version().equals(down.version()))
                    .map(RollbackPlanning::possibleLosses)
                    .filter(lost -> !lost.isEmpty())
                    .map(lost -> down.label() + ": " + String.join(", ", lost)))
        .collect(Collectors.joining("; "));
  }

  /** Takes one migration back; one that is no longer applied was reverted before. */
  private Future<End.Done> down(Release release, Step.Down down, Permit permit) {
    return unlessAnswered(Kind.AWAY, schema().applied())
        .compose(
            applied -> {
              Optional<Applied> found =
                  applied.stream()
                      .filter(a -> a.version().equals(down.version()))
                      .filter(a -> a.release().equals(Optional.of(release.name())))
                      .findFirst();
              if (found.isEmpty()) {
                return Future.succeededFuture(new End.Done(down.label() + " was reverted already"));
              }
              if (!found.get().downChecksum().equals(Optional.of(down.checksum()))) {
                return Future.failedFuture(
                    new StepFailure(
                        Kind.FAILED,
                        "the stored down of " + down.label() + " changed since the plan was made"));
              }
              return schema()
                  .down(found.get(), release.name(), permit, underWay())
                  .map(done -> new End.Done(done.line(), done.kept()))
                  .recover(e -> settled(found.get(), StepFailure.of(e, Kind.LOST)));
            });
  }

  /** Observers are told on the event loop that performs the step. */
  private Consumer<String> underWay() {
    Optional<Context> home = Optional.ofNullable(Vertx.currentContext());
    return text ->
        home.ifPresentOrElse(
            context -> context.runOnContext(x -> observer.underWay(service.name(), text)),
            () -> observer.underWay(service.name(), text));
  }

  /** An answer that was lost is no failure: the database's own record says whether it is done. */
  private Future<End.Done> settled(Applied migration, StepFailure trouble) {
    if (trouble.kind() == Kind.PARTLY) {
      return Future.failedFuture(trouble);
    }
    return schema()
        .applied()
        .map(all -> all.stream().anyMatch(a -> a.version().equals(migration.version())))
        .transform(
            (stands, unread) -> {
              if (unread != null) {
                return Future.failedFuture(trouble);
              }
              if (!stands) {
                return Future.succeededFuture(
                    new End.Done(
                        migration.label()
                            + " reverted; the answer to it was lost (what was kept: ripcord salvage"
                            + " list)"));
              }
              return Future.failedFuture(
                  trouble.kind() == Kind.LOST
                      ? new StepFailure(Kind.UNDONE, trouble.getMessage())
                      : trouble);
            });
  }

  /** The image that ran before the run, where it is known. */
  static Optional<ImageRef> before(Plan plan) {
    return goal(plan).flatMap(Step.SwitchImage::from);
  }

  /** Starts the application again on the image it had, unless somebody has put another there. */
  Future<String> restart(Plan plan, Permit permit) {
    Optional<ImageRef> from = before(plan);
    if (from.isEmpty()) {
      return Future.failedFuture(
          new StepFailure(Kind.FAILED, "what it ran is not known: start it by hand"));
    }
    return proved(permit)
        .compose(x -> superseded(plan, false))
        .compose(
            x -> unlessAnswered(Kind.LOST, platform().start(plan.release(), from.get(), permit)));
  }

  private Platform platform() {
    return service.platform().orElseThrow(() -> new IllegalStateException("no platform"));
  }

  private Schema schema() {
    return service.schema().orElseThrow(() -> new IllegalStateException("no database"));
  }
}
