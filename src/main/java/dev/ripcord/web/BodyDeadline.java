package dev.ripcord.web;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;

/** Refuses a request whose body takes too long to arrive, however its bytes are spread. */
final class BodyDeadline implements Handler<RoutingContext> {
  private final Vertx vertx;
  private final long millis;

  BodyDeadline(Vertx vertx, long millis) {
    this.vertx = vertx;
    this.millis = millis;
  }

  @Override
  public void handle(RoutingContext context) {
    long timer =
        vertx.setTimer(
            millis,
            _ ->
                context.fail(
                    ProblemResponse.of(
                        408,
                        "Request timeout",
                        "the body did not arrive within "
                            + millis / 1000.0
                            + " s; send it again")));
    context.request().end().onComplete(_ -> vertx.cancelTimer(timer));
    context.next();
  }
}
