package dev.ripcord.alert;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ripcord.config.AlertSettings;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Outbox;
import dev.ripcord.port.Outbox.Due;
import dev.ripcord.port.Outbox.Keeps;
import dev.ripcord.port.Outbox.Route;
import dev.ripcord.port.Outbox.Story;
import dev.ripcord.release.Secret;
import dev.ripcord.report.WatchReport;
import dev.ripcord.report.trace.OtlpJson;
import dev.ripcord.report.trace.WatchTrace;
import dev.ripcord.vertx.HttpExchange;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A receiver of OpenTelemetry: each watch that has ended is a trace there, sent as OTLP over HTTP
 * in JSON. It is made of the journal when it is sent, so a second try sends the same.
 */
final class TracesChannel implements Channel {
  static final String NAME = "traces";

  private static final String PATH = "/v1/traces";
  private static final Set<Integer> WORTH_A_RETRY = Set.of(429, 502, 503, 504);
  private static final Pattern REJECTED =
      Pattern.compile("\"rejectedSpans\"\\s*:\\s*\"?([1-9][0-9]{0,17})");

  private final JsonPoster post;
  private final Secret url;
  private final Map<String, Secret> headers;
  private final String environment;
  private final Optional<Outbox> outbox;

  /**
   * A receiver.
   *
   * @param environment where the services run
   * @param outbox where the journal is asked; empty for a command without one, which can but try
   *     whether the receiver answers
   */
  TracesChannel(
      JsonPoster post, AlertSettings.Traces settings, String environment, Optional<Outbox> outbox) {
    this.post = post;
    this.url = place(settings.endpoint());
    this.headers = settings.headers();
    this.environment = environment;
    this.outbox = outbox;
  }

  /** The path is appended, as for OTEL_EXPORTER_OTLP_ENDPOINT, unless it is there. */
  private static Secret place(Secret endpoint) {
    String base = endpoint.reveal().replaceAll("/+$", "");
    return base.endsWith(PATH) ? new Secret(base) : new Secret(base + PATH);
  }

  static Route ended() {
    return Route.toPrograms(NAME, Set.of(Alert.Kind.ENDED, Alert.Kind.TEST), Keeps.NOTHING);
  }

  @Override
  public Route route() {
    return outbox.isPresent()
        ? ended()
        : Route.toPrograms(NAME, Set.of(Alert.Kind.TEST), Keeps.NOTHING);
  }

  @Override
  public int most() {
    return 1;
  }

  @Override
  public Future<Delivery> deliver(List<Due> message) {
    Due due = message.getFirst();
    return due.alert().kind() == Alert.Kind.TEST
        ? send(OtlpJson.empty())
        : JournalStory.of(outbox, due.alert())
            .compose(story -> send(due, story))
            .otherwise(JournalStory::unread);
  }

  private Future<Delivery> send(Due due, Optional<Story> story) {
    if (story.isEmpty()) {
      return Future.succeededFuture(new Delivery.Never("its watch is not in the journal"));
    }
    WatchReport report = WatchReport.of(story.get().row(), story.get().entries());
    return send(OtlpJson.of(WatchTrace.of(report, due.journal(), environment)));
  }

  private Future<Delivery> send(JsonNode request) {
    Map<String, String> sent = new LinkedHashMap<>();
    headers.forEach((name, value) -> sent.put(name, value.reveal()));
    sent.put("Content-Type", "application/json");
    return post.send(url, sent, request, TracesChannel::judge);
  }

  /** What OTLP says otherwise than others: which failures are final, and that a part is refused. */
  private static Optional<Delivery> judge(HttpExchange.Answer answer) {
    int status = answer.status();
    if (status >= 200 && status < 300) {
      Matcher part = REJECTED.matcher(answer.body().toString());
      return part.find()
          ? Optional.of(new Delivery.Never(part.group(1) + " of its spans were refused"))
          : Optional.empty();
    }
    return status >= 400 && !WORTH_A_RETRY.contains(status)
        ? Optional.of(
            new Delivery.Never("answered " + status + ": check the address and what it allows"))
        : Optional.empty();
  }
}
