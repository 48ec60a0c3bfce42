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
 * so long, with {@code of:NAME} those of one kind and with {@code at:NAME} those of one place;
 * {@code at-once:6} so many at a time, and with {@code go-on} without those that held before.
 */
public final class TodaysCases {
  private static final String ASKED = System.getProperty("cases", "");
  private static final boolean ALL = isAsked("all");

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

  /** Of which kind they are to be, where that is asked for. */
  public static Optional<String> kind() {
    return asked("of");
  }

  /** At which kind of point, where that is asked for. */
  public static Optional<String> place() {
    return asked("at");
  }

  /** How many run at a time, where that is asked for. */
  public static OptionalInt atOnce() {
    return number("at-once");
  }

  /** Whether those that held before, with the same code, need not be run again. */
  public static boolean goOn() {
    return isAsked("go-on");
  }

  /** Whether each may be done with less work, where its test knows how. */
  public static boolean areQuick() {
    return isAsked("quick");
  }

  private static boolean isAsked(String word) {
    return words().anyMatch(word::equals);
  }

  private static Stream<String> words() {
    return Stream.of(ASKED.split(",", -1));
  }

  private static OptionalInt number(String name) {
    return asked(name).map(Integer::parseInt).map(OptionalInt::of).orElse(OptionalInt.empty());
  }

  private static Optional<String> asked(String name) {
    return words()
        .filter(each -> each.startsWith(name + ":"))
        .map(each -> each.substring(name.length() + 1))
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
