package dev.ripcord.probe.page;

import dev.ripcord.probe.page.text.Decimal;
import dev.ripcord.probe.page.text.Hash;
import dev.ripcord.probe.page.text.RequestResult;
import dev.ripcord.probe.page.text.StatusText;
import dev.ripcord.probe.page.text.UnreadLabels;
import java.util.Arrays;

/**
 * What the labels of the series that is being read say: its identity, how its requests ended,
 * whether it counts a health route or a bucket. One object is used for series after series.
 */
final class SeriesLabels {
  private static final byte[] ACTUATOR = {'/', 'a', 'c', 't', 'u', 'a', 't', 'o', 'r', '/'};
  private static final byte[] QUARKUS = {'/', 'q', '/', 'h', 'e', 'a', 'l', 't', 'h', '/'};
  private static final byte[] UNKNOWN = {'U', 'N', 'K', 'N', 'O', 'W', 'N'};
  private static final byte[] DESTINATION = {'d', 'e', 's', 't', 'i', 'n', 'a', 't', 'i', 'o', 'n'};
  private static final byte[] HEAP = {'h', 'e', 'a', 'p'};
  private static final byte[] ADMIN = {'a', 'd', 'm', 'i', 'n'};

  private static final byte[] NONE = {};
  private static final int TEXTS_MAX = 4;
  private static final int PLACES = 4;

  private final Decimal decimal = new Decimal();

  // Four places each: the name from and to, the value from and to.
  private final int[] places = new int[TEXTS_MAX * PLACES];
  private final boolean[] outcome = new boolean[TEXTS_MAX];
  private long key;
  private double bound;
  private boolean failed;
  private boolean answered;
  private boolean refused;
  private boolean typed;
  private boolean telling;
  private byte[] bytes = NONE;
  private int texts;
  private boolean machine;
  private boolean foreign;
  private boolean heap;

  /** Begins the next series. */
  void reset() {
    key = 0;
    bound = Double.NaN;
    failed = false;
    answered = false;
    refused = false;
    typed = false;
    telling = false;
    machine = false;
    foreign = false;
    heap = false;
    texts = 0;
  }

  /** Takes one label: its name and its value, as raw bytes between the quotes. */
  void add(byte[] bytes, int nameFrom, int nameTo, int from, int to) {
    long name = Hash.of(bytes, nameFrom, nameTo);
    // A sum, so that the order of the labels does not matter.
    key += Hash.mix(name * 31 + Hash.of(bytes, from, to));
    switch (MetricNames.LABELS.find(name, bytes, nameFrom, nameTo)) {
      case MetricNames.STATUS -> {
        if (!number(bytes, from, to)) {
          text(bytes, nameFrom, nameTo, from, to, false);
        }
      }
      case MetricNames.OUTCOME -> text(bytes, nameFrom, nameTo, from, to, true);
      case MetricNames.ERROR_TYPE -> {
        telling = true;
        typed = to > from && !number(bytes, from, to);
      }
      case MetricNames.ROUTE -> machine |= isMachineRoute(bytes, from, to);
      case MetricNames.LE, MetricNames.QUANTILE_LABEL ->
          bound = decimal.read(bytes, from, to) ? decimal.value() : Double.NaN;
      case MetricNames.REPORTER -> foreign = !is(bytes, from, to, DESTINATION);
      case MetricNames.AREA -> heap = is(bytes, from, to, HEAP);
      case MetricNames.STATUS_CLASS -> statusClass(bytes, nameFrom, nameTo, from, to);
      case MetricNames.LISTENER -> machine |= is(bytes, from, to, ADMIN);
      default -> {}
    }
  }

