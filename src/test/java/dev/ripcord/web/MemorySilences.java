package dev.ripcord.web;

import dev.ripcord.silence.Silence;
import dev.ripcord.silence.SilenceBook;
import dev.ripcord.silence.Silences;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Silences in memory. */
final class MemorySilences implements SilenceBook {
  private final Map<Long, Silence> all = new TreeMap<>();

  @Override
  public synchronized Future<Silence> begin(Silence.Wanted wanted, Instant now) {
    Silence made =
        new Silence(
            all.size() + 1L,
            wanted.scope(),
            wanted.kind(),
            wanted.by(),
            wanted.reason(),
            now,
            wanted.until(),
            Optional.empty(),
            0);
    all.put(made.id(), made);
    return Future.succeededFuture(made);
  }

  @Override
  public synchronized Future<Optional<Silence>> end(long id, String by, Instant now) {
    all.computeIfPresent(
        id,
        (_, it) ->
            it.holds(now)
                ? new Silence(
                    it.id(),
                    it.scope(),
                    it.kind(),
                    it.by(),
                    it.reason(),
                    it.since(),
                    it.until(),
                    Optional.of(new Silence.Ended(now, by)),
                    it.held())
                : it);
    return Future.succeededFuture(Optional.ofNullable(all.get(id)));
  }

  @Override
  public synchronized Future<Silences> holding(Instant now) {
    return Future.succeededFuture(
        new Silences(all.values().stream().filter(each -> each.holds(now)).toList()));
  }
}
