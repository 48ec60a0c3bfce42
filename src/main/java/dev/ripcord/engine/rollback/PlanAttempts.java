package dev.ripcord.engine.rollback;

import dev.ripcord.engine.context.EngineContext;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.release.Release;
import dev.ripcord.rollback.DatabaseAway;
import dev.ripcord.rollback.Planned;
import dev.ripcord.rollback.Policy;
import dev.ripcord.rollback.Refusal;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The tries to plan one rollback. While the platform or the database does not answer there is no
 * word yet, for some minutes; where the configuration allows it and it is known that the previous
 * image runs on the release's schema, a database that stays away is done without. Called on one
 * event loop.
 */
final class PlanAttempts {
  private static final Duration TOLD_AFTER = Duration.ofMinutes(1);

  private final EngineContext context;
  private final WatchedService service;
  private final Release release;
  private final Policy policy;
  private final BooleanSupplier runsOnItsSchema;
  private final Consumer<String> tell;
  private final long since;
  private boolean told;

  /**
   * Nothing tried yet.
   *
   * @param runsOnItsSchema whether the previous image runs on the schema of the release, as it was
   *     planned while the database answered
   * @param tell called once when nobody has answered for a minute, with what does not
   */
  PlanAttempts(
      EngineContext context,
      WatchedService service,
      Release release,
      Policy policy,
      BooleanSupplier runsOnItsSchema,
      Consumer<String> tell) {
    this.context = context;
    this.service = service;
    this.release = release;
    this.policy = policy;
    this.runsOnItsSchema = runsOnItsSchema;
    this.tell = tell;
    this.since = context.clocks().nanos().getAsLong();
  }

  /**
   * One more try: the plan, or why there is none; empty while somebody who has to be asked does not
   * answer. Fails where the journal cannot be read.
   */
  Future<Optional<Planned>> next() {
    return plan(policy)
        .compose(
            planned ->
                planned instanceof Planned.Impossible impossible && isWorthWaiting(impossible)
                    ? unanswered(impossible)
                    : Future.succeededFuture(Optional.of(planned)));
  }

  private Future<Planned> plan(Policy by) {
    return new RollbackPlanning(context.journal(), service).plan(release, by);
  }

  private Future<Optional<Planned>> unanswered(Planned.Impossible impossible) {
    if (away().compareTo(TOLD_AFTER) < 0) {
      return Future.succeededFuture(Optional.empty());
    }
    return withoutDatabase()
        .onSuccess(
            found -> {
              if (found.isEmpty() && !told) {
                told = true;
                tell.accept(impossible.refusals().getFirst().text());
              }
            });
  }

  /** The plan for the image alone, where that may be made and the database is all that is away. */
  private Future<Optional<Planned>> withoutDatabase() {
    boolean may =
        service.terms().databaseAway() == DatabaseAway.IMAGE_ONLY
            && policy.scope() == Policy.Scope.BOTH
            && runsOnItsSchema.getAsBoolean();
    return may
        ? plan(policy.with(Policy.Scope.IMAGE_WITHOUT_DATABASE))
            .map(alone -> Optional.of(alone).filter(Planned.Possible.class::isInstance))
        : Future.succeededFuture(Optional.empty());
  }

  /** Nothing stands against it but that somebody does not answer just now. */
  private boolean isWorthWaiting(Planned.Impossible impossible) {
    return impossible.refusals().stream().allMatch(Refusal::isUnanswered)
        && away().compareTo(StepAttempts.PATIENCE) < 0;
  }

  private Duration away() {
    return Duration.ofNanos(context.clocks().nanos().getAsLong() - since);
  }
}
