package dev.ripcord.probe.source;

import dev.ripcord.health.Reason;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The instances that a DNS SRV name lists, which is asked anew at each reading: one that is new has
 * nothing to compare with yet, one that is gone is forgotten. Where the name cannot be asked those
 * of before are read.
 */
public final class SrvInstances implements Source {
  private final String name;
  private final Supplier<Future<List<String>>> places;
  private final Function<String, Source> instance;
  private final InstantSource wall;
  private final Map<String, Source> known = new LinkedHashMap<>();
  private boolean explaining;

  /**
   * Nothing was asked yet.
   *
   * @param name the SRV name, for people
   * @param places asks for {@code host:port} of each instance
   * @param instance makes the source of one
   */
  public SrvInstances(
      String name,
      Supplier<Future<List<String>>> places,
      Function<String, Source> instance,
      InstantSource wall) {
    this.name = name;
    this.places = places;
    this.instance = instance;
    this.wall = wall;
  }

  @Override
  public Future<SourceFigures> read() {
    return Future.succeededFuture()
        .compose(ignored -> places.get())
        .compose(
            found -> {
              keep(found);
              return found.isEmpty()
                  ? Future.succeededFuture(failed("lists no instance"))
                  : instances().read();
            },
            failure ->
                known.isEmpty()
                    ? Future.succeededFuture(failed("cannot be asked: " + failure.getMessage()))
                    : instances()
                        .read()
                        .map(
                            figures ->
                                figures.because(
                                    reason(
                                        "cannot be asked, those of before are read: "
                                            + failure.getMessage()))));
  }

  private void keep(List<String> found) {
    known.keySet().retainAll(found);
    for (String place : new TreeSet<>(found)) {
      known.computeIfAbsent(
          place,
          each -> {
            Source made = instance.apply(each);
            if (explaining) {
              made.explain();
            }
            return made;
          });
    }
  }

  private Instances instances() {
    return new Instances(List.copyOf(known.values()));
  }

  private SourceFigures failed(String what) {
    return SourceFigures.failed(wall.instant(), reason(what));
  }

  private Reason reason(String what) {
    return new Reason(Reason.Code.DNS, "the SRV name " + name + " " + what + " (source: metrics)");
  }

  @Override
  public void explain() {
    explaining = true;
    known.values().forEach(Source::explain);
  }

  @Override
  public List<String> evidence() {
    return instances().evidence();
  }
}
