package dev.ripcord.web;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Bounds what clients can hold: how many connections are open, how long one may take for the head
 * of a request, and how long a request may take. Where all are taken, the one that has waited
 * longest without a request gives way to a new one. Any thread may call it.
 */
final class Connections {
  static final int OPEN_MAX = 256;

  /** As long as a scraper or a browser may keep a connection without a request. */
  private static final long NEXT_HEAD_MILLIS = 75_000;

  private static final long ANSWER_MILLIS = 120_000;

  private final Vertx vertx;
  private final long firstHeadMillis;
  private final Map<HttpConnection, Long> timers = new HashMap<>();
  private final Set<HttpConnection> waiting = new LinkedHashSet<>();

  /**
   * None is open yet.
   *
   * @param firstHeadMillis how long a new connection may take for a whole head
   */
  Connections(Vertx vertx, long firstHeadMillis) {
    this.vertx = vertx;
    this.firstHeadMillis = firstHeadMillis;
  }

  /** A client has connected, and has sent nothing yet. */
  synchronized void opened(HttpConnection connection) {
    if (timers.size() >= OPEN_MAX && !oneGivesWay()) {
      connection.close();
      return;
    }
    connection.closeHandler(_ -> closed(connection));
    waiting.add(connection);
    closeIn(firstHeadMillis, connection);
  }

  private boolean oneGivesWay() {
    for (HttpConnection longest : waiting) {
      closed(longest);
      longest.close();
      return true;
    }
    return false;
  }

  /** The head of a request is here. */
  synchronized void begun(HttpConnection connection) {
    if (timers.containsKey(connection)) {
      waiting.remove(connection);
      closeIn(ANSWER_MILLIS, connection);
    }
  }

  /** The request that begun is a stream, which may take as long as it likes. */
  synchronized void streams(HttpConnection connection) {
    Long timer = timers.get(connection);
    if (timer != null) {
      vertx.cancelTimer(timer);
    }
  }

  /** A request is answered. */
  synchronized void ended(HttpConnection connection) {
    if (timers.containsKey(connection)) {
      waiting.add(connection);
      closeIn(NEXT_HEAD_MILLIS, connection);
    }
  }

  private synchronized void closed(HttpConnection connection) {
    waiting.remove(connection);
    Long timer = timers.remove(connection);
    if (timer != null) {
      vertx.cancelTimer(timer);
    }
  }

  private void closeIn(long millis, HttpConnection connection) {
    Long before = timers.put(connection, vertx.setTimer(millis, _ -> connection.close()));
    if (before != null) {
      vertx.cancelTimer(before);
    }
  }
}
