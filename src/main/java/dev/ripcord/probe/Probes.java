package dev.ripcord.probe;

import dev.ripcord.config.JsonSettings;
import dev.ripcord.config.PrometheusSettings;
import dev.ripcord.config.SourceSettings;
import dev.ripcord.health.DatabaseState;
import dev.ripcord.health.Rules;
import dev.ripcord.port.ContainerUsage;
import dev.ripcord.probe.actuator.ActuatorSource;
import dev.ripcord.probe.container.ContainerSource;
import dev.ripcord.probe.host.HostSource;
import dev.ripcord.probe.http.ProbeClient;
import dev.ripcord.probe.http.ProbeExchange;
import dev.ripcord.probe.http.Target;
import dev.ripcord.probe.json.JsonSource;
import dev.ripcord.probe.kubernetes.KubernetesSource;
import dev.ripcord.probe.page.MetricsPage;
import dev.ripcord.probe.page.PagePool;
import dev.ripcord.probe.prometheus.PrometheusSources;
import dev.ripcord.probe.source.Instances;
import dev.ripcord.probe.source.JsonReader;
import dev.ripcord.probe.source.Source;
import dev.ripcord.probe.source.SrvInstances;
import dev.ripcord.probe.source.Wanted;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.dns.DnsClient;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Makes the probes of all services. They share connections and buffers, so make one for the process
 * and keep it; each {@link HealthProbe} is cheap. Any thread may call it.
 */
public final class Probes {
  private final ProbeClient client;
  private final DnsClient dns;
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
    this(client, client.vertx().createDnsClient());
  }

  Probes(ProbeClient client, DnsClient dns) {
    this.client = client;
    this.dns = dns;
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
   * @param rules how its polls are judged: what has to be known of it follows from that
   * @param container asks for what its container uses, where a platform runs it in one
   * @param database asks for the state of the service's database, where it has one; given up after
   *     the timeout
   * @throws IllegalArgumentException when {@code url} or {@code metrics} is no http or https URL,
   *     or a certificate or key cannot be used
   */
  public HealthProbe probe(
      SourceSettings source,
      Duration timeout,
      Rules rules,
      Optional<Supplier<Future<DatabaseState>>> database,
      Optional<Supplier<Future<Optional<ContainerUsage>>>> container) {
    Wanted wanted = new Wanted(rules.threshold(), rules.slowerThan());
    ProbeExchange caller = new ProbeExchange(client, client.route(source.connection()), timeout);
    Optional<URI> url = source.url().or(() -> source.actuator().map(ActuatorSource::health));
    return new HealthProbe(
        caller,
        timeout,
        url.map(
            asked -> new UrlProbe(caller, Target.of(asked, source.headers()), wanted.slowerThan())),
        new HealthProbe.Sources(
            counting(source, caller, wanted),
            source.host() ? Optional.of(new HostSource(client, Path.of("/"))) : Optional.empty(),
            source
                .kubernetes()
                .<Source>map(pods -> new KubernetesSource(client, pods, timeout))
                .or(() -> container.map(usage -> new ContainerSource(client, usage, timeout)))),
        database);
  }

  private Optional<Source> counting(SourceSettings source, ProbeExchange caller, Wanted wanted) {
    if (source.prometheus().isPresent()) {
      PrometheusSettings settings = source.prometheus().get();
      return PrometheusSources.of(
              new JsonReader(caller),
              settings,
              source.series(),
              source.headers(),
              wanted.slowerThan())
          .or(
              () ->
                  Optional.of(
                      MetricsPage.ofPrometheus(
                          pages,
                          caller,
                          Target.of(
                              PrometheusSources.federation(settings, MetricsPage.knownNames()),
                              source.headers()),
                          wanted)));
    }
    if (source.actuator().isPresent()) {
      return Optional.of(
          new ActuatorSource(new JsonReader(caller), source.actuator().get(), source.headers()));
    }
    if (source.json().isPresent()) {
      JsonSettings json = source.json().get();
      return Optional.of(
          new JsonSource(
              new JsonReader(caller), Target.of(json.url(), source.headers()), json.pointers()));
    }
    Optional<URI> srv = source.metrics().stream().filter(Probes::isSrv).findFirst();
    if (srv.isPresent()) {
      return Optional.of(instances(srv.get(), source, caller, wanted));
    }
    List<MetricsPage> pages =
        source.metrics().stream().map(page -> page(page, source, caller, wanted)).toList();
    return pages.size() > 1
        ? Optional.of(new Instances(pages))
        : pages.stream().<Source>map(page -> page).findFirst();
  }

  private static boolean isSrv(URI page) {
    return "srv".equalsIgnoreCase(page.getScheme());
  }

  /** The pages of all that a DNS SRV name lists. */
  private SrvInstances instances(
      URI srv, SourceSettings source, ProbeExchange caller, Wanted wanted) {
    String name = srv.getRawAuthority();
    long millis = Math.max(1, caller.timeout().toMillis());
    return new SrvInstances(
        name,
        () ->
            dns.resolveSRV(name)
                .timeout(millis, TimeUnit.MILLISECONDS)
                .map(
                    found ->
                        found.stream()
                            .map(each -> each.target().replaceFirst("\\.$", "") + ":" + each.port())
                            .toList()),
        place -> page(URI.create("http://" + place + srv.getRawPath()), source, caller, wanted),
        client::now);
  }

  private MetricsPage page(URI page, SourceSettings source, ProbeExchange caller, Wanted wanted) {
    return new MetricsPage(
        pages, caller, Target.of(page, source.headers()), wanted, source.series());
  }
}
