package dev.ripcord.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.ripcord.json.Json;
import dev.ripcord.json.StatusJson;
import dev.ripcord.port.Control;
import dev.ripcord.port.Control.ServiceStatus;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.port.Control.Wish;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.PersonName;
import dev.ripcord.release.ReleaseName;
import dev.ripcord.release.ServiceName;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** What can be asked of the daemon under {@code /api/v1}, without the stream of events. */
final class Api {
  private static final Duration PAUSE = Duration.ofHours(1);
  private static final Duration PAUSE_MAX = Duration.ofDays(7);
  private static final Map<String, Wish> WISHES =
      Map.of(
          "pause", Wish.PAUSE,
          "resume", Wish.RESUME,
          "abort", Wish.ABORT,
          "rollback", Wish.ROLLBACK,
          "approve", Wish.APPROVE);

  private final Control control;

  Api(Control control) {
    this.control = control;
  }

  void services(RoutingContext context) {
    ArrayNode services = Json.array();
    control.services().forEach(status -> services.add(StatusJson.service(status)));
    send(context, 200, services);
  }

  void service(RoutingContext context) {
    String name = context.pathParam("name");
    ServiceStatus status =
        control.services().stream()
            .filter(s -> s.service().text().equals(name))
            .findFirst()
            .orElseThrow(
                () -> Problem.of(404, "Not found", "no service \"" + name + "\" is configured"));
    send(context, 200, StatusJson.service(status));
  }

  /** 201 for a new watch; 200 for one of this release that ran already. */
  void announce(RoutingContext context) {
    Body body = Body.of(context, "service", "release", "image", "previousImage", "bake", "retry");
    Control.Announcement announcement =
        new Control.Announcement(
            body.required("service", ServiceName::new),
            body.required("release", ReleaseName::parse),
            body.optional("image", ImageRef::parse),
            body.optional("previousImage", ImageRef::parse),
            body.optional("bake", Body::span),
            body.flag("retry"));
    Optional<Long> before = watchOf(announcement.service());
    control
        .announce(announcement)
        .onSuccess(
            watch -> {
              boolean isKnown = before.filter(id -> id == watch.row().id()).isPresent();
              context.response().putHeader("Location", "/api/v1/releases/" + watch.row().id());
              send(context, isKnown ? 200 : 201, StatusJson.watch(watch));
            })
        .onFailure(context::fail);
  }

  private Optional<Long> watchOf(ServiceName service) {
    return control.services().stream()
        .filter(status -> status.service().equals(service))
        .findFirst()
        .flatMap(ServiceStatus::watch)
        .map(watch -> watch.row().id());
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
      throw Problem.of(
          404,
          "Not found",
          "\""
              + name
              + "\" cannot be asked of a release; pause, resume, abort, rollback, approve can");
    }
    Body body =
        switch (wish) {
          case PAUSE -> Body.of(context, "by", "for");
          case ROLLBACK, ROLLBACK_IMAGE -> Body.of(context, "by", "imageOnly");
          case RESUME, ABORT, APPROVE -> Body.of(context, "by");
        };
    boolean alone = wish == Wish.ROLLBACK && body.flag("imageOnly");
    Duration pause = body.optional("for", Body::span).orElse(PAUSE);
    if (pause.compareTo(PAUSE_MAX) > 0) {
      throw Problem.of(400, "Bad value", "\"for\" may be 7d at most");
    }
    control
        .ask(id, alone ? Wish.ROLLBACK_IMAGE : wish, by(context, body, wish), pause)
        .onSuccess((WatchStatus watch) -> send(context, 200, StatusJson.watch(watch)))
        .onFailure(context::fail);
  }

  /** An approval must name who gives it; for the rest the address will do. */
  private static String by(RoutingContext context, Body body, Wish wish) {
    Optional<String> by = body.optional("by", PersonName::parse);
    if (by.isEmpty() && wish == Wish.APPROVE) {
      throw Problem.of(400, "Missing field", "\"by\" is needed: who approves");
    }
    return by.orElseGet(() -> "HTTP from " + context.request().remoteAddress().host());
  }

  private static long id(RoutingContext context) {
    String text = context.pathParam("id");
    if (!text.matches("[0-9]{1,18}")) {
      throw Problem.of(
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
