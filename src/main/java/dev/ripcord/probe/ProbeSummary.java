package dev.ripcord.probe;

import dev.ripcord.health.Counts;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Reason;
import dev.ripcord.probe.http.UrlResult;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the probes of one poll say together.
 *
 * @param liveness whether the service answers at all
 * @param status the last HTTP status
 * @param counts the probes that tell something, and how many of them failed; empty when none does
 * @param latency of the probes that succeeded, by nearest rank
 * @param reasons what went wrong, one for each kind
 */
record ProbeSummary(
    Liveness liveness,
    OptionalInt status,
    Optional<Counts> counts,
    Latency latency,
    List<Reason> reasons) {
  /** Without a {@code url}. */
  static final ProbeSummary NONE =
      new ProbeSummary(
          Liveness.UNKNOWN, OptionalInt.empty(), Optional.empty(), Latency.NONE, List.of());

  /**
   * Sums the probes of one poll, in their order.
   *
   * @param shown the address for people
   * @param slowerThan seconds beyond which an answer is slow, where somebody asks
   */
  static ProbeSummary of(List<UrlResult> results, String shown, OptionalDouble slowerThan) {
    int requests = 0;
    int errors = 0;
    OptionalInt status = OptionalInt.empty();
    for (UrlResult result : results) {
      requests += result.kind().counts() ? 1 : 0;
      errors += result.kind().counts() && result.kind() != UrlResult.Kind.WELL ? 1 : 0;
      status = result.status().isPresent() ? result.status() : status;
    }
    Optional<Counts> counts =
        requests == 0 ? Optional.empty() : Optional.of(new Counts(requests, errors));
    return new ProbeSummary(
        liveness(results), status, counts, latency(results, slowerThan), reasons(results, shown));
  }

  private static Liveness liveness(List<UrlResult> results) {
    boolean dead = !results.isEmpty();
    for (UrlResult result : results) {
      switch (result.kind()) {
        case WELL, WRONG, INCONCLUSIVE -> {
          return Liveness.ANSWERS;
        }
        case UNASKED -> dead = false;
        case DEAD -> {}
      }
    }
    return dead ? Liveness.SILENT : Liveness.UNKNOWN;
  }

  private static Latency latency(List<UrlResult> results, OptionalDouble slowerThan) {
    double[] seconds =
        results.stream()
            .filter(r -> r.kind() == UrlResult.Kind.WELL)
            .mapToDouble(UrlResult::seconds)
            .sorted()
            .toArray();
    return new Latency(
        rank(seconds, 0.5),
        rank(seconds, 0.95),
        rank(seconds, 0.99),
        slowerThan.isPresent() ? above(seconds, slowerThan.getAsDouble()) : slowerThan,
        OptionalDouble.empty());
  }

  private static OptionalDouble above(double[] seconds, double limit) {
    return Arrays.stream(seconds).map(each -> each > limit ? 1 : 0).average();
  }

  private static OptionalDouble rank(double[] sorted, double share) {
    return Arrays.stream(sorted)
        .skip(Math.max(0, (long) Math.ceil(share * sorted.length) - 1))
        .findFirst();
  }

  private static List<Reason> reasons(List<UrlResult> results, String shown) {
    Map<Sort, List<UrlResult>> alike =
        results.stream()
            .filter(r -> !r.text().isEmpty())
            .collect(
                Collectors.groupingBy(
                    r -> new Sort(r.kind(), r.code()), TreeMap::new, Collectors.toList()));
    return alike.values().stream().map(some -> reason(some, results.size(), shown)).toList();
  }

  /** What is reported as one: the worst first, so that an answer 429 does not hide a 503. */
  private record Sort(UrlResult.Kind kind, Reason.Code code) implements Comparable<Sort> {
    private static final Comparator<Sort> ORDER =
        Comparator.comparing(Sort::kind, Comparator.comparing(Sort::rank))
            .thenComparing(Sort::code);

    private static int rank(UrlResult.Kind kind) {
      return switch (kind) {
        case DEAD -> 0;
        case WRONG -> 1;
        case INCONCLUSIVE -> 2;
        case UNASKED -> 3;
        case WELL -> 4;
      };
    }

    @Override
    public int compareTo(Sort other) {
      return ORDER.compare(this, other);
    }
  }

  private static Reason reason(List<UrlResult> alike, int probes, String shown) {
    UrlResult first = alike.getFirst();
    String often = probes == 1 ? "" : " (" + alike.size() + " of " + probes + " probes)";
    return new Reason(
        first.code(), "url " + first.text() + often + " (source: url, " + shown + ")");
  }
}
