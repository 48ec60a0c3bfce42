package dev.ripcord.bench;

import dev.ripcord.postgres.embedded.EmbeddedServer;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Prints what the daemon costs that watches ten thousand services: started as a user starts it,
 * with its embedded PostgreSQL, against a server in a process of its own. Run it with {@code
 * .ci/bench}; {@link Setup} says what can be set. CPU time is the kernel's account of each process,
 * so that other work on the machine disturbs little.
 */
public final class TenThousandServices {
  private final Setup setup;
  private final Path folder;
  private final Process target;
  private final int targetPort;
  private final Process daemon;
  private final HttpClient http = HttpClient.newHttpClient();

  /**
   * What is measured.
   *
   * @param services how many there are
   * @param interval how often each is polled, in seconds
   * @param warmUp intervals before the first measured one
   * @param rounds intervals that are measured
   * @param url whether each service has a {@code url}: no, beside its {@code metrics}, or only that
   * @param hosts whether each service has an address of its own, as in life, or all share one
   * @param launcher the program
   */
  record Setup(
      int services, int interval, int warmUp, int rounds, Url url, boolean hosts, String launcher) {
    enum Url {
      NO,
      YES,
      ONLY
    }

    static Setup of(String... arguments) {
      Function<String, @Nullable String> given =
          name -> {
            for (String argument : arguments) {
              if (argument.startsWith(name + "=")) {
                return argument.substring(name.length() + 1);
              }
            }
            return null;
          };
      return new Setup(
          number(given.apply("services"), 10_000),
          number(given.apply("interval"), 30),
          number(given.apply("warm-up"), 6),
          number(given.apply("rounds"), 4),
          Url.valueOf(word(given.apply("url"), "no")),
          word(given.apply("hosts"), "yes").equals("YES"),
          "./ripcord");
    }

    private static String word(@Nullable String given, String otherwise) {
      return (given == null ? otherwise : given).toUpperCase(Locale.ROOT);
    }

    private static int number(@Nullable String given, int otherwise) {
      return given == null ? otherwise : Integer.parseInt(given);
    }

    /** The configuration of the daemon. */
    String yaml(Path data, int port) {
      StringBuilder yaml = new StringBuilder("data: " + data + "\nlisten: 127.0.0.1:0\n");
      yaml.append("interval: %ds\nservices:\n".formatted(interval));
      for (int i = 0; i < services; i++) {
        String host = hosts ? "127.1.%d.%d".formatted(i / 250, i % 250 + 1) : "127.0.0.1";
        String at = "http://%s:%d/%d".formatted(host, port, i);
        yaml.append("  s%05d:\n".formatted(i));
        if (url != Url.ONLY) {
          yaml.append("    metrics: %s/metrics\n".formatted(at));
        }
        if (url != Url.NO) {
          yaml.append("    url: %s/health\n".formatted(at));
        }
      }
      return yaml.toString();
    }
  }

  private TenThousandServices(Setup setup, ManyWatched watched) {
    this.setup = setup;
    this.folder = watched.folder();
    this.target = watched.target();
    this.targetPort = watched.targetPort();
    this.daemon = watched.daemon();
  }

  /** Measures, and prints a table. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Setup setup = Setup.of(arguments);
    System.out.println(setup);
    try (ManyWatched watched = ManyWatched.start(setup, Map.of())) {
      new TenThousandServices(setup, watched).measure(watched.startSeconds());
    }
  }

  private void measure(double startSeconds) throws IOException, InterruptedException {
    Usage postgres = Usage.ofTree(postmaster());
    Usage watcher = Usage.of(daemon.pid());
    Usage answering = Usage.of(target.pid());
    say(
        "serving after %.1f s: daemon %.1f CPU-s, PostgreSQL %.1f CPU-s"
            .formatted(startSeconds, watcher.cpuSeconds(), postgres.cpuSeconds()));
    say(
        "%-8s %8s %10s %8s %8s %9s %8s %10s %9s"
            .formatted(
                "",
                "daemon",
                "postgres",
                "target",
                "polls",
                "max/100ms",
                "overlap",
                "min gap s",
                "samples"));
    String name = "warm-up";
    for (int round = 1 - setup.warmUp(); round <= setup.rounds(); round++) {
      double[] before = {watcher.cpuSeconds(), postgres.cpuSeconds(), answering.cpuSeconds()};
      long samples = samples();
      stats();
      long nanos = System.nanoTime();
      if (daemon.waitFor(setup.interval(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("the daemon ended: " + folder.resolve("daemon.log"));
      }
      double seconds = (System.nanoTime() - nanos) / 1e9;
      String[] stats = stats().split(" ", -1);
      name = round > 0 ? "round " + round : "warm-up";
      say(
          "%-8s %7.2f%% %9.2f%% %7.2f%% %8s %9s %8s %10s %9d"
              .formatted(
                  name,
                  share(watcher.cpuSeconds() - before[0], seconds),
                  share(postgres.cpuSeconds() - before[1], seconds),
                  share(answering.cpuSeconds() - before[2], seconds),
                  stats[0],
                  stats[1],
                  stats[2],
                  stats[3],
                  samples() - samples));
    }
    memory(watcher, postgres);
  }

  private void memory(Usage watcher, Usage postgres) throws IOException, InterruptedException {
    long live = liveBytes();
    say(
        ("resident: daemon %d MB, PostgreSQL %d MB; live objects of the daemon %.1f MB, %d bytes a"
                + " service")
            .formatted(
                watcher.residentBytes() >> 20,
                postgres.residentBytes() >> 20,
                live / 1048576.0,
                live / setup.services()));
  }

  /** What lives on the daemon's heap after a collection. */
  private long liveBytes() throws IOException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                daemon.pid() + "",
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    List<String> lines = jcmd.inputReader(StandardCharsets.UTF_8).lines().toList();
    Files.write(folder.resolve("histogram.txt"), lines);
    String[] total = lines.getLast().strip().split(" +", -1);
    return Long.parseLong(total[total.length - 1]);
  }

  private static double share(double cpuSeconds, double seconds) {
    return cpuSeconds / seconds * 100;
  }

  private long postmaster() throws IOException {
    Path file = folder.resolve("data/postgres/postmaster.pid");
    return Long.parseLong(Files.readAllLines(file).getFirst().strip());
  }

  private long samples() {
    EmbeddedServer server = EmbeddedServer.attach(folder.resolve("data"));
    Vertx vertx = Vertx.vertx();
    try {
      PgConnection connection = PgConnection.connect(vertx, server.options()).await();
      String count = "SELECT count(*) AS n FROM ripcord_journal.sample";
      return connection.query(count).execute().await().iterator().next().getLong("n");
    } finally {
      vertx.close().await();
    }
  }

  /** What the target saw since it was last asked. */
  private String stats() throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + targetPort + "/stats");
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
    return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  private static void say(String line) {
    System.out.println(line);
  }
}
