package dev.ripcord.probe;

import dev.ripcord.probe.http.Answer;
import dev.ripcord.probe.http.Exchange;
import dev.ripcord.probe.http.ProbeExchange;
import dev.ripcord.probe.http.Target;
import dev.ripcord.probe.http.UrlResult;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** Asks the {@code url} of one service, as often as a poll needs. For one event loop. */
final class UrlProbe {
  /** How many probes make an error rate where the service has no metrics page. */
  private static final int PROBES = 10;

  /** How many must fail before a service with a metrics page counts as silent. */
  private static final int ATTEMPTS = 3;

  /** The first probe waits until all are set up, or it would measure that as well. */
  private static final Duration SETTING_UP = Duration.ofMillis(1);

  private static final int BODY_BYTES_MAX = 64 * 1024;
  private static final Exchange.Manner FRESH =
      new Exchange.Manner(false, "*/*", false, BODY_BYTES_MAX);
  private static final Exchange.Manner KEPT =
      new Exchange.Manner(true, "*/*", false, BODY_BYTES_MAX);

  private final ProbeExchange caller;
  private final Target target;
  private final OptionalDouble slowerThan;

  /**
   * Asks nothing yet.
   *
   * @param slowerThan seconds beyond which an answer is slow, where somebody asks
   */
  UrlProbe(ProbeExchange caller, Target target, OptionalDouble slowerThan) {
    this.caller = caller;
    this.target = target;
    this.slowerThan = slowerThan;
  }

  /** Asks once, in the way of {@link #rate}, and judges nothing. */
  Future<Void> warmUp() {
    return caller.warmUp(target, FRESH);
  }

  /** Ten probes, evenly spread: their share of failures is the error rate. */
  Future<ProbeSummary> rate(Duration spread) {
    List<Future<UrlResult>> probes =
        IntStream.range(0, PROBES)
            .mapToObj(
                i ->
                    caller
                        .pause(spread.multipliedBy(i).dividedBy(PROBES).plus(SETTING_UP))
                        .compose(ignored -> ask(FRESH)))
            .toList();
    return Future.join(probes)
        .map(all -> ProbeSummary.of(all.<UrlResult>list(), target.shown(), slowerThan));
  }

  /**
   * Whether the service answers at all: one probe, and only when that fails two more over what is
   * left of the spread, so that a passing fault is not taken for silence.
   */
  Future<ProbeSummary> presence(Duration spread) {
    return further(spread, caller.client().nanos(), new ArrayList<>());
  }

  private Future<ProbeSummary> further(Duration spread, long startNanos, List<UrlResult> results) {
    // The first may use a kept connection, which costs a third; doubt is settled with fresh ones.
    return ask(results.isEmpty() ? KEPT : FRESH)
        .compose(
            result -> {
              results.add(result);
              int left = ATTEMPTS - results.size();
              if (result.kind() != UrlResult.Kind.DEAD || left == 0 || caller.isClosed()) {
                return Future.succeededFuture(ProbeSummary.of(results, target.shown(), slowerThan));
              }
              Duration gone = Duration.ofNanos(caller.client().nanos() - startNanos);
              Duration pause = spread.minus(gone).dividedBy(left + 1L);
              return caller.pause(pause).compose(ignored -> further(spread, startNanos, results));
            });
  }

  private Future<UrlResult> ask(Exchange.Manner manner) {
    return caller
        .ask(target, manner)
        .map(
            answer -> {
              UrlResult result = UrlResult.of(answer);
              if (answer instanceof Answer.Answered answered) {
                caller.client().giveBack(answered.body());
              }
              return result;
            });
  }
}
