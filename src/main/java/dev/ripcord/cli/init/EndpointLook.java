package dev.ripcord.cli.init;

import dev.ripcord.cli.init.Findings.Endpoint;
import dev.ripcord.cli.init.Findings.Page;
import dev.ripcord.probe.page.PageLook;
import dev.ripcord.vertx.HttpExchange;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Asks an address for the pages that services usually have, all at once. */
final class EndpointLook {
  /** Where metrics pages are, the likeliest first. */
  private static final List<String> METRICS =
      List.of("/metrics", "/actuator/prometheus", "/q/metrics");

  /** Where a service says how it is, the likeliest first. */
  private static final List<String> HEALTH =
      List.of("/health", "/healthz", "/actuator/health", "/q/health", "/readyz", "/api/health");

  private static final String ROOT = "/";
  private static final int BODY_MAX = 16 * 1024 * 1024;

  private final Vertx vertx;
  private final HttpClient http;
  private final Duration deadline;

  /**
   * Asks nothing yet.
   *
   * @param deadline of each request
   */
  EndpointLook(Vertx vertx, HttpClient http, Duration deadline) {
    this.vertx = vertx;
    this.http = http;
    this.deadline = deadline;
  }

  /**
   * What answered at an address.
   *
   * @param pages by their paths
   */
  record Answers(Place place, Map<String, Answer> pages) {
    Answers {
      pages = Map.copyOf(pages);
    }
  }

  /** One answer: its status, its content type, and its body. */
  record Answer(int status, String type, Buffer body) {
    boolean isGood() {
      return status >= 200 && status < 300;
    }
  }

  /** Asks; never fails. What gave no answer within the deadline is left out. */
  Future<Answers> ask(Place place) {
    Map<String, Answer> pages = new LinkedHashMap<>();
    List<Future<Void>> asked =
        Stream.of(METRICS, HEALTH, List.of(ROOT))
            .flatMap(List::stream)
            .map(path -> get(place.at(path)).onSuccess(answer -> pages.put(path, answer)))
            .map(answer -> answer.<Void>mapEmpty().otherwiseEmpty())
            .toList();
    return Future.join(asked).map(all -> new Answers(place, pages));
  }

  private Future<Answer> get(String url) {
    RequestOptions request =
        new RequestOptions()
            .setAbsoluteURI(url)
            .setMethod(HttpMethod.GET)
            .putHeader(HttpHeaders.USER_AGENT, "ripcord")
            .setFollowRedirects(false);
    return HttpExchange.send(vertx, http, request, Optional.empty(), deadline, BODY_MAX)
        .map(
            answer ->
                new Answer(
                    answer.status(),
                    Optional.ofNullable(answer.headers().get(HttpHeaders.CONTENT_TYPE)).orElse(""),
                    answer.body()));
  }

  /** What an address is good for; empty where nothing answered. Pure, and slow for a large page. */
  static Optional<Endpoint> read(Answers answers) {
    if (answers.pages().isEmpty()) {
      return Optional.empty();
    }
    Optional<Answer> root = Optional.ofNullable(answers.pages().get(ROOT)).filter(Answer::isGood);
    List<Page> pages = METRICS.stream().flatMap(path -> page(answers, path).stream()).toList();
    Optional<Page> metrics =
        pages.stream()
            .filter(page -> page.counter().isPresent())
            .findFirst()
            .or(() -> pages.stream().findFirst());
    Optional<String> health =
        HEALTH.stream()
            .filter(path -> isHealth(answers, path, root))
            .findFirst()
            .or(() -> root.map(answer -> ROOT));
    Optional<String> login = METRICS.stream().filter(path -> wantsLogin(answers, path)).findFirst();
    return Optional.of(
        new Endpoint(
            answers.place(), metrics, health, metrics.isPresent() ? Optional.empty() : login));
  }

  private static boolean wantsLogin(Answers answers, String path) {
    return Optional.ofNullable(answers.pages().get(path))
        .filter(answer -> answer.status() == 401 || answer.status() == 403)
        .isPresent();
  }

  private static Optional<Page> page(Answers answers, String path) {
    return Optional.ofNullable(answers.pages().get(path))
        .filter(Answer::isGood)
        .flatMap(answer -> PageLook.of(answer.body().getBytes(), answer.type()))
        .map(look -> new Page(path, look.counter(), look.lookAlikes()));
  }

  /** An application of one page answers every path with that page, which is no health page. */
  private static boolean isHealth(Answers answers, String path, Optional<Answer> root) {
    return Optional.ofNullable(answers.pages().get(path))
        .filter(Answer::isGood)
        .filter(answer -> root.filter(same -> same.body().equals(answer.body())).isEmpty())
        .isPresent();
  }
}
