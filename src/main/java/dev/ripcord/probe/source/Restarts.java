package dev.ripcord.probe.source;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How often what runs a service has restarted it, poll by poll. One restart may have any cause; at
 * least two within five polls, one of them since the last, say something about what is restarted.
 * Not thread-safe.
 */
public final class Restarts {
  private static final int POLLS = 5;
  private static final int AGAIN = 2;

  private final Deque<Integer> lately = new ArrayDeque<>();

  /** Another poll, with so many restarts since the one before. */
  public void add(int restarts) {
    lately.addLast(restarts);
    if (lately.size() > POLLS) {
      lately.removeFirst();
    }
  }

  /** Forgets them, since something else runs now. */
  public void clear() {
    lately.clear();
  }

  /** Whether it is restarted again and again. */
  public boolean isAgainAndAgain() {
    return !lately.isEmpty() && lately.getLast() > 0 && all() >= AGAIN;
  }

  /** {@code 3 times within 4 polls}. */
  public String text() {
    return times(all()) + " within " + lately.size() + " polls";
  }

  /** {@code once}, {@code 3 times}. */
  public static String times(int restarts) {
    return restarts == 1 ? "once" : restarts + " times";
  }

  private int all() {
    return lately.stream().mapToInt(Integer::intValue).sum();
  }
}
