package dev.ripcord.engine;

import dev.ripcord.migration.Applied;
import dev.ripcord.port.Journal;
import dev.ripcord.port.Platform;
import dev.ripcord.port.Presence;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.rollback.Planned;
import dev.ripcord.rollback.Planner;
import dev.ripcord.rollback.Policy;
import dev.ripcord.rollback.Situation;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Asks the world how things stand and has the plan made. Changes nothing. */
public final class Planning {
  private static final long ASK_SECONDS = 20;

  private final Journal journal;
  private final Service service;

  /** For one service. */
  public Planning(Journal journal, Service service) {
    this.journal = journal;
    this.service = service;
  }

  /** The plan for a release as things stand now. Never fails: what cannot be asked is a refusal. */
  public Future<Planned> plan(Release release, Policy policy) {
    Future<Situation.Image> image = image(release);
    Future<Situation.Schema> schema = schema();
    Future<Set<ImageRef>> condemned = journal.condemnedImages(service.name()).otherwise(Set.of());
    return Future.join(image, schema, condemned)
        .map(
            all ->
                Planner.plan(
                    new Situation(release, image.result(), schema.result(), condemned.result()),
                    policy));
  }

  private Future<Situation.Image> image(Release release) {
    if (service.platform().isEmpty()) {
      return Future.succeededFuture(
          new Situation.Image(
              Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()));
    }
    Platform platform = service.platform().get();
    Optional<String> name = Optional.of(platform.name());
    return Future.succeededFuture()
        .compose(x -> platform.current())
        .compose(
            running ->
                target(platform, release)
                    .map(p -> image(name, Optional.of(running), p))
                    .otherwise(e -> trouble(name, Optional.of(running), e)))
        .timeout(ASK_SECONDS, TimeUnit.SECONDS)
        .otherwise(e -> trouble(name, Optional.empty(), e));
  }

  private static Future<Presence> target(Platform platform, Release release) {
    return release
        .previousImage()
        .map(platform::presence)
        .orElseGet(() -> Future.succeededFuture(new Presence.Untold("no target is named")));
  }

  private static Situation.Image image(
      Optional<String> platform, Optional<ImageRef> running, Presence presence) {
    return switch (presence) {
      case Presence.Present p ->
          new Situation.Image(platform, running, Optional.of(p.detail()), Optional.empty());
      case Presence.Absent a ->
          new Situation.Image(platform, running, Optional.empty(), Optional.of(a.why()));
      case Presence.Untold u ->
          new Situation.Image(platform, running, Optional.of(u.why()), Optional.empty());
    };
  }

  private static Situation.Image trouble(
      Optional<String> platform, Optional<ImageRef> running, Throwable e) {
    return new Situation.Image(platform, running, Optional.of(""), Optional.of(said(e)));
  }

  private Future<Situation.Schema> schema() {
    if (service.schema().isEmpty()) {
      return Future.succeededFuture(
          new Situation.Schema(false, List.of(), Optional.empty(), Optional.empty(), false));
    }
    boolean known = service.terms().sessionsKnown();
    Future<List<Applied>> applied = service.schema().get().applied();
    Future<Optional<String>> hindrance =
        service.schema().get().backupHindrance().otherwise(e -> Optional.of(said(e)));
    return Future.join(applied, hindrance)
        .map(
            x ->
                new Situation.Schema(
                    true, applied.result(), Optional.empty(), hindrance.result(), known))
        .timeout(ASK_SECONDS, TimeUnit.SECONDS)
        .otherwise(
            e ->
                new Situation.Schema(
                    true, List.of(), Optional.of(said(e)), Optional.empty(), known));
  }

  /** What an exception says, for people. */
  static String said(Throwable e) {
    String message = e.getMessage();
    return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
  }
}
