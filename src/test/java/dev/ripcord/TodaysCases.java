package dev.ripcord;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Of many cases that take seconds each, those that a run of the tests takes: some of them, others
 * each day. {@code -Dcases=all} takes all.
 */
public final class TodaysCases {
  private static final boolean ALL = System.getProperty("cases", "").equals("all");

  private TodaysCases() {}

  /** One of so many in a row, from one that the day decides. */
  public static <T> List<T> oneIn(int step, List<T> all) {
    return IntStream.range(0, all.size())
        .filter(i -> ALL || i % step == first(step))
        .mapToObj(all::get)
        .toList();
  }

  /** One of so many in a row. */
  public static List<String> oneIn(int step, String... all) {
    return oneIn(step, List.of(all));
  }

  /** The whole numbers from one to another, one of so many in a row. */
  public static List<Integer> oneIn(int step, int from, int to) {
    return oneIn(step, IntStream.rangeClosed(from, to).boxed().toList());
  }

  /** By how much a loop goes on that begins at {@link #first}. */
  public static int step(int step) {
    return ALL ? 1 : step;
  }

  /** The first of a loop, counted from 0. */
  public static int first(int step) {
    return ALL ? 0 : (int) (LocalDate.now(ZoneOffset.UTC).toEpochDay() % step);
  }
}
