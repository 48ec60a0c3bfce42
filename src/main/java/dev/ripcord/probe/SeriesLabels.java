package dev.ripcord.probe;

import java.util.Arrays;

/**
 * What the labels of the series that is being read say: its identity, and whether it counts errors,
 * a health route, a bucket. One object is used for series after series.
 */
final class SeriesLabels {
  private static final byte[] HEALTH = {'/', 'h', 'e', 'a', 'l', 't', 'h', '/'};
  private static final byte[] ACTUATOR = {'/', 'a', 'c', 't', 'u', 'a', 't', 'o', 'r', '/'};
  private static final byte[] QUARKUS = {'/', 'q', '/', 'h', 'e', 'a', 'l', 't', 'h', '/'};
  private static final byte[] SERVER_ERROR = {
    'S', 'E', 'R', 'V', 'E', 'R', '_', 'E', 'R', 'R', 'O', 'R'
  };
  private static final byte[] UNKNOWN = {'U', 'N', 'K', 'N', 'O', 'W', 'N'};
  private static final byte[] DESTINATION = {'d', 'e', 's', 't', 'i', 'n', 'a', 't', 'i', 'o', 'n'};
  private static final byte[] HEAP = {'h', 'e', 'a', 'p'};

  private final Decimal decimal = new Decimal();
  private long key;
  private double bound;
  private boolean failed;
  private boolean refused;
  private boolean typed;
  private boolean telling;
  private boolean machine;
  private boolean foreign;
  private boolean heap;

  /** Begins the next series. */
  void reset() {
    key = 0;
    bound = Double.NaN;
    failed = false;
    refused = false;
    typed = false;
    telling = false;
    machine = false;
    foreign = false;
    heap = false;
  }

  /** Takes one label: its name and its value, as raw bytes between the quotes. */
  void add(byte[] bytes, int nameFrom, int nameTo, int from, int to) {
    long name = Hash.of(bytes, nameFrom, nameTo);
    // A sum, so that the order of the labels does not matter.
    key += Hash.mix(name * 31 + Hash.of(bytes, from, to));
    switch (Vocabulary.LABELS.find(name, bytes, nameFrom, nameTo)) {
      case Vocabulary.STATUS -> status(bytes, from, to);
      case Vocabulary.OUTCOME -> {
        telling = true;
        failed |= is(bytes, from, to, SERVER_ERROR) || is(bytes, from, to, UNKNOWN);
      }
      case Vocabulary.ERROR_TYPE -> {
        telling = true;
        typed = to > from;
      }
      case Vocabulary.ROUTE -> machine |= isMachineRoute(bytes, from, to);
      case Vocabulary.LE, Vocabulary.QUANTILE_LABEL ->
          bound = decimal.read(bytes, from, to) ? decimal.value() : Double.NaN;
      case Vocabulary.REPORTER -> foreign = !is(bytes, from, to, DESTINATION);
      case Vocabulary.AREA -> heap = is(bytes, from, to, HEAP);
      default -> {}
    }
  }

  private void status(byte[] bytes, int from, int to) {
    telling = true;
    int length = to - from;
    failed |= (length == 3 && bytes[from] == '5') || (length == 1 && bytes[from] == '0');
    refused |= length == 3 && bytes[from] == '4';
  }

  /** A number that is the same for the same labels, whatever their order. */
  long key() {
    return key;
  }

  /** The number in {@code le} or {@code quantile}; NaN without one. */
  double bound() {
    return bound;
  }

  /** Whether requests of this series failed: 5xx, no answer, or an error type that is not a 4xx. */
  boolean isError() {
    return failed || (typed && !refused);
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
    return Vocabulary.HEALTH_ROUTES.find(bytes, from, to) != 0
        || starts(bytes, from, to, HEALTH)
        || starts(bytes, from, to, ACTUATOR)
        || starts(bytes, from, to, QUARKUS);
  }

  private static boolean is(byte[] bytes, int from, int to, byte[] expected) {
    return Arrays.equals(bytes, from, to, expected, 0, expected.length);
  }

  private static boolean starts(byte[] bytes, int from, int to, byte[] prefix) {
    return to - from >= prefix.length && is(bytes, from, from + prefix.length, prefix);
  }
}
