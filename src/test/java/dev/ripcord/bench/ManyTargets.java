package dev.ripcord.bench;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Ten thousand services in one process: {@code /N/metrics} gives a page of 10 KB whose counters
 * move, {@code /N/health} answers, and {@code /stats} says what was asked for since it was last
 * asked. Runs on one event loop; prints its port. Answers take a few milliseconds, as in life.
 */
final class ManyTargets {
  private static final int DIGITS = 10;
  private static final long ANSWER_MILLIS = 5;
  private static final int SLOTS = 3000;

  private final Vertx vertx;
  private final byte[] page;
  private final List<Integer> counters = new ArrayList<>();
  private final long[] requests;
  private final long[] lastNanos;
  private final int[] underWay;
  private final int[] polls = new int[SLOTS];
  private long all;
  private long overlaps;
  private double leastGap = Double.POSITIVE_INFINITY;
  private long sinceNanos = System.nanoTime();

  private ManyTargets(Vertx vertx, int services) {
    this.vertx = vertx;
    page = page();
    requests = new long[services];
    lastNanos = new long[services];
    underWay = new int[services];
  }

  /** Serves until it is killed. */
  public static void main(String[] arguments) {
    Vertx vertx = Vertx.vertx();
    ManyTargets targets = new ManyTargets(vertx, Integer.parseInt(arguments[0]));
    vertx
        .createHttpServer()
        .requestHandler(targets::answer)
        .listen(0, "0.0.0.0")
        .onSuccess(server -> System.out.println("listening on :" + server.actualPort()))
        .onFailure(Throwable::printStackTrace);
  }

  private void answer(HttpServerRequest request) {
    String path = request.path();
    if (path.equals("/stats")) {
      request.response().end(stats());
      return;
    }
    int slash = path.indexOf('/', 1);
    int service = Integer.parseInt(path.substring(1, slash));
    if (path.endsWith("/health")) {
      vertx.setTimer(ANSWER_MILLIS, fired -> request.response().end("ok"));
      return;
    }
    note(service);
    vertx.setTimer(
        ANSWER_MILLIS,
        fired -> {
          underWay[service]--;
          request
              .response()
              .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
              .end(Buffer.buffer(moved(requests[service])));
        });
  }

  private void note(int service) {
    long now = System.nanoTime();
    all++;
    requests[service] += 40;
    overlaps += underWay[service]++ > 0 ? 1 : 0;
    if (lastNanos[service] != 0) {
      leastGap = Math.min(leastGap, (now - lastNanos[service]) / 1e9);
    }
    lastNanos[service] = now;
    int slot = (int) ((now - sinceNanos) / 100_000_000);
    polls[Math.min(SLOTS - 1, slot)]++;
  }

  /** Polls, the most of them in 100 ms, those that overlapped, the least seconds between two. */
  private String stats() {
    int most = Arrays.stream(polls).max().orElse(0);
    String stats = String.format(Locale.ROOT, "%d %d %d %.2f", all, most, overlaps, leastGap);
    all = 0;
    overlaps = 0;
    leastGap = Double.POSITIVE_INFINITY;
    sinceNanos = System.nanoTime();
    Arrays.fill(polls, 0);
    return stats;
  }

  /** The page with so many more requests in each of its counters. */
  private byte[] moved(long more) {
    byte[] copy = page.clone();
    byte[] digits = Long.toString(1_000_000_000L + more).getBytes(StandardCharsets.US_ASCII);
    for (int at : counters) {
      System.arraycopy(digits, 0, copy, at, DIGITS);
    }
    return copy;
  }

  /** What a small Spring Boot service shows: a histogram of three routes, and the JVM's gauges. */
  private byte[] page() {
    StringBuilder text = new StringBuilder();
    text.append("# HELP http_server_requests_seconds Duration of HTTP server request handling\n");
    text.append("# TYPE http_server_requests_seconds histogram\n");
    for (String uri : List.of("/api/orders", "/api/orders/{id}", "/api/baskets/{id}/items")) {
      String labels =
          "error=\"none\",exception=\"none\",method=\"GET\",outcome=\"SUCCESS\",status=\"200\","
              + "uri=\""
              + uri
              + "\"";
      String bounds = "0.005 0.01 0.025 0.05 0.075 0.1 0.25 0.5 0.75 1.0 2.5 5.0 7.5 10.0 +Inf";
      for (String le : bounds.split(" ", -1)) {
        counter(text, "http_server_requests_seconds_bucket{" + labels + ",le=\"" + le + "\"} ");
      }
      counter(text, "http_server_requests_seconds_count{" + labels + "} ");
      text.append("http_server_requests_seconds_sum{" + labels + "} 123.456789\n");
    }
    text.append("process_start_time_seconds 1.790000000123E9\nprocess_cpu_usage 0.25\n");
    text.append("jvm_memory_used_bytes{area=\"heap\",id=\"Eden\"} 1.2E8\n");
    text.append("jvm_memory_max_bytes{area=\"heap\",id=\"Eden\"} 5.0E8\n");
    for (int i = 0; text.length() < 10_150; i++) {
      String name = "jvm_gauge_" + i;
      text.append("# HELP " + name + " What the JVM says about its part number " + i + "\n");
      text.append("# TYPE " + name + " gauge\n");
      text.append(name + "{application=\"shop\",id=\"G1 Old Gen\"} 1.2345678E8\n");
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private void counter(StringBuilder text, String name) {
    text.append(name);
    counters.add(text.length());
    text.append("1000000000\n");
  }
}
