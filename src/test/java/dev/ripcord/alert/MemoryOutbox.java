package dev.ripcord.alert;

import dev.ripcord.port.Alert;
import dev.ripcord.port.JournalException;
import dev.ripcord.port.Outbox;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An outbox in memory that gives nothing twice within a minute, and what was done to it. */
final class MemoryOutbox implements Outbox {
  private final Map<Long, Due> open = new TreeMap<>();
  private final Map<Long, Instant> next = new TreeMap<>();
  private final List<String> log = new ArrayList<>();
  private final Map<Integer, Promise<Void>> waiters = new TreeMap<>();
  private int markFailures;

  synchronized void put(String channel, Alert alert) {
    long id = next.size() + 1L;
    open.put(id, new Due(id, channel, alert, 0));
    next.put(id, Instant.MIN);
  }

  /** The next marks fail, as many as this. */
  synchronized void failMarks(int times) {
    markFailures = times;
  }

  /** Completes when so many things were done. */
  synchronized Future<Void> logged(int size) {
    Promise<Void> waiter = waiters.computeIfAbsent(size, _ -> Promise.promise());
    if (log.size() >= size) {
      waiter.tryComplete();
    }
    return waiter.future();
  }

  private void note(String line) {
    log.add(line);
    Promise<Void> waiter = waiters.get(log.size());
    if (waiter != null) {
      waiter.tryComplete();
    }
  }

  synchronized Instant nextTry(long id) {
    return next.getOrDefault(id, Instant.MIN);
  }

  synchronized List<String> log() {
    return List.copyOf(log);
  }

  @Override
  public synchronized Future<List<Due>> due(Instant now, int max) {
    List<Due> given =
        open.values().stream()
            .filter(due -> !next.getOrDefault(due.id(), Instant.MIN).isAfter(now))
            .limit(max)
            .toList();
    given.forEach(due -> next.put(due.id(), now.plusSeconds(60)));
    return Future.succeededFuture(given);
  }

  @Override
  public synchronized Future<Void> delivered(Due due, Instant at) {
    if (markFailures > 0) {
      markFailures--;
      note("mark failed " + due.alert().key());
      return Future.failedFuture(new JournalException("the journal is away"));
    }
    open.remove(due.id());
    note("delivered " + due.channel() + " " + due.alert().key());
    return Future.succeededFuture();
  }

  @Override
  public synchronized Future<Void> retryAt(Due due, Instant at, String error) {
    open.put(due.id(), new Due(due.id(), due.channel(), due.alert(), due.attempts() + 1));
    next.put(due.id(), at);
    note("retry " + due.channel() + " " + due.alert().key() + ": " + error);
    return Future.succeededFuture();
  }

  @Override
  public synchronized Future<Void> gaveUp(Due due, Instant at, String error) {
    open.remove(due.id());
    note("gave up " + due.channel() + " " + due.alert().key() + ": " + error);
    return Future.succeededFuture();
  }
}
