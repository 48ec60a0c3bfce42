package dev.ripcord.web;

import dev.ripcord.vertx.Contexts;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One client that listens to events. While it catches up with what the journal holds, what happens
 * meanwhile waits; an entry that came both ways is sent once. A client that does not read fast
 * enough is cut off and comes back with the number of the last event that it has seen.
 *
 * <p>{@link #live} and {@link #poll} may be called from any thread, the rest on the connection's
 * event loop.
 */
final class EventStream {
  static final int WAITING_MAX = 5000;
  private static final int QUEUE_BYTES_MAX = 64 * 1024;
  private static final int REMEMBERED_MAX = 2000;
  private static final String GONE = "the client is gone";

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Context context;
  private final boolean polls;
  private final Map<Long, String> waiting = new LinkedHashMap<>();
  private final Set<Long> sent = new LinkedHashSet<>();
  private @Nullable Promise<Void> room;
  private boolean catchingUp = true;
  private boolean stuck;
  private boolean over;

  EventStream(HttpServerRequest request, Context context, boolean polls) {
    this.request = request;
    this.response = request.response();
    this.context = context;
    this.polls = polls;
  }

  /** Answers with the head of a stream that does not end. */
  void begin() {
    response
        .setWriteQueueMaxSize(QUEUE_BYTES_MAX)
        .setChunked(true)
        .putHeader("Content-Type", "text/event-stream")
        .putHeader("X-Accel-Buffering", "no");
    write("retry: 2000\n\n");
  }

  /** Whether the client has an address. */
  boolean isOf(String address) {
    return request.remoteAddress().hostAddress().equals(address);
  }

  boolean wantsPolls() {
    return polls;
  }

  /** An entry was written to the journal just now. */
  void live(long id, String frame) {
    context.runOnContext(
        _ -> {
          if (catchingUp) {
            waiting.put(id, frame);
            cutOffIf(waiting.size() > WAITING_MAX);
          } else {
            entry(id, frame);
          }
        });
  }

  /** A poll was judged just now. Not kept for a client that still catches up. */
  void poll(String frame) {
    context.runOnContext(
        _ -> {
          if (!catchingUp) {
            write(frame);
          }
        });
  }

  /** An entry, unless it was sent already. */
  void entry(long id, String frame) {
    if (catchingUp) {
      waiting.remove(id);
    }
    if (!sent.add(id)) {
      return;
    }
    if (sent.size() > REMEMBERED_MAX) {
      sent.remove(sent.iterator().next());
    }
    write(frame);
  }

  /**
   * Nothing is left in the journal: sends what happened meanwhile, as there is room, and from then
   * on at once.
   */
  Future<Void> caughtUp() {
    while (!waiting.isEmpty()) {
      if (!hasRoom()) {
        return room().compose(_ -> caughtUp());
      }
      Map.Entry<Long, String> first = waiting.entrySet().iterator().next();
      entry(first.getKey(), first.getValue());
    }
    catchingUp = false;
    return Future.succeededFuture();
  }

  /** Ends a stream that has not caught up yet; the client comes back with its last number. */
  void endCatchingUp() {
    context.runOnContext(
        _ -> {
          if (catchingUp) {
            end();
          }
        });
  }

  /** Keeps the connection, and ends it when the client has taken nothing since the last one. */
  void heartbeat() {
    context.runOnContext(
        _ -> {
          boolean full = response.writeQueueFull();
          cutOffIf(full && (stuck || !catchingUp));
          stuck = full;
          if (!full) {
            write(": heartbeat\n\n");
          }
        });
  }

  /** Whether the client has taken most of what was sent. False when it is gone. */
  boolean hasRoom() {
    return !over && !response.writeQueueFull();
  }

  boolean isOver() {
    return over;
  }

  /** Completes when there is room for more; fails when the client is gone. */
  Future<Void> room() {
    if (over) {
      return Future.failedFuture(GONE);
    }
    if (!response.writeQueueFull()) {
      return Future.succeededFuture();
    }
    Promise<Void> wanted = Promise.promise();
    room = wanted;
    response.drainHandler(
        _ -> {
          stuck = false;
          wanted.tryComplete();
        });
    return wanted.future();
  }

  /** The same result, on the connection's event loop, whoever completes it. */
  <T> Future<T> here(Future<T> foreign) {
    return Contexts.deliver(context, foreign);
  }

  /** The client went away, or we end. */
  void close() {
    over = true;
    waiting.clear();
    if (room != null) {
      room.tryFail(GONE);
    }
  }

  /** We end. */
  void end() {
    context.runOnContext(
        _ -> {
          if (!over && !response.ended()) {
            response.end();
          }
          close();
        });
  }

  private void write(String text) {
    if (over || response.closed() || response.ended()) {
      return;
    }
    if (catchingUp) {
      response.write(text);
      return;
    }
    cutOffIf(response.writeQueueFull());
    if (!over) {
      response.write(text);
    }
  }

  private void cutOffIf(boolean tooSlow) {
    if (tooSlow && !over) {
      close();
      request.connection().close();
    }
  }
}
