package dev.ripcord.probe.page;

import com.sun.management.ThreadMXBean;
import dev.ripcord.health.Ratio;
import dev.ripcord.probe.source.SourceFigures;
import dev.ripcord.probe.source.Wanted;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Measures the reading of a page of about 10 KB, from bytes to figures. */
public final class PageBenchmark {
  private static final int PAGES = 20_000;
  private static final int ROUNDS = 6;
  private static final int COPIES = 1_000;

  private final PageBuffers buffers = new PageBuffers();
  private final CounterBaseline baseline = new CounterBaseline();
  private long nanos = 1;

  private PageBenchmark() {}

  /** Prints CPU time and allocation, round by round; the first rounds warm up. */
  public static void run(PrintStream out) {
    PageBenchmark benchmark = new PageBenchmark();
    List<byte[]> pages = List.of(page(0), page(1));
    out.printf("page: %,d bytes%n", pages.getFirst().length);
    for (int round = 1; round <= ROUNDS; round++) {
      long allocated = allocated();
      long start = cpu();
      for (int i = 0; i < PAGES; i++) {
        benchmark.parse(pages.get(i & 1));
      }
      long parsing = cpu() - start;
      long parsingBytes = allocated() - allocated;
      allocated = allocated();
      start = cpu();
      for (int i = 0; i < PAGES; i++) {
        benchmark.figures(pages.get(i & 1));
      }
      long all = cpu() - start;
      out.printf(
          "round %d: parse %,d ns (%.0f MB/s, %d bytes allocated), to figures %,d ns"
              + " (%d bytes allocated) a page%n",
          round,
          parsing / PAGES,
          pages.getFirst().length * (double) PAGES * 1e3 / parsing,
          parsingBytes / PAGES,
          all / PAGES,
          (allocated() - allocated) / PAGES);
    }
    besidePromtool(out, benchmark);
  }

  /** The same page many times over, each with metrics of its own, beside another reader of it. */
  private static void besidePromtool(PrintStream out, PageBenchmark benchmark) {
    StringBuilder large = new StringBuilder();
    String one = new String(page(0), StandardCharsets.UTF_8);
    for (int i = 0; i < COPIES; i++) {
      large.append(one.replace("http_server", "http_server" + i).replace("jvm_", "jvm" + i + "_"));
    }
    byte[] bytes =
        large.toString().replaceAll("(?m)^process_.*\n", "").getBytes(StandardCharsets.UTF_8);
    for (int round = 1; round <= ROUNDS; round++) {
      long start = System.nanoTime();
      benchmark.parse(bytes);
      long own = System.nanoTime() - start;
      out.printf(
          "page of %,d bytes: parse %,d us, promtool check metrics %s%n",
          bytes.length, own / 1000, promtool(bytes));
    }
  }

  private static String promtool(byte[] page) {
    try {
      Path file = Files.write(Files.createTempFile("page", ".txt"), page);
      long start = System.nanoTime();
      Process process =
          new ProcessBuilder("promtool", "check", "metrics")
              .redirectInput(file.toFile())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.waitFor();
      long took = System.nanoTime() - start;
      Files.delete(file);
      return "%,d us, its start included".formatted(took / 1000);
    } catch (IOException e) {
      return "is not installed (Debian: prometheus)";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "was interrupted";
    }
  }

  private void parse(byte[] page) {
    if (buffers.parser().parse(page, page.length, false, true).isPresent()) {
      throw new IllegalStateException("the page is broken");
    }
  }

  private void figures(byte[] page) {
    parse(page);
    nanos += Duration.ofSeconds(30).toNanos();
    Optional<Duration> window = baseline.age(nanos);
    baseline.compare(buffers, nanos);
    CounterBaseline.Compared compared =
        baseline.advance(buffers, new ReadTime(Instant.EPOCH, nanos), SecondLook.NOT_TAKEN);
    SourceFigures figures =
        new PageMetrics(
                buffers,
                compared,
                Wanted.of(new Ratio(50_000)),
                PageName.ofService("http://shop/metrics"))
            .figures(Instant.EPOCH, window, "");
    if (figures.latency().p99().isEmpty() && window.isPresent()) {
      throw new IllegalStateException("no latency: " + figures);
    }
  }

  private static long cpu() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static long allocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getThreadAllocatedBytes(Thread.currentThread().threadId());
  }

  /** What a small Spring Boot service shows: a histogram of three routes, and the JVM's gauges. */
  private static byte[] page(long more) {
    StringBuilder page = new StringBuilder();
    page.append("# HELP http_server_requests_seconds Duration of HTTP server request handling\n");
    page.append("# TYPE http_server_requests_seconds histogram\n");
    for (String uri : List.of("/api/orders", "/api/orders/{id}", "/api/baskets/{id}/items")) {
      String labels =
          "error=\"none\",exception=\"none\",method=\"GET\",outcome=\"SUCCESS\",status=\"200\",uri=\""
              + uri
              + "\"";
      for (String le :
          List.of(
              "0.005", "0.01", "0.025", "0.05", "0.075", "0.1", "0.25", "0.5", "0.75", "1.0", "2.5",
              "5.0", "7.5", "10.0", "+Inf")) {
        page.append(
            "http_server_requests_seconds_bucket{%s,le=\"%s\"} %d%n"
                .formatted(labels, le, 1000 + more * 10));
      }
      page.append(
          "http_server_requests_seconds_count{%s} %d%n".formatted(labels, 1000 + more * 10));
      page.append("http_server_requests_seconds_sum{%s} 123.456789%n".formatted(labels));
    }
    for (int i = 0; page.length() < 9_900; i++) {
      String name = "jvm_gauge_" + i;
      page.append("# HELP %s What the JVM says about its part number %d%n".formatted(name, i));
      page.append("# TYPE %s gauge%n".formatted(name));
      page.append("%s{application=\"shop\",id=\"G1 Old Gen\"} 1.2345678E8%n".formatted(name));
    }
    page.append("process_start_time_seconds 1.790000000123E9\nprocess_cpu_usage 0.25\n");
    return page.toString().getBytes(StandardCharsets.UTF_8);
  }
}
