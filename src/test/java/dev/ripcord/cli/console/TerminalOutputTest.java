package dev.ripcord.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalOutputTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private TerminalOutput output(boolean colours) {
    return new TerminalOutput(
        new PrintStream(bytes, true, StandardCharsets.UTF_8), colours, Map.of());
  }

  private String written() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void s4_textFromOutside_movesNoCursorAndSetsNoTitle() {
    TerminalOutput out = output(false);
    out.println("v2\u001b]0;owned\u0007\u001b[31m\r\u009b2J");
    out.printf("%s%n", "ü\u202e");
    out.println((Object) "\u001bc");

    assertThat(written())
        .isEqualTo("v2\\u001b]0;owned\\u0007\\u001b[31m\\r\\u009b2J\nü\\u202e\n\\u001bc\n");
  }

  @Test
  void s4_ourOwnColours_passOnATerminal() {
    TerminalOutput out = output(true);
    out.println(new Ansi(true, false).bad("\u001b[2J\u001b[1A x") + "\u001b[7m");

    assertThat(written()).isEqualTo("\u001b[31m\\u001b[2J\\u001b[1A x\u001b[0m\\u001b[7m\n");
  }

  @Test
  void s4_liveBlock_escapesItsLinesAndNotItself() {
    LiveBlock block = new LiveBlock(output(true), () -> 80, () -> 0L);
    block.draw(List.of("v2\u001b[2J"));
    block.print("v3\u001b[2J");

    assertThat(written())
        .contains("v2\\u001b[2J", "v3\\u001b[2J", "\u001b[?7l", "\u001b[1A")
        .doesNotContain("v2\u001b", "v3\u001b");
  }

  @Test
  void s4_logLine_isOneLine() {
    LoggerContext context = new LoggerContext();
    LoggingEvent event =
        new LoggingEvent(
            "x",
            context.getLogger("dev.ripcord.engine.Watcher"),
            Level.WARN,
            "poll of {} is lost",
            new IllegalStateException("a\n2026-11-28T00:00:00.000Z ERROR b"),
            new Object[] {"v2\n2026-11-28T00:00:00.000Z ERROR Watcher: down\u001b[2J"});

    assertThat(new TextLines().doLayout(event))
        .contains(
            "Z WARN  Watcher: poll of v2\\n"
                + "2026-11-28T00:00:00.000Z ERROR Watcher: down\\u001b[2J is lost\n"
                + "java.lang.IllegalStateException: a\\n"
                + "2026-11-28T00:00:00.000Z ERROR b\n"
                + "\tat ");
  }
}