  /** Takes a status number; false when it is none. */
  private boolean number(byte[] bytes, int from, int to) {
    telling = true;
    switch (StatusText.number(bytes, from, to)) {
      case FAILED -> failed = true;
      case SUCCEEDED -> {
        answered = true;
        refused |= bytes[from] == '4';
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Takes the first digit of a status number. */
  private void statusClass(byte[] page, int nameFrom, int nameTo, int from, int to) {
    telling = true;
    byte digit = to - from == 1 ? page[from] : 0;
    if (digit < '1' || digit > '5') {
      text(page, nameFrom, nameTo, from, to, false);
      return;
    }
    failed |= digit == '5';
    answered |= digit != '5';
    refused |= digit == '4';
  }

  /** Remembers where a value stands that is no number: it only matters when no number is found. */
  private void text(byte[] page, int nameFrom, int nameTo, int from, int to, boolean isOutcome) {
    telling = true;
    if (texts == TEXTS_MAX) {
      return;
    }
    bytes = page;
    outcome[texts] = isOutcome;
    int at = texts++ * PLACES;
    places[at] = nameFrom;
    places[at + 1] = nameTo;
    places[at + 2] = from;
    places[at + 3] = to;
  }

  /** A number that is the same for the same labels, whatever their order. */
  long key() {
    return key;
  }

  /** The number in {@code le} or {@code quantile}; NaN without one. */
  double bound() {
    return bound;
  }

  /**
   * How the requests of this series ended. A number counts more than a word: a framework may call a
   * request unknown that it answered with 200, for a client that went away. An error type marks a
   * failure unless the status is a 4xx. Labels that contradict each other are not understood.
   */
  RequestResult result() {
    if (failed || answered) {
      boolean both = failed && answered;
      boolean broken = failed || (typed && !refused);
      return both ? RequestResult.NOT_UNDERSTOOD : of(broken);
    }
    if (typed) {
      return RequestResult.FAILED;
    }
    boolean good = false;
    boolean bad = false;
    for (int i = 0; i < texts; i++) {
      RequestResult word = word(i);
      good |= word == RequestResult.SUCCEEDED;
      bad |= word == RequestResult.FAILED;
    }
    if (good != bad) {
      return of(bad);
    }
    // An error type that is empty says that there was none.
    boolean clean = telling && texts == 0;
    return clean
        ? RequestResult.SUCCEEDED
        : telling ? RequestResult.NOT_UNDERSTOOD : RequestResult.UNLABELLED;
  }

  private static RequestResult of(boolean broken) {
    return broken ? RequestResult.FAILED : RequestResult.SUCCEEDED;
  }

  private RequestResult word(int index) {
    int from = places[index * PLACES + 2];
    int to = places[index * PLACES + 3];
    // Micrometer's outcome of a request that got no answer.
    return outcome[index] && is(bytes, from, to, UNKNOWN)
        ? RequestResult.FAILED
        : StatusText.word(bytes, from, to);
  }

  /** The number under which the first value that is no status number is kept; 0 without one. */
  int unread(UnreadLabels unread) {
    return texts == 0 ? 0 : unread.number(bytes, places[0], places[1], places[2], places[3]);
  }

  /** Whether there is a label at all that can tell an error. */
  boolean isTelling() {
    return telling;
  }

  /** Whether the route is one that machines ask: health, metrics, favicon. */
  boolean isMachineRoute() {
    return machine;
  }

  /** Whether the series was reported by another side than the one that is called. */
  boolean isForeign() {
    return foreign;
  }

  /** Whether the series is about a JVM's heap. */
  boolean isHeap() {
    return heap;
  }

  private static boolean isMachineRoute(byte[] bytes, int from, int to) {
    if (to - from < 2 || bytes[from] != '/') {
      return false;
    }
    return MetricNames.HEALTH_ROUTES.find(bytes, from, to) != 0
        || isBelowHealth(bytes, from, to)
        || starts(bytes, from, to, ACTUATOR)
        || starts(bytes, from, to, QUARKUS);
  }

  private static boolean isBelowHealth(byte[] bytes, int from, int to) {
    byte first = bytes[from + 1];
    if (first != 'h' && first != 'l' && first != 'r') {
      return false;
    }
    int segment = from + 1;
    while (segment < to && bytes[segment] != '/' && bytes[segment] != '?') {
      segment++;
    }
    return segment < to && MetricNames.HEALTH_ROOTS.find(bytes, from, segment) != 0;
  }

  private static boolean is(byte[] bytes, int from, int to, byte[] expected) {
    return Arrays.equals(bytes, from, to, expected, 0, expected.length);
  }

  private static boolean starts(byte[] bytes, int from, int to, byte[] prefix) {
    return to - from >= prefix.length && is(bytes, from, from + prefix.length, prefix);
  }
}
