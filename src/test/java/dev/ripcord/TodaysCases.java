package dev.ripcord;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Of many cases that take seconds each, those that a run of the tests takes: some of them, others
 * each day. {@code -Dcases=all} takes all, {@code -Dcases=points:40,minutes:8} so many in a row and
 * so long.
 */
public final class TodaysCases {
  private static final String ASKED = System.getProperty("cases", "");
  private static final boolean ALL = ASKED.equals("all");

  private TodaysCases() {}

  /** Whether somebody asked for some, so that it is no plain build. */
  public static boolean areAsked() {
    return !ASKED.isEmpty();
  }

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

  /** So many that follow one another, or as many as are asked for; the next ones each day. */
  public static <T> List<T> inARow(int count, List<T> all) {
    int many = ALL ? all.size() : Math.min(all.size(), number("points").orElse(count));
    long first = ALL ? 0 : LocalDate.now(ZoneOffset.UTC).toEpochDay() * many;
    return IntStream.range(0, many)
        .mapToObj(i -> all.get((int) ((first + i) % all.size())))
        .toList();
  }

  /** How long they may take together, where that is asked for. */
  public static Optional<Duration> time() {
    return number("minutes").stream().mapToObj(Duration::ofMinutes).findFirst();
  }

  private static OptionalInt number(String name) {
    return Stream.of(ASKED.split(",", -1))
        .filter(each -> each.startsWith(name + ":"))
        .mapToInt(each -> Integer.parseInt(each.substring(name.length() + 1)))
        .findFirst();
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
