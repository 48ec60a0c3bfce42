package dev.ripcord.web;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ripcord.json.SilenceJson;
import dev.ripcord.port.Control;
import dev.ripcord.silence.Silence;
import dev.ripcord.silence.SilenceBook;
import dev.ripcord.silence.SilenceScope;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Silences under {@code /api/v1}: those that hold, a new one, the end of one. */
final class SilenceApi {
  private final Control control;
  private final SilenceBook book;
  private final KnownSilences known;
  private final Guard guard;
  private final InstantSource clock;

  SilenceApi(
      Control control, SilenceBook book, KnownSilences known, Guard guard, InstantSource clock) {
    this.control = control;
    this.book = book;
    this.known = known;
    this.guard = guard;
    this.clock = clock;
  }

  /** Those that hold, the oldest first. */
  void list(RoutingContext context) {
    book.holding(clock.instant())
        .onSuccess(silences -> send(context, 200, SilenceJson.of(silences.all())))
        .onFailure(context::fail);
  }

  void begin(RoutingContext context) {
    RequestBody body = RequestBody.of(context, "services", "kind", "reason", "for", "until", "by");
    SilenceScope scope = body.required("services", SilenceScope::new);
    if (control.services().stream().noneMatch(each -> scope.includes(each.service()))) {
      throw ProblemResponse.of(404, "Not found", "no service \"" + scope + "\" is configured");
    }
    Instant now = clock.instant();
    Silence.Wanted wanted =
        new Silence.Wanted(
            scope,
            body.optional("kind", Silence::kind),
            Speaker.named(guard, context, body, "asks for silence"),
            body.required("reason", Silence::reason),
            until(body, now));
    book.begin(wanted, now)
        .compose(silence -> known.read().map(silence))
        .onSuccess(
            silence -> {
              context.response().putHeader("Location", "/api/v1/silences/" + silence.id());
              send(context, 201, SilenceJson.of(silence));
            })
        .onFailure(context::fail);
  }

  private static Instant until(RequestBody body, Instant now) {
    Optional<Instant> after =
        body.optional("for", text -> Silence.within(now, now.plus(RequestBody.span(text))));
    Optional<Instant> at = body.optional("until", text -> Silence.within(now, Silence.time(text)));
    if (after.isPresent() == at.isPresent()) {
      throw ProblemResponse.of(
          400,
          "Missing field",
          "a silence has one end: \"for\", such as 2h, or \"until\", such as 2026-12-01T10:00Z");
    }
    return after.or(() -> at).orElseThrow();
  }

  /** One that was over before is answered as it is. */
  void end(RoutingContext context) {
    RequestBody body = RequestBody.of(context, "by");
    long id = Api.id(context);
    String by = Speaker.named(guard, context, body, "ends it");
    book.end(id, by, clock.instant())
        .compose(ended -> known.read().map(ended))
        .onSuccess(
            ended ->
                ended.ifPresentOrElse(
                    silence -> send(context, 200, SilenceJson.of(silence)),
                    () ->
                        context.fail(
                            ProblemResponse.of(404, "Not found", "there is no silence " + id))))
        .onFailure(context::fail);
  }

  private static void send(RoutingContext context, int status, JsonNode json) {
    context
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end(json + "\n");
  }
}
