package dev.ripcord.alert;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.json.Json;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Outbox;
import dev.ripcord.port.Outbox.Due;
import dev.ripcord.port.Outbox.Firing;
import dev.ripcord.port.Outbox.Keeps;
import dev.ripcord.port.Outbox.Route;
import dev.ripcord.release.Secret;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prometheus Alertmanagers. They forget what is not repeated, so each post says all that fires by
 * the journal, and what ended in the last quarter of an hour: the same whoever posts it, and
 * whenever. A message of the outbox is the occasion, and carries nothing by itself.
 *
 * <p>All of a cluster get it, as from Prometheus; one that takes it is enough.
 */
final class AlertmanagerChannel implements Channel {
  static final String NAME = "alertmanager";

  private static final Logger LOG = LoggerFactory.getLogger(AlertmanagerChannel.class);
  private static final Duration REPEAT = Duration.ofMinutes(1);

  /** Three repetitions may be missed, as with Prometheus. */
  private static final Duration STANDS = REPEAT.multipliedBy(4);

  private static final Duration ENDED_KEPT = Duration.ofMinutes(15);

  /** Of what nobody keeps, and so nobody repeats. */
  private static final Duration UNKEPT = Duration.ofHours(1);

  private static final int MESSAGES_MAX = 50;

  private final JsonPoster post;
  private final List<Secret> urls;
  private final AlertLinks links;
  private final Optional<Outbox> outbox;
  private final InstantSource clock;
  private final Set<Integer> failing = new HashSet<>();

  /**
   * Of one cluster.
   *
   * @param urls their addresses; {@code /api/v2/alerts} is appended
   * @param outbox where it is kept what fires; without it the alert itself is posted, for an hour
   */
  AlertmanagerChannel(
      JsonPoster post,
      List<Secret> urls,
      AlertLinks links,
      Optional<Outbox> outbox,
      InstantSource clock) {
    this.post = post;
    this.urls =
        urls.stream()
            .map(url -> new Secret(url.reveal().replaceAll("/+$", "") + "/api/v2/alerts"))
            .toList();
    this.links = links;
    this.outbox = outbox;
    this.clock = clock;
  }

  @Override
  public Route route() {
    return kept();
  }

  /** What it is given: all but that a release was deployed, which is no condition. */
  static Route kept() {
    return new Route(NAME, Route.of(NAME).kinds(), Keeps.CONDITIONS);
  }

  @Override
  public int most() {
    return MESSAGES_MAX;
  }

  @Override
  public Optional<Duration> repeats() {
    return Optional.of(REPEAT);
  }

  @Override
  public Future<Delivery> deliver(List<Due> message) {
    return outbox
        .map(kept -> state(kept).compose(this::posted))
        .orElseGet(() -> posted(direct(message)));
  }

  @Override
  public Future<Optional<Delivery>> repeat() {
    return outbox
        .map(
            kept ->
                state(kept)
                    .compose(
                        state ->
                            state.isEmpty()
                                ? Future.succeededFuture(Optional.<Delivery>empty())
                                : posted(state).map(Optional::of)))
        .orElseGet(() -> Future.succeededFuture(Optional.empty()));
  }

  /** All that is to be said now; fails when the journal cannot be read. */
  private Future<ArrayNode> state(Outbox kept) {
    Instant now = clock.instant();
    return kept.firing(NAME, now.minus(ENDED_KEPT), now).map(firing -> state(firing, now));
  }

