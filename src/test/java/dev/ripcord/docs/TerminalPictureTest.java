package dev.ripcord.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TerminalPictureTest {
  @Test
  void colours_becomeClasses_andTextKeepsItsColumn() {
    String svg =
        TerminalPicture.of("shop", "  poll 1  \u001b[31m✖\u001b[0m \u001b[1mbad\u001b[0m\r\nend\n");

    assertThat(svg)
        .contains("<title>shop</title>")
        .contains("<text x=\"32.8\" y=\"52\" textLength=\"50.4\">poll 1</text>")
        .contains("<text x=\"100.0\" y=\"52\" textLength=\"8.4\" class=\"c31\">✖</text>")
        .contains("<text x=\"116.8\" y=\"52\" textLength=\"25.2\" class=\"bold\">bad</text>")
        .contains("<text x=\"16.0\" y=\"72\" textLength=\"25.2\">end</text>");
  }

  @Test
  void linesWrittenOver_showTheirLastText_andMarkupIsText() {
    String svg = TerminalPicture.of("a", "waiting\rdone <1 s & more\u001b[K");

    assertThat(svg).contains(">done &lt;1 s &amp; more</text>").doesNotContain("waiting");
  }

  @Test
  void look_goesOnInTheNextLine() {
    String svg = TerminalPicture.of("a", "\u001b[32mone\ntwo\u001b[0m");

    assertThat(svg).contains("class=\"c32\">one</text>").contains("class=\"c32\">two</text>");
  }
}
