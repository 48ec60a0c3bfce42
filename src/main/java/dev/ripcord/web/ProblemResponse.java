package dev.ripcord.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.json.Json;
import dev.ripcord.port.ControlException;
import dev.ripcord.port.JournalException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.VertxConnection;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why a request is not met, as an RFC 9457 problem document. The detail names the thing, the value
 * found, the rule, and what to do.
 */
final class ProblemResponse extends RuntimeException {
  private static final long LINGER_MILLIS = 1_000;
  private static final Logger LOG = LoggerFactory.getLogger(ProblemResponse.class);
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String title;
  private final int line;
  private final int column;

  private ProblemResponse(int status, String title, String detail, int line, int column) {
    super(detail, null, false, false);
    this.status = status;
    this.title = title;
    this.line = line;
    this.column = column;
  }

  /** The title also names the type: {@code urn:ripcord:problem:unknown-field}. */
  static ProblemResponse of(int status, String title, String detail) {
    return new ProblemResponse(status, title, detail, 0, 0);
  }

  /** One that points into the body, counted from 1. */
  static ProblemResponse at(int line, int column, String detail) {
    return new ProblemResponse(400, "Bad JSON", detail, line, column);
  }

  /** Answers with a problem; ends the connection where the rest of the request is not wanted. */
  static void answer(HttpServerRequest request, ProblemResponse problem) {
    HttpServerResponse response = request.response();
    if (response.headWritten()) {
      request.connection().close();
      return;
    }
    boolean isWhole = request.isEnded();
    if (!isWhole) {
      response.putHeader("Connection", "close");
    }
    response
        .setStatusCode(problem.status)
        .putHeader("Content-Type", "application/problem+json")
        .end(problem.json() + "\n")
        .onComplete(
            _ -> {
              if (!isWhole) {
                closeWhenSent(request);
              }
            });
    // Where the bytes are malformed, Vert.x closes the connection next, and what waits is lost.
    if (!isWhole && request.connection() instanceof VertxConnection connection) {
      connection.flush();
    }
  }

  /**
   * Ends the connection once the client has sent the rest, or has had a second for it: where bytes
   * wait unread, closing would take the answer away from a client that still sends.
   */
  private static void closeWhenSent(HttpServerRequest request) {
    HttpConnection connection = request.connection();
    try {
      request
          .exceptionHandler(_ -> connection.close())
          .handler(_ -> {})
          .endHandler(_ -> connection.close())
          .resume();
      Vertx.currentContext().owner().setTimer(LINGER_MILLIS, _ -> connection.close());
    } catch (IllegalStateException over) {
      connection.close();
    }
  }

  /** What made a handler fail. */
  static ProblemResponse of(RoutingContext context) {
    Throwable failure = context.failure();
    return switch (failure) {
      case null -> ofStatus(context);
      case ProblemResponse problem -> problem;
      case ControlException wish ->
          switch (wish.kind()) {
            case NOT_FOUND -> of(404, "Not found", detail(wish));
            case CONFLICT -> of(409, "Conflict", detail(wish));
            case ELSEWHERE -> of(503, "Not watched here", detail(wish));
            case INVALID -> of(422, "Not possible", detail(wish));
          };
      case JournalException journal -> of(503, "Journal unavailable", detail(journal));
      case Throwable broken when isBeingRead(context.request()) -> {
        LOG.debug("a request broke off or is malformed: {}", broken.getMessage());
        yield of(
            400, "Bad request", "the body broke off, or its chunks are not as HTTP/1.1 has them");
      }
      default -> {
        LOG.error("{} {} failed", context.request().method(), context.request().path(), failure);
        yield of(500, "Internal error", "Ripcord itself failed; its log has more");
      }
    };
  }

  /** What goes wrong before a body is here is the client's doing: no handler has seen it yet. */
  private static boolean isBeingRead(HttpServerRequest request) {
    return (request.method().equals(HttpMethod.POST) || request.method().equals(HttpMethod.DELETE))
        && !request.isEnded();
  }

  int status() {
    return status;
  }

  String title() {
    return title;
  }

  /** Why it is not met, in a sentence without its capital and its full stop. */
  String detail() {
    return Objects.requireNonNullElse(getMessage(), "no reason was given");
  }

  private static String detail(Throwable failure) {
    return Objects.requireNonNullElse(failure.getMessage(), "no reason was given");
  }

  private static ProblemResponse ofStatus(RoutingContext context) {
    return switch (context.statusCode()) {
      case 404 -> of(404, "Not found", "there is nothing at " + context.request().path());
      case 413 -> of(413, "Body too large", "a body may have " + RequestBody.BYTES_MAX + " bytes");
      default -> of(context.statusCode(), "Bad request", "the request could not be understood");
    };
  }

  private ObjectNode json() {
    ObjectNode json = Json.object();
    String type = title.toLowerCase(Locale.ROOT).replace(' ', '-');
    json.put("type", "urn:ripcord:problem:" + type);
    json.put("title", title);
    json.put("status", status);
    json.put("detail", getMessage());
    if (line > 0) {
      json.put("line", line).put("column", column);
    }
    return json;
  }
}
