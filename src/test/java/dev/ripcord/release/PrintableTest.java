package dev.ripcord.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTest {
  @ParameterizedTest
  @CsvSource({
    "10, \\n",
    "13, \\r",
    "9, \\t",
    "0, \\u0000",
    "27, \\u001b",
    "127, \\u007f",
    "133, \\u0085",
    "155, \\u009b",
    "8232, \\u2028",
    "8238, \\u202e",
    "8297, \\u2069",
    "8203, \\u200b",
    "65279, \\ufeff",
    "55296, \\ud800",
    "65535, \\uffff",
    "917505, \\udb40\\udc01",
  })
  void s4_characterThatCannotBeSeen_isShownAsAnEscape(int character, String shown) {
    String text = "a" + new StringBuilder().appendCodePoint(character) + "b";

    assertThat(Printable.of(text)).isEqualTo("a" + shown + "b");
    assertThat(Printable.isPlain(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "v42", "Zoë \\n", "✔ 👩‍💻", "日本語", "a\u00a0b"})
  void s4_textThatCanBeSeen_staysAsItIs(String text) {
    assertThat(Printable.of(text)).isSameAs(text);
  }

  @Test
  void s4_linesKeepTheirLineFeeds() {
    assertThat(Printable.lines("a\n\tb\r\u001bc")).isEqualTo("a\n\tb\\r\\u001bc");
  }

  @Test
  void start_neverSplitsACharacter() {
    assertThat(Printable.start("ab👩", 3)).isEqualTo("ab…");
    assertThat(Printable.start("abc", 3)).isEqualTo("abc");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "v42,v42",
        "feature/x,feature/x",
        "v2; touch pwned #,'v2; touch pwned #'",
        "it's,'it'\\''s'",
        "$(id),'$(id)'",
      })
  void s3_wordOfACommand_isQuotedForTheShell(String word, String quoted) {
    assertThat(ShellWord.of(word)).isEqualTo(quoted);
  }

  @Test
  void s3_wordThatCannotBeShown_isQuotedInEscapes() {
    assertThat(ShellWord.of("a\n'\u001b\\é\u202e"))
        .isEqualTo("$'a\\012\\'\\033\\\\é\\342\\200\\256'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "v2; touch pwned #",
        "it's",
        "a\nb",
        "\u001b]0;x\u0007",
        "`id` $HOME \\ \"",
        "ü\u202e",
        "-n",
        "*",
        "~"
      })
  void s3_shellReadsTheWordBack(String word) throws IOException {
    Process shell =
        new ProcessBuilder("bash", "-c", "printf %s " + ShellWord.of(word))
            .redirectErrorStream(true)
            .start();
    shell.getOutputStream().close();

    assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo(word);
  }
}
