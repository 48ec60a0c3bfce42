package dev.ripcord.cli.check;

import dev.ripcord.cli.wiring.Assembly;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.SourceSettings;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Probe;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** One sample outside of a watch. */
public final class Measurement {
  /** Between two readings of a counter where nothing else is said. */
  public static final Duration OVER = Duration.ofSeconds(5);

  private Measurement() {}

  /**
   * Takes it; blocks for the time between and what the sources need.
   *
   * @param between two readings of a counter, or what own probes are spread over; more than none
   */
  public static Sample take(
      Assembly assembly, Probe probe, ServiceSettings target, Duration between) {
    Duration deadline = between.plus(target.schedule().timeout().multipliedBy(4)).plusSeconds(5);
    return sample(assembly, probe, target.source(), between)
        .timeout(deadline.toMillis(), TimeUnit.MILLISECONDS)
        .await();
  }

  /**
   * With a metrics page two readings lie apart; own probes are spread over the same time, after one
   * that is not judged.
   */
  private static Future<Sample> sample(
      Assembly assembly, Probe probe, SourceSettings source, Duration between) {
    if (!source.counts()) {
      return probe.prime().compose(x -> probe.poll("", between));
    }
    Duration rest = Duration.ofMillis(Math.max(1, between.toMillis()));
    return probe
        .prime()
        .compose(x -> assembly.vertx().timer(rest.toMillis(), TimeUnit.MILLISECONDS))
        .compose(x -> probe.poll("", rest.dividedBy(2)));
  }
}
