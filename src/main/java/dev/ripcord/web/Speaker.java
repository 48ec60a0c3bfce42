package dev.ripcord.web;

import dev.ripcord.release.PersonName;
import dev.ripcord.web.access.Caller;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** In whose name something is asked: that of the token, else what the body says. */
final class Speaker {
  private Speaker() {}

  /** The name, where there is one; fails the request of a token that speaks as somebody else. */
  static Optional<String> of(Guard guard, RoutingContext context, RequestBody body) {
    Optional<String> by = body.optional("by", PersonName::parse);
    Optional<String> name = guard.caller(context).flatMap(Caller::name);
    if (name.isPresent() && by.isPresent() && !by.equals(name)) {
      throw ProblemResponse.of(
          403,
          "Forbidden",
          "the token is that of "
              + name.get()
              + ", who cannot speak as "
              + by.get()
              + "; leave \"by\" out, or use the token of "
              + by.get());
    }
    return name.or(() -> by);
  }

  /** As {@link #of}, where a name is needed: what for completes "is needed: who …". */
  static String named(Guard guard, RoutingContext context, RequestBody body, String who) {
    return of(guard, context, body)
        .orElseThrow(
            () -> ProblemResponse.of(400, "Missing field", "\"by\" is needed: who " + who));
  }
}
