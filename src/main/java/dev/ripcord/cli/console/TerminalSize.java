package dev.ripcord.cli.console;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * How wide and how high the terminal is, asked of the system each time: a person may have changed
 * it. Where it does not say, COLUMNS and LINES of the environment, else 80 and 24.
 */
public final class TerminalSize implements IntSupplier {
  /** What a terminal has that does not say. */
  public static final int USUAL = 80;

  private static final int USUAL_ROWS = 24;

  private static final int STANDARD_OUTPUT = 1;
  private static final long LINUX = 0x5413L;
  private static final long MAC = 0x40087468L;
  private static final int ROWS_AT = 0;
  private static final int COLUMNS_AT = 2;
  private static final int SIZE = 8;

  private final int columns;
  private final int rows;
  private final Optional<MethodHandle> ioctl;

  /** Of standard output. */
  public TerminalSize(Map<String, String> environment) {
    this.columns = number(environment.getOrDefault("COLUMNS", ""), USUAL);
    this.rows = number(environment.getOrDefault("LINES", ""), USUAL_ROWS);
    this.ioctl = ioctl();
  }

  private static int number(String text, int usual) {
    return text.matches("[1-9]\\d{0,3}") ? Integer.parseInt(text) : usual;
  }

  @Override
  public int getAsInt() {
    return asked(COLUMNS_AT, columns);
  }

  /** How many lines it shows. */
  public int rows() {
    return asked(ROWS_AT, rows);
  }

  private int asked(int at, int fallback) {
    if (ioctl.isEmpty()) {
      return fallback;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(SIZE);
      int code = (int) ioctl.get().invokeExact(STANDARD_OUTPUT, request(), size);
      int found = size.get(ValueLayout.JAVA_SHORT, at) & 0xFFFF;
      return code == 0 && found > 0 ? found : fallback;
    } catch (Throwable unanswered) {
      return fallback;
    }
  }

  private static long request() {
    return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("mac")
        ? MAC
        : LINUX;
  }

  /** The C library's {@code int ioctl(int, unsigned long, ...)}. */
  @SuppressWarnings("restricted") // the launcher allows native access
  private static Optional<MethodHandle> ioctl() {
    try {
      Linker linker = Linker.nativeLinker();
      return linker
          .defaultLookup()
          .find("ioctl")
          .map(
              function ->
                  linker.downcallHandle(
                      function,
                      FunctionDescriptor.of(
                          ValueLayout.JAVA_INT,
                          ValueLayout.JAVA_INT,
                          ValueLayout.JAVA_LONG,
                          ValueLayout.ADDRESS),
                      Linker.Option.firstVariadicArg(2)));
    } catch (RuntimeException unsupported) {
      return Optional.empty();
    }
  }
}
