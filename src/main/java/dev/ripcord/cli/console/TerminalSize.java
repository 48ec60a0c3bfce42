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
 * How wide the terminal is, asked of the system each time: a person may have changed it. Where it
 * does not say, COLUMNS of the environment, else 80.
 */
public final class TerminalSize implements IntSupplier {
  /** What a terminal has that does not say. */
  public static final int USUAL = 80;

  private static final int STANDARD_OUTPUT = 1;
  private static final long LINUX = 0x5413L;
  private static final long MAC = 0x40087468L;
  private static final int COLUMNS_AT = 2;
  private static final int SIZE = 8;

  private final int fallback;
  private final Optional<MethodHandle> ioctl;

  /** Of standard output. */
  public TerminalSize(Map<String, String> environment) {
    this.fallback = fallback(environment.getOrDefault("COLUMNS", ""));
    this.ioctl = ioctl();
  }

  private static int fallback(String columns) {
    return columns.matches("[1-9]\\d{0,3}") ? Integer.parseInt(columns) : USUAL;
  }

  @Override
  public int getAsInt() {
    if (ioctl.isEmpty()) {
      return fallback;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(SIZE);
      int code = (int) ioctl.get().invokeExact(STANDARD_OUTPUT, request(), size);
      int columns = size.get(ValueLayout.JAVA_SHORT, COLUMNS_AT) & 0xFFFF;
      return code == 0 && columns > 0 ? columns : fallback;
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
