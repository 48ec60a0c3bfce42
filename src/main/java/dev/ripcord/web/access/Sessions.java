package dev.ripcord.web.access;

import java.time.Duration;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Who has signed in. Each has a random number, which their browser keeps and of which only the
 * digest is kept here; it ends when it was not used for a while, after a working day in any case,
 * and with the process. Any thread may call.
 */
final class Sessions {
  static final Duration IDLE = Duration.ofHours(2);
  static final Duration LONGEST = Duration.ofHours(12);

  /** Where there are as many, the one that was not used for the longest time ends. */
  static final int OPEN_MAX = 1_000;

  private static final int BYTES = 32;

  private final LongSupplier nanos;
  private final RandomGenerator random;

  /** By digest, the longest unused first. */
  private final LinkedHashMap<String, Session> open = new LinkedHashMap<>();

  Sessions(LongSupplier nanos, RandomGenerator random) {
    this.nanos = nanos;
    this.random = random;
  }

  private record Session(Caller caller, long begun, long used) {
    boolean isOver(long now) {
      return now - used >= IDLE.toNanos() || now - begun >= LONGEST.toNanos();
    }
  }

  /** Begins one; gives its number, 43 letters that fit into a cookie. */
  synchronized String begin(Caller caller) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    String number = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    long now = nanos.getAsLong();
    open.values().removeIf(each -> each.isOver(now));
    while (open.size() >= OPEN_MAX) {
      Iterator<String> eldest = open.keySet().iterator();
      eldest.next();
      eldest.remove();
    }
    open.put(Digests.hex(number), new Session(caller, now, now));
    return number;
  }

  /** Who has this number, and uses it now. */
  synchronized Optional<Caller> use(String number) {
    String digest = Digests.hex(number);
    Optional<Session> found = Optional.ofNullable(open.remove(digest));
    long now = nanos.getAsLong();
    Optional<Session> live = found.filter(each -> !each.isOver(now));
    live.ifPresent(each -> open.put(digest, new Session(each.caller, each.begun, now)));
    return live.map(Session::caller);
  }

  /** Ends all but those of some. */
  synchronized void keep(Predicate<Caller> stays) {
    open.values().removeIf(each -> !stays.test(each.caller));
  }

  /** Ends one. */
  synchronized void end(String number) {
    open.remove(Digests.hex(number));
  }
}
