package dev.ripcord.silence;

import dev.ripcord.port.Alert;
import dev.ripcord.release.ServiceName;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Several silences.
 *
 * @param all in the order in which they were asked for; they may overlap
 */
public record Silences(List<Silence> all) {
  /** No silence. */
  public static final Silences NONE = new Silences(List.of());

  public Silences {
    all = List.copyOf(all);
  }

  /** The silence that keeps an alert from being sent; of several the one that ends last. */
  public Optional<Silence> matching(Alert alert, Instant now) {
    return all.stream()
        .filter(each -> each.matches(alert, now))
        .max(Comparator.comparing(Silence::end));
  }

  /** Those that hold for a service, the one that ends last before the others. */
  public List<Silence> of(ServiceName service, Instant now) {
    return all.stream()
        .filter(each -> each.holds(now) && each.scope().includes(service))
        .sorted(Comparator.comparing(Silence::end).reversed())
        .toList();
  }
}
