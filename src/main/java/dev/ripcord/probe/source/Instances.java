package dev.ripcord.probe.source;

import dev.ripcord.health.Counts;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Reason;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * Several instances of one service, each a source of its own: what each counted since its own
 * reading before is summed, so that one that began anew does not touch the others. Latency, CPU and
 * memory are those of the worst instance. One that cannot be read is named by its reasons.
 */
public final class Instances implements Source {
  private final List<Source> each;

  public Instances(List<? extends Source> each) {
    this.each = List.copyOf(each);
  }

  @Override
  public Future<SourceFigures> read() {
    List<Future<SourceFigures>> all = each.stream().map(Source::read).toList();
    return Future.join(all).map(read -> figures(read.list()));
  }

  @Override
  public void explain() {
    each.forEach(Source::explain);
  }

  @Override
  public List<String> evidence() {
    return each.stream().flatMap(one -> one.evidence().stream()).toList();
  }

  private static SourceFigures figures(List<SourceFigures> all) {
    List<Reason> reasons = new ArrayList<>();
    all.forEach(one -> reasons.addAll(one.reasons()));
    return new SourceFigures(
        all.stream().map(SourceFigures::at).max(Comparator.naturalOrder()).orElse(Instant.EPOCH),
        all.stream().flatMap(one -> one.window().stream()).max(Comparator.<Duration>naturalOrder()),
        all.stream().flatMap(one -> one.counts().stream()).reduce(Counts::plus),
        new Latency(
            worst(all, one -> one.latency().p50()),
            worst(all, one -> one.latency().p95()),
            worst(all, one -> one.latency().p99()),
            worst(all, one -> one.latency().slow()),
            worst(all, one -> one.latency().highest())),
        worst(all, SourceFigures::cpu),
        worst(all, SourceFigures::memory),
        reasons);
  }

  private static OptionalDouble worst(
      List<SourceFigures> all, Function<SourceFigures, OptionalDouble> figure) {
    return all.stream()
        .map(figure)
        .filter(OptionalDouble::isPresent)
        .mapToDouble(OptionalDouble::getAsDouble)
        .max();
  }
}
