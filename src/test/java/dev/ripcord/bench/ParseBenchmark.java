package dev.ripcord.bench;

import dev.ripcord.probe.page.PageBenchmark;

/**
 * Prints what reading a metrics page costs: {@code java -cp … dev.ripcord.bench.ParseBenchmark}.
 */
public final class ParseBenchmark {
  private ParseBenchmark() {}

  /** Runs it. */
  public static void main(String[] arguments) {
    PageBenchmark.run(System.out);
  }
}
