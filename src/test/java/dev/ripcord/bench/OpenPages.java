package dev.ripcord.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Prints how late the event loops of a daemon with a thousand services are while nobody looks, and
 * while ten overviews are open, each with its stream of events and its questions for rows, and one
 * more client loads the overview over and over. Run it with {@code .ci/bench page}.
 *
 * <p>Lateness is what the daemon itself measures and exposes ({@code
 * ripcord_event_loop_lag_seconds}); a handler that holds a loop for 50 ms or more is logged by
 * Vert.x, and those lines are counted.
 */
public final class OpenPages {
  private static final int OPEN = 10;
  private static final int BLOCKED_MILLIS = 50;
  private static final String LAG = "ripcord_event_loop_lag_seconds";
  private static final Pattern BUCKET =
      Pattern.compile(LAG + "_bucket\\{le=\"([^\"]+)\"} ([0-9.E+]+)");

  /** An open page asks at most so often for what has changed, and for so many rows at once. */
  private static final Duration BETWEEN = Duration.ofMillis(500);

  private static final int ROWS_MAX = 60;

  private final ManyWatched watched;
  private final HttpClient http = HttpClient.newHttpClient();
  private final AtomicLong events = new AtomicLong();
  private final AtomicLong rows = new AtomicLong();
  private volatile boolean looks;

  private OpenPages(ManyWatched watched) {
    this.watched = watched;
  }

  /** Measures, and prints a line for each round. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("services=1000", "warm-up=2", "rounds=3"));
    all.addAll(0, List.of(arguments));
    TenThousandServices.Setup setup = TenThousandServices.Setup.of(all.toArray(String[]::new));
    System.out.println(setup);
    Map<String, String> environment =
        Map.of("RIPCORD_JAVA_OPTS", "-Dripcord.blocked.millis=" + BLOCKED_MILLIS);
    try (ManyWatched watched = ManyWatched.start(setup, environment)) {
      new OpenPages(watched).measure(setup);
    }
  }

  private void measure(TenThousandServices.Setup setup) throws IOException, InterruptedException {
    pause(Duration.ofSeconds((long) setup.warmUp() * setup.interval()));
    for (int round = 1; round <= setup.rounds(); round++) {
      round("nobody looks", setup.interval(), false);
    }
    looks = true;
    List<Thread> pages = new ArrayList<>();
    for (int i = 0; i < OPEN; i++) {
      Set<String> changed = ConcurrentHashMap.newKeySet();
      pages.add(Thread.ofVirtual().start(() -> listen(changed)));
      pages.add(Thread.ofVirtual().start(() -> ask(changed)));
    }
    round("pages, cold", setup.interval(), true);
    for (int round = 1; round <= setup.rounds(); round++) {
      round("pages", setup.interval(), true);
    }
    looks = false;
    pages.forEach(Thread::interrupt);
    http.shutdownNow();
  }

  /** Lets time pass, as long as there is something to measure. */
  private void pause(Duration time) throws InterruptedException {
    if (watched.daemon().waitFor(time)) {
      throw new IllegalStateException("the daemon ended: " + watched.log());
    }
  }

  /** One stream of events, as an open overview has it. */
  private void listen(Set<String> changed) {
    try (Stream<String> lines =
        http.send(request("/api/v1/events?polls=true"), HttpResponse.BodyHandlers.ofLines())
            .body()) {
      lines
          .filter(line -> line.startsWith("data: "))
          .takeWhile(_ -> looks)
          .forEach(
              line -> {
                events.incrementAndGet();
                int at = line.indexOf("\"service\":\"") + 11;
                changed.add(line.substring(at, line.indexOf('"', at)));
              });
    } catch (IOException | UncheckedIOException | InterruptedException e) {
      ended(e);
    }
  }

  private void ask(Set<String> changed) {
    try {
      while (looks) {
        pause(BETWEEN);
        List<String> some = changed.stream().limit(ROWS_MAX).toList();
        changed.removeAll(some);
        if (!some.isEmpty()) {
          get("/rows?" + some.stream().map(s -> "service=" + s).collect(Collectors.joining("&")));
          rows.incrementAndGet();
        }
      }
    } catch (IOException | InterruptedException e) {
      ended(e);
    }
  }

  private void ended(Exception why) {
    if (looks) {
      say("a page ended: " + why);
    }
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + watched.port() + path))
        .header("Accept-Encoding", "gzip")
        .build();
  }

  private byte[] get(String path) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = http.send(request(path), HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() != 200) {
      throw new IOException(path + " answered " + answer.statusCode());
    }
    return answer.body();
  }

  private void round(String name, int seconds, boolean loads)
      throws IOException, InterruptedException {
    SortedMap<Double, Double> before = lateness();
    long blocked = blocked();
    long heard = events.get();
    long asked = rows.get();
    List<Double> loaded = new ArrayList<>();
    int bytes = 0;
    long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    while (System.nanoTime() < end) {
      if (loads) {
        long began = System.nanoTime();
        bytes = get("/").length;
        loaded.add((System.nanoTime() - began) / 1e6);
      } else {
        pause(BETWEEN);
      }
    }
    SortedMap<Double, Double> late = new TreeMap<>();
    lateness().forEach((le, count) -> late.put(le, count - before.getOrDefault(le, 0.0)));
    say(
        ("%-12s loops late: p99 %s, worst %s of %.0f timers; held for %d ms or more: %d times;"
                + " load %s")
            .formatted(
                name,
                share(late, 0.99),
                share(late, 1),
                all(late),
                BLOCKED_MILLIS,
                blocked() - blocked,
                Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0]));
    if (loads) {
      loaded.sort(null);
      say(
          ("             %d loads of /, %d KB packed: half within %.0f ms, worst %.0f ms; %d"
                  + " events, %d questions for rows")
              .formatted(
                  loaded.size(),
                  bytes >> 10,
                  loaded.get(loaded.size() / 2),
                  loaded.getLast(),
                  events.get() - heard,
                  rows.get() - asked));
    }
  }

  /** How many timers there were: the last bound has no end. */
  private static double all(SortedMap<Double, Double> late) {
    return late.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
  }

  /** The bound that a share of the timers kept. */
  private static String share(SortedMap<Double, Double> late, double share) {
    double all = all(late);
    return late.entrySet().stream()
        .filter(each -> each.getValue() >= all * share)
        .findFirst()
        .map(
            each ->
                Double.isInfinite(each.getKey())
                    ? "over 1 s"
                    : String.format(Locale.ROOT, "within %.0f ms", each.getKey() * 1000))
        .orElse("unknown");
  }

  /** How many timers were late by at most each bound, in seconds, since the daemon began. */
  private SortedMap<Double, Double> lateness() throws IOException, InterruptedException {
    HttpRequest plain =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + watched.port() + "/metrics"))
            .build();
    String page = http.send(plain, HttpResponse.BodyHandlers.ofString()).body();
    SortedMap<Double, Double> counts = new TreeMap<>();
    BUCKET
        .matcher(page)
        .results()
        .forEach(
            found ->
                counts.put(
                    found.group(1).equals("+Inf")
                        ? Double.POSITIVE_INFINITY
                        : Double.parseDouble(found.group(1)),
                    Double.parseDouble(found.group(2))));
    return counts;
  }

  private long blocked() throws IOException {
    try (Stream<String> lines = Files.lines(watched.log())) {
      return lines.filter(line -> line.contains("has been blocked for")).count();
    }
  }

  private static void say(String line) {
    System.out.println(line);
  }
}
