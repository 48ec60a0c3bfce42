package dev.ripcord.cli.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.health.Breaches;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Sample;
import dev.ripcord.json.EventJson;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Observer;
import dev.ripcord.port.Recorded;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.release.ServiceName;
import dev.ripcord.watch.Condemnation;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Prints a watch as JSON, one object a line, the last one {@code finished}. A poll's line waits for
 * what the poll meant, which is printed right after its entry is written.
 */
final class JsonReporter implements Observer {
  private final Consumer<String> line;
  private Optional<WatchProjection> watch = Optional.empty();
  private Optional<Condemnation> cause = Optional.empty();

  JsonReporter(Consumer<String> line) {
    this.line = line;
  }

  @Override
  public void polled(
      ServiceName service, Sample sample, HealthReading reading, int streak, Duration took) {
    ObjectNode json = EventJson.poll(service, sample, reading, streak);
    json.put("event", "polled");
    line.accept(json.toString());
    if (watch.isPresent() && cause.isPresent()) {
      condemned(watch.get().charter(), sample.at(), cause.get().figures());
      cause = Optional.empty();
    }
  }

  @Override
  public void recorded(Recorded recorded) {
    cause = follow(recorded).or(() -> cause);
    boolean poll =
        recorded.entry() instanceof Entry.Watched w && w.event() instanceof WatchEvent.Sampled;
    if (!poll) {
      line.accept(EventJson.of(recorded, watch).toString());
    }
  }

  /** What earlier entries say, for a watch that another process began. */
  void know(List<Recorded> entries) {
    entries.forEach(this::follow);
  }

  private Optional<Condemnation> follow(Recorded recorded) {
    watch = WatchProjection.after(watch, recorded);
    return watch.flatMap(WatchProjection::poll).flatMap(WatchProjection.Poll::condemned);
  }

  private void condemned(WatchSpec known, Instant at, String text) {
    Breaches breaches = known.rules().breaches();
    line.accept(
        EventJson.condemned(known.release().service(), known.release().name(), at, breaches, text)
            .toString());
  }
}
