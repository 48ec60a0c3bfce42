package dev.ripcord.probe;

import dev.ripcord.config.SourceSettings;
import dev.ripcord.health.DatabaseState;
import dev.ripcord.health.Ratio;
import dev.ripcord.probe.http.ProbeClient;
import dev.ripcord.probe.http.ProbeExchange;
import dev.ripcord.probe.http.Target;
import dev.ripcord.probe.page.MetricsPage;
import dev.ripcord.probe.page.PagePool;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Makes the probes of all services. They share connections and buffers, so make one for the process
 * and keep it; each {@link HealthProbe} is cheap. Any thread may call it.
 */
public final class Probes {
  private final ProbeClient client;
  private final PagePool pages = new PagePool();

  /**
   * Opens nothing yet.
   *
   * @param wall gives the time that goes into samples
   * @param nanos gives the time that durations are measured with; only its differences count
   */
  public Probes(Vertx vertx, InstantSource wall, LongSupplier nanos) {
    this(new ProbeClient(vertx, wall, nanos));
  }

  Probes(ProbeClient client) {
    this.client = client;
  }

  /** Closes the connections. */
  public Future<Void> close() {
    return client.close();
  }

  /**
   * The probe of one service, which asks nothing yet.
   *
   * @param source where to measure; its database is not looked at
   * @param timeout the deadline of each request, from the name to the last byte
   * @param threshold the error rate from which on the service is judged bad: what cannot be known
   *     of a few requests is no matter where it cannot change that
   * @param database asks for the state of the service's database, where it has one; given up after
   *     the timeout
   * @throws IllegalArgumentException when {@code url} or {@code metrics} is no http or https URL
   */
  public HealthProbe probe(
      SourceSettings source,
      Duration timeout,
      Ratio threshold,
      Optional<Supplier<Future<DatabaseState>>> database) {
    ProbeExchange caller = new ProbeExchange(client, timeout);
    return new HealthProbe(
        caller,
        timeout,
        source.url().map(url -> new UrlProbe(caller, Target.of(url, source.headers()))),
        source
            .metrics()
            .map(
                page ->
                    new MetricsPage(pages, caller, Target.of(page, source.headers()), threshold)),
        database);
  }
}
