package dev.ripcord.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A block that is redrawn in place: how often, how wide, and what stays of it. */
final class LiveBlockTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private int columns = 80;
  private long nanos;
  private final LiveBlock block =
      new LiveBlock(
          new PrintStream(bytes, true, StandardCharsets.UTF_8), () -> columns, () -> nanos);

  private List<String> screen() {
    return Screen.of(sent());
  }

  private String sent() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  @Test
  void block_isDrawnInPlace_linesComeAboveIt_andItsLastFrameStays() {
    block.print("before");
    block.draw(List.of("a", "b"));
    block.print("above");
    pass(Duration.ofSeconds(1));
    block.draw(List.of("c", "d"));
    block.end();
    block.draw(List.of("too late"));
    block.print("after");

    assertThat(screen()).containsExactly("before", "above", "c", "d", "after");
  }

  @Test
  void frames_areDrawnFiveTimesASecondAtMost() {
    for (int i = 0; i < 100; i++) {
      block.draw(List.of("frame " + i));
      pass(Duration.ofMillis(20)); // 2 s altogether
    }

    assertThat(sent().split("frame ", -1)).hasSize(10 + 1);
  }

  @Test
  void frameThatWasNotDrawnYet_isTheLastOne() {
    block.draw(List.of("first"));
    block.draw(List.of("second"));
    block.end();

    assertThat(screen()).containsExactly("second");
  }

  @Test
  void lines_areCutToTheWidthOfNow() {
    columns = 10;
    block.draw(List.of("0123456789abc"));
    columns = 12;
    pass(Duration.ofSeconds(1));
    block.draw(List.of("0123456789abc"));

    assertThat(screen()).containsExactly("0123456789ab");
  }

  @Test
  void narrowerTerminal_hasWrappedTheBlock_whichIsTakenAwayWhole() {
    columns = 10;
    block.draw(List.of("0123456789", "ab"));
    bytes.reset();
    columns = 5;
    pass(Duration.ofSeconds(1));
    block.draw(List.of("c"));

    // Two rows of the first line, one of the second.
    assertThat(sent()).startsWith("\r\u001b[3A\u001b[J");
  }

  @Test
  void colours_takeNoRoom_andAreEndedWhereALineIsCut() {
    assertThat(LiveBlock.cut("\u001b[31mabc\u001b[0mdef", 4))
        .isEqualTo("\u001b[31mabc\u001b[0md\u001b[0m");
    assertThat(LiveBlock.cut("\u001b[31mabc\u001b[0m", 3)).isEqualTo("\u001b[31mabc\u001b[0m");
    assertThat(LiveBlock.cut("✔✔✔", 2)).isEqualTo("✔✔");
  }
}
