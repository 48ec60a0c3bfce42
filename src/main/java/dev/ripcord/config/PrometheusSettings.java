package dev.ripcord.config;

import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * A server with Prometheus' API.
 *
 * @param url its address, to which {@code /api/v1/query} is appended
 * @param selector what all series of the service have in common; may be empty
 * @param queries the team's own, by figure; none where series are read
 */
public record PrometheusSettings(
    URI url, List<SeriesSelector.Matcher> selector, Map<Figure, String> queries) {
  public PrometheusSettings {
    selector = List.copyOf(selector);
    queries = Map.copyOf(queries);
  }
}
