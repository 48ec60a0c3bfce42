package dev.ripcord.probe.page;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * The last values of one service's counters by the identity of their series: two arrays and no
 * object per series, since ten thousand services are remembered at once.
 */
final class SeriesTable {
  private static final int SMALLEST = 16;

  private long[] keys = new long[SMALLEST];
  private double[] values = new double[SMALLEST];
  private int size;

  /** Forgets everything and makes room. */
  void clear(int expected) {
    int capacity = Math.max(SMALLEST, Integer.highestOneBit(expected * 4 / 3 + 1) * 2);
    if (capacity == keys.length) {
      Arrays.fill(keys, 0);
    } else {
      keys = new long[capacity];
      values = new double[capacity];
    }
    size = 0;
  }

  /** How many series are known. */
  int size() {
    return size;
  }

  /** Where a series stands, or where it would stand, as a negative number. */
  int find(long key) {
    long wanted = key == 0 ? 1 : key;
    int mask = keys.length - 1;
    int slot = (int) wanted & mask;
    while (keys[slot] != 0) {
      if (keys[slot] == wanted) {
        return slot;
      }
      slot = (slot + 1) & mask;
    }
    return -1 - slot;
  }

  /** The value at a place that {@link #find} gave. */
  double value(int place) {
    return values[place];
  }

  /** Puts another value in the place of each. */
  void replaceValues(DoubleUnaryOperator replacement) {
    for (int i = 0; i < keys.length; i++) {
      if (keys[i] != 0) {
        values[i] = replacement.applyAsDouble(values[i]);
      }
    }
  }

  /** Adds a series that {@link #find} did not find. */
  void add(long key, double value) {
    if (size * 4 >= keys.length * 3) {
      grow();
    }
    int place = -1 - find(key);
    keys[place] = key == 0 ? 1 : key;
    values[place] = value;
    size++;
  }

  private void grow() {
    long[] oldKeys = keys;
    double[] oldValues = values;
    keys = new long[oldKeys.length * 2];
    values = new double[oldKeys.length * 2];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != 0) {
        int place = -1 - find(oldKeys[i]);
        keys[place] = oldKeys[i];
        values[place] = oldValues[i];
      }
    }
  }
}
