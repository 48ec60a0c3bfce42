package dev.ripcord.engine.rollback;

import dev.ripcord.engine.context.Timers;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Sample;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Optional;

/** Tells how the start of an application that was stopped went. Used on one event loop. */
final class RestartNotice {
  private static final Duration ANSWERS_WITHIN = Duration.ofMinutes(1);

  private final Timers timers;
  private final ServiceName service;
  private Optional<Promise<Boolean>> restarted = Optional.empty();

  RestartNotice(Timers timers, ServiceName service) {
    this.timers = timers;
    this.service = service;
  }

  /** A poll while it is waited whether the application answers. */
  void polled(Sample sample) {
    if (sample.liveness() == Liveness.ANSWERS) {
      restarted.ifPresent(each -> each.tryComplete(true));
    }
  }

  /** That it runs is said only when it has answered a poll. */
  Future<String> told(Optional<ImageRef> before, StepAttempts.End end) {
    String image = before.map(ImageRef::text).orElse("the image that it had");
    return switch (end) {
      case StepAttempts.End.Done done -> answers(image);
      case StepAttempts.End.Refused(String why) ->
          Future.succeededFuture("the application was not started again: " + why);
      case StepAttempts.End.Failed(String why) -> Future.succeededFuture(notStarted(image, why));
      case StepAttempts.End.Asks(String why) -> Future.succeededFuture(notStarted(image, why));
      case StepAttempts.End.TimedOut(String why) -> Future.succeededFuture(notStarted(image, why));
      case StepAttempts.End.Uncertain(String why) -> Future.succeededFuture(notStarted(image, why));
      case StepAttempts.End.Stopped() ->
          Future.succeededFuture("the application was not started again on " + image);
    };
  }

  private static String notStarted(String image, String why) {
    return "the application is stopped and could not be started on " + image + ": " + why;
  }

  private Future<String> answers(String image) {
    Promise<Boolean> answer = Promise.promise();
    restarted = Optional.of(answer);
    timers.setTimer(ANSWERS_WITHIN.toMillis(), t -> answer.tryComplete(false));
    return answer
        .future()
        .map(
            answered ->
                answered
                    ? "the application runs again on " + image + ", the database is as before"
                    : image
                        + " was started again and has not answered a poll within "
                        + ANSWERS_WITHIN.toSeconds()
                        + " s; the database is as before. Look at it: ripcord status "
                        + service);
  }
}
