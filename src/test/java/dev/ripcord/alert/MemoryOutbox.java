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
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** An outbox in memory that gives nothing twice within a minute, and what was done to it. */
final class MemoryOutbox implements Outbox {
  static final String JOURNAL = "5f1d0c9e-0000-4000-8000-000000000001";

  private final Map<Long, Due> open = new TreeMap<>();
  private final Map<Long, Instant> next = new TreeMap<>();
  private final List<String> log = new ArrayList<>();
  private final Map<Integer, Promise<Void>> waiters = new TreeMap<>();
  private final Map<Long, Integer> attempts = new TreeMap<>();
  private final List<Instant> takes = new ArrayList<>();
  private List<Firing> firing = List.of();
  private int markFailures;
  private Future<Optional<Story>> story = Future.succeededFuture(Optional.empty());

  synchronized void put(String channel, Alert alert) {
    long id = next.size() + 1L;
    open.put(id, new Due(id, channel, alert.key() + "/" + JOURNAL, alert, 0));
    next.put(id, Instant.MIN);
  }

  /** What the journal tells of every watch. */
  synchronized void tell(Future<Optional<Story>> told) {
    story = told;
  }

  @Override
  public synchronized Future<Optional<Story>> story(Alert alert) {
    return story;
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

  /** The rules of the port by lists, but for storms. */
  @Override
  public synchronized Future<List<Due>> next(String channel, int most, Instant now) {
    takes.add(now);
    List<Due> waiting =
        open.values().stream().filter(due -> due.channel().equals(channel)).toList();
    boolean isHeld = waiting.stream().anyMatch(due -> nextTry(due.id()).isAfter(now));
    if (isHeld || waiting.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    Due head =
        waiting.stream()
            .filter(due -> isFirst(waiting, due))
            .findFirst()
            .orElse(waiting.getFirst());
    List<Due> kin =
        waiting.stream()
            .filter(due -> due.alert().kind() == head.alert().kind() && !isFirst(waiting, due))
            .toList();
    boolean isGroup = !isFirst(waiting, head) && most > 1 && kin.size() >= GROUP_FROM;
    List<Due> message = isGroup ? kin.stream().limit(most).toList() : List.of(head);
    message.forEach(due -> next.put(due.id(), now.plus(CLAIM)));
    return Future.succeededFuture(message);
  }

  /** Something urgent of its service waits, this one or a later one. */
  private static boolean isFirst(List<Due> waiting, Due due) {
    return waiting.stream()
        .filter(other -> other.id() >= due.id())
        .filter(other -> other.alert().service().equals(due.alert().service()))
        .anyMatch(other -> other.alert().kind().isUrgent());
  }

  /** How often something was asked for. */
  synchronized int takes() {
    return takes.size();
  }

  synchronized int attempts(long id) {
    return attempts.getOrDefault(id, 0);
  }

  @Override
  public synchronized Future<Void> delivered(List<Due> message, Instant at) {
    if (markFailures > 0) {
      markFailures--;
      note("mark failed " + keys(message));
      return Future.failedFuture(new JournalException("the journal is away"));
    }
    message.forEach(due -> open.remove(due.id()));
    note("delivered " + message.getFirst().channel() + " " + keys(message));
    return Future.succeededFuture();
  }

  @Override
  public synchronized Future<Void> retryAt(List<Due> message, Instant at, String error) {
    message.forEach(due -> next.put(due.id(), at));
    message.forEach(due -> attempts.merge(due.id(), 1, Integer::sum));
    note("retry " + message.getFirst().channel() + " " + keys(message) + ": " + error);
    return Future.succeededFuture();
  }

  @Override
  public synchronized Future<Void> gaveUp(List<Due> message, Instant at, String error) {
    message.forEach(due -> open.remove(due.id()));
    note("gave up " + message.getFirst().channel() + " " + keys(message) + ": " + error);
    return Future.succeededFuture();
  }

  @Override
  public synchronized Future<List<Due>> giveUpOthers(
      Set<String> channels, Instant before, Instant at) {
    List<Due> others =
        open.values().stream()
            .filter(due -> !channels.contains(due.channel()))
            .filter(due -> due.alert().at().isBefore(before))
            .toList();
    others.forEach(due -> open.remove(due.id()));
    return Future.succeededFuture(others);
  }

  /** What is to fire from now on, for whoever asks. */
  synchronized void fire(Firing... all) {
    firing = List.of(all);
  }

  @Override
  public synchronized Future<List<Firing>> firing(String channel, Instant ended, Instant now) {
    return Future.succeededFuture(
        firing.stream()
            .filter(each -> each.ended().isEmpty() || each.ended().get().isAfter(ended))
            .toList());
  }

  private static String keys(List<Due> message) {
    return message.stream().map(due -> due.alert().key()).collect(Collectors.joining("+"));
  }
}
