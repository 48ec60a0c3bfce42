package dev.ripcord.engine;

import dev.ripcord.migration.Applied;
import dev.ripcord.port.Permit;
import dev.ripcord.port.Platform;
import dev.ripcord.port.Schema;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.Step;
import io.vertx.core.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Performs the steps of a rollback. Each may be performed again after a crash. */
final class Steps {
  private final Service service;

  Steps(Service service) {
    this.service = service;
  }

  /**
   * Performs one step.
   *
   * @param permit asked before the step, and by the step before each of its calls
   * @param began when the run began: sessions that are older belong to the replaced version
   * @return one line for people
   */
  Future<String> perform(Plan plan, Step step, Permit permit, Instant began) {
    return permit
        .confirm()
        .compose(
            x ->
                switch (step) {
                  case Step.Stop stop ->
                      platform().stop(plan.release(), permit).map("the application is stopped");
                  case Step.Backup backup -> schema().backup(file(backup, began), permit);
                  case Step.SwitchImage image ->
                      platform().switchTo(plan.release(), image.to(), permit);
                  case Step.Drain drain -> schema().drained(began, drain.budget(), permit);
                  case Step.Down down -> down(plan.release(), down, permit);
                  case Step.Verify verify -> Future.succeededFuture("");
                });
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

  /** Takes one migration back; one that is no longer applied was taken back before a crash. */
  private Future<String> down(Release release, Step.Down down, Permit permit) {
    return schema()
        .applied()
        .compose(
            applied -> {
              Optional<Applied> found =
                  applied.stream()
                      .filter(a -> a.version().equals(down.version()))
                      .filter(a -> a.release().equals(Optional.of(release.name())))
                      .findFirst();
              if (found.isEmpty()) {
                return Future.succeededFuture(down.label() + " was taken back already");
              }
              if (!found.get().downChecksum().equals(Optional.of(down.checksum()))) {
                return Future.failedFuture(
                    "the stored down of " + down.label() + " changed since the plan was made");
              }
              return schema()
                  .down(found.get(), release.name(), permit)
                  .recover(failure -> settled(found.get(), failure));
            });
  }

  /** An answer that was lost is no failure: the database's own record says whether it is done. */
  private Future<String> settled(Applied migration, Throwable failure) {
    return schema()
        .applied()
        .otherwise(List.of(migration))
        .compose(
            applied ->
                applied.stream().anyMatch(a -> a.version().equals(migration.version()))
                    ? Future.failedFuture(failure)
                    : Future.succeededFuture(
                        migration.label() + " taken back; the answer to it was lost"));
  }

  /** Starts the application again on the image it had. Never fails; the line says what happened. */
  Future<String> restore(Plan plan, Permit permit) {
    Optional<ImageRef> from =
        plan.steps().stream()
            .filter(Step.SwitchImage.class::isInstance)
            .map(Step.SwitchImage.class::cast)
            .findFirst()
            .flatMap(Step.SwitchImage::from);
    if (from.isEmpty()) {
      return Future.succeededFuture(
          "the application is stopped, and what it ran is not known: start it by hand");
    }
    return permit
        .confirm()
        .compose(x -> platform().start(plan.release(), from.get(), permit))
        .map(line -> "the application runs again on " + from.get() + ", the database is as before")
        .otherwise(
            e ->
                "the application is stopped and could not be started on "
                    + from.get()
                    + ": "
                    + Planning.said(e));
  }

  private Platform platform() {
    return service.platform().orElseThrow(() -> new IllegalStateException("no platform"));
  }

  private Schema schema() {
    return service.schema().orElseThrow(() -> new IllegalStateException("no database"));
  }
}
