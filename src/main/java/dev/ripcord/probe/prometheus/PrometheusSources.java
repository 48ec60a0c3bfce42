package dev.ripcord.probe.prometheus;

import dev.ripcord.config.PrometheusSettings;
import dev.ripcord.config.SeriesSelector;
import dev.ripcord.config.SeriesSettings;
import dev.ripcord.probe.source.JsonReader;
import dev.ripcord.probe.source.Source;
import dev.ripcord.release.Secret;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;

/** Makes the source that a service's settings of a Prometheus server ask for. */
public final class PrometheusSources {
  private PrometheusSources() {}

  /**
   * A source of queries, or of raw series; empty where neither is given, and the well-known names
   * are to be read from {@link #federation}.
   *
   * @param slowerThan seconds beyond which a request is slow, where somebody asks
   */
  public static Optional<Source> of(
      JsonReader reader,
      PrometheusSettings settings,
      Optional<SeriesSettings> series,
      Map<String, Secret> headers,
      OptionalDouble slowerThan) {
    PrometheusApi api = new PrometheusApi(reader, settings.url(), headers);
    if (!settings.queries().isEmpty()) {
      return Optional.of(new QueriesSource(api, settings.queries()));
    }
    return series.map(
        own ->
            new RawSeriesSource(
                api,
                new SeriesSettings(
                    own.requests().with(settings.selector()),
                    own.errors().with(settings.selector()),
                    own.latency().map(each -> each.with(settings.selector()))),
                slowerThan));
  }

  /**
   * Where the server gives the last samples of a service as a page of text.
   *
   * @param names the metrics that are wanted
   */
  public static URI federation(PrometheusSettings settings, Set<String> names) {
    String known = String.join("|", new TreeSet<>(names));
    String match =
        "{__name__=~\""
            + known
            + "\","
            + SeriesSelector.text(List.copyOf(settings.selector())).substring(1);
    return URI.create(
        settings.url().toString().replaceFirst("/+$", "")
            + "/federate?match[]=".replace("[", "%5B").replace("]", "%5D")
            + URLEncoder.encode(match, StandardCharsets.UTF_8));
  }
}
