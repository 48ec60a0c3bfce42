package dev.ripcord.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.config.AccessSettings.Role;
import dev.ripcord.json.Json;
import dev.ripcord.json.StatusJson;
import dev.ripcord.port.Control;
import dev.ripcord.port.Control.ServiceStatus;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.port.Control.Wish;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.ReleaseName;
import dev.ripcord.release.ServiceName;
import dev.ripcord.report.trace.TraceParent;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** What can be asked of the daemon under {@code /api/v1}, without the stream of events. */
final class Api {
  private static final int LIST_MAX = 200;
  private static final Map<String, Wish> WISHES =
      Map.of(
          "pause", Wish.PAUSE,
          "resume", Wish.RESUME,
          "abort", Wish.ABORT,
          "rollback", Wish.ROLLBACK,
          "approve", Wish.APPROVE);

  private final Control control;
  private final Guard guard;
  private final KnownSilences silences;
  private final InstantSource clock;

  Api(Control control, Guard guard, KnownSilences silences, InstantSource clock) {
    this.control = control;
    this.guard = guard;
    this.silences = silences;
    this.clock = clock;
  }

  private ObjectNode service(ServiceStatus status) {
    return StatusJson.service(status, silences.now().of(status.service(), clock.instant()));
  }

  /** What one must be to ask for what is asked. */
  static Role roleOf(RoutingContext context) {
    return roleOf(context.pathParam("wish"));
  }

  /** What one must be to ask for this. */
  static Role roleOf(String wish) {
    return wish.equals("approve") ? Role.APPROVER : Role.OPERATOR;
  }

  void services(RoutingContext context) {
    ArrayNode services = Json.array();
    control.services().forEach(status -> services.add(service(status)));
    send(context, 200, services);
  }

  void service(RoutingContext context) {
    String name = context.pathParam("name");
    ServiceStatus status =
        control.services().stream()
            .filter(s -> s.service().text().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    ProblemResponse.of(
                        404, "Not found", "no service \"" + name + "\" is configured"));
    send(context, 200, service(status));
  }

  /** 201 for a new watch; 200 for one of this release that runs, or ran and has ended. */
  void announce(RoutingContext context) {
    RequestBody body =
        RequestBody.of(context, "service", "release", "image", "previousImage", "bake", "retry");
    Control.Announcement announcement =
        new Control.Announcement(
            body.required("service", ServiceName::new),
            body.required("release", ReleaseName::parse),
            body.optional("image", ImageRef::parse),
            body.optional("previousImage", ImageRef::parse),
            body.optional("bake", RequestBody::span),
            body.flag("retry"),
            traceParent(context));
    newest(announcement.service())
        .compose(
            before ->
                control
                    .announce(announcement)
                    .onSuccess(
                        watch -> {
                          long id = watch.row().id();
                          context.response().putHeader("Location", "/api/v1/releases/" + id);
                          send(context, id <= before ? 200 : 201, StatusJson.watch(watch));
                        }))
        .onFailure(context::fail);
  }

  /** What is none is passed over, as Trace Context has it. */
  private static Optional<String> traceParent(RoutingContext context) {
    return Optional.ofNullable(context.request().getHeader("traceparent"))
        .filter(span -> TraceParent.parse(span).isPresent());
  }

  /** The number of the last watch of a service; what is opened later has a larger one. */
  private Future<Long> newest(ServiceName service) {
    return control
        .recent(Optional.of(service), 1)
        .map(last -> last.stream().mapToLong(watch -> watch.row().id()).max().orElse(0));
  }

  /** The last releases, newest first, running and ended. */
  void releases(RoutingContext context) {
    Optional<String> name = context.queryParam("service").stream().findFirst();
    Optional<ServiceName> service = name.filter(ServiceName::isValid).map(ServiceName::new);
    if (name.isPresent()
        && control.services().stream().noneMatch(s -> Optional.of(s.service()).equals(service))) {
      throw ProblemResponse.of(404, "Not found", "no service \"" + name.get() + "\" is configured");
    }
    String limit = context.queryParam("limit").stream().findFirst().orElse("20");
    if (!limit.matches("[0-9]{1,4}")
        || Integer.parseInt(limit) < 1
        || Integer.parseInt(limit) > LIST_MAX) {
      throw ProblemResponse.of(
          400, "Bad value", "\"limit\" is \"" + limit + "\"; 1 to " + LIST_MAX + " can be had");
    }
    control
        .recent(service, Integer.parseInt(limit))
        .onSuccess(
            watches -> {
              ArrayNode releases = Json.array();
              watches.forEach(watch -> releases.add(StatusJson.watch(watch)));
              send(context, 200, releases);
            })
        .onFailure(context::fail);
  }

  void release(RoutingContext context) {
    control
        .watch(id(context))
        .onSuccess(watch -> send(context, 200, StatusJson.watch(watch)))
        .onFailure(context::fail);
  }

  void wish(RoutingContext context) {
    long id = id(context);
    String name = context.pathParam("wish");
    Wish wish = WISHES.get(name);
    if (wish == null) {
      throw ProblemResponse.of(
          404,
          "Not found",
          "\""
              + name
              + "\" cannot be asked of a release; pause, resume, abort, rollback, approve can");
    }
    RequestBody body =
        switch (wish) {
          case PAUSE -> RequestBody.of(context, "by", "for");
          case ROLLBACK, ROLLBACK_IMAGE -> RequestBody.of(context, "by", "imageOnly");
          case RESUME, ABORT, APPROVE -> RequestBody.of(context, "by");
        };
    boolean alone = wish == Wish.ROLLBACK && body.flag("imageOnly");
    Duration pause = within(body.optional("for", RequestBody::span).orElse(Control.PAUSE));
    control
        .ask(id, alone ? Wish.ROLLBACK_IMAGE : wish, by(context, body, wish), pause)
        .onSuccess((WatchStatus watch) -> send(context, 200, StatusJson.watch(watch)))
        .onFailure(context::fail);
  }

  /** An approval must name who gives it; for the rest the address will do. */
  private String by(RoutingContext context, RequestBody body, Wish wish) {
    return wish == Wish.APPROVE
        ? Speaker.named(guard, context, body, "approves")
        : Speaker.of(guard, context, body)
            .orElseGet(() -> "HTTP from " + context.request().remoteAddress().host());
  }

  /** How long a pause lasts, from a form. */
  static Duration pause(String text) {
    try {
      return within(RequestBody.span(text));
    } catch (IllegalArgumentException e) {
      throw ProblemResponse.of(400, "Bad value", "\"for\": " + e.getMessage());
    }
  }

  private static Duration within(Duration pause) {
    if (pause.compareTo(Control.PAUSE_MAX) > 0) {
      throw ProblemResponse.of(400, "Bad value", "\"for\" may be 7d at most");
    }
    return pause;
  }

  /** The number in the address. */
  static long id(RoutingContext context) {
    String text = context.pathParam("id");
    if (!text.matches("[0-9]{1,18}")) {
      throw ProblemResponse.of(
          404, "Not found", "\"" + text + "\" is not the number of a watch, such as 17");
    }
    return Long.parseLong(text);
  }

  private static void send(RoutingContext context, int status, JsonNode json) {
    context
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end(json + "\n");
  }
}