  /** One for each set of labels: what fires goes before what has ended, the newest words win. */
  private ArrayNode state(Collection<Firing> all, Instant now) {
    Map<Map<String, String>, Firing> newest = new LinkedHashMap<>();
    Map<Map<String, String>, Instant> since = new LinkedHashMap<>();
    for (Firing each : all) {
      Map<String, String> labels = labels(each.alert());
      boolean isOver = each.alert().at().plus(lasts(each.alert().kind())).isBefore(now);
      boolean hides = each.ended().isPresent() && since.containsKey(labels);
      if (isOver || hides) {
        continue;
      }
      newest.put(labels, each);
      if (each.ended().isEmpty()) {
        since.merge(labels, each.alert().at(), (a, b) -> a.isBefore(b) ? a : b);
      }
    }
    ArrayNode body = Json.array();
    newest.forEach(
        (labels, each) -> {
          Alert alert = each.alert();
          Instant begun = since.getOrDefault(labels, alert.at());
          body.add(json(alert, labels, begun, each.ended().orElse(now.plus(STANDS))));
        });
    return body;
  }

  /** What nobody repeats: it stands for an hour, and a test has ended when it is sent. */
  private ArrayNode direct(List<Due> message) {
    ArrayNode body = Json.array();
    for (Due due : message) {
      Alert alert = due.alert();
      Instant end = alert.kind().fires() ? clock.instant().plus(UNKEPT) : alert.at();
      body.add(json(alert, labels(alert), alert.at().minusSeconds(1), end));
    }
    return body;
  }

  /**
   * How long what is never taken back is repeated: nothing says when a limit holds again, or what
   * became of a migration. What needs a person stands for a week.
   */
  private static Duration lasts(Alert.Kind kind) {
    return switch (kind) {
      case BUDGET -> Duration.ofHours(6);
      case NO_WAY_BACK, LIMIT, INCONCLUSIVE, MIGRATION_FAILED -> Duration.ofDays(1);
      default -> Duration.ofDays(7);
    };
  }

  /** The identity of an alert: the same while it fires and when it is resolved. */
  private static Map<String, String> labels(Alert alert) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("alertname", "Ripcord" + camel(alert.kind().text()));
    labels.put("service", alert.service().text());
    labels.put("severity", alert.kind().severity().name().toLowerCase(Locale.ROOT));
    if (!alert.release().isEmpty()) {
      labels.put("release", alert.release());
    }
    return labels;
  }

  private static String camel(String kind) {
    return List.of(kind.split("-", -1)).stream()
        .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
        .collect(Collectors.joining());
  }

  private ObjectNode json(Alert alert, Map<String, String> labels, Instant begun, Instant end) {
    ObjectNode json = Json.object();
    ObjectNode named = json.putObject("labels");
    labels.forEach(named::put);
    ObjectNode annotations = json.putObject("annotations");
    annotations.put("summary", alert.title());
    annotations.put("description", String.join("\n", alert.lines()));
    annotations.put(
        "runbook", links.runbook(alert.kind()).orElse("docs/guide-sre.md#" + alert.kind().text()));
    json.put("startsAt", Json.time(begun));
    json.put("endsAt", Json.time(end.isBefore(begun) ? begun : end));
    links.page(alert).ifPresent(page -> json.put("generatorURL", page));
    return json;
  }

  private Future<Delivery> posted(ArrayNode body) {
    if (body.isEmpty()) {
      return Future.succeededFuture(new Delivery.Sent());
    }
    return Future.join(urls.stream().map(url -> post.send(url, Map.of(), body)).toList())
        .map(all -> judge(all.<Delivery>list()));
  }

  /** One is enough; another that fails is told of once. */
  private Delivery judge(List<Delivery> all) {
    List<Delivery> bad = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Delivery each = all.get(i);
      if (each instanceof Delivery.Sent) {
        failing.remove(i);
      } else {
        bad.add(each);
        if (failing.add(i) && all.size() > 1) {
          LOG.warn(
              "Alertmanager {} of {} did not take what fires: {}",
              i + 1,
              all.size(),
              each.trouble().orElse(""));
        }
      }
    }
    if (bad.size() < all.size()) {
      return new Delivery.Sent();
    }
    return bad.stream()
        .filter(Delivery.Later.class::isInstance)
        .findFirst()
        .orElseGet(bad::getFirst);
  }
}
