package dev.ripcord.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nothing that a service sends is a command of the build server. */
final class BuildServerGuardTest {
  private static String printed(Map<String, String> environment, String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TerminalOutput out =
        new TerminalOutput(
            new PrintStream(bytes, true, StandardCharsets.UTF_8), false, environment);
    out.println(text);
    return bytes.toString(StandardCharsets.UTF_8).stripTrailing();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "::error::pwned|\\::error::pwned",
        "  \t::set-output name=x::y|  \t\\::set-output name=x::y",
        "told: ::error::pwned|told: ::error::pwned",
        "a ##[error]b|a ##\u200b[error]b",
        "##vso[task.setvariable variable=x]y|##\u200bvso[task.setvariable variable=x]y",
        "## a heading [1]|## a heading [1]",
      })
  void command_isBrokenUp_andOtherTextStays(String sent, String shown) {
    assertThat(printed(Map.of("GITHUB_ACTIONS", "true"), sent)).isEqualTo(shown);
  }

  @Test
  void everyLineOfAText_isLookedAt() {
    assertThat(printed(Map.of("TF_BUILD", "True"), "body:\n::error::a\n ::error::b"))
        .isEqualTo("body:\n\\::error::a\n \\::error::b");
  }

  @Test
  void outsideOfABuildServer_textStays() {
    assertThat(printed(Map.of(), "::1 is an address")).isEqualTo("::1 is an address");
  }
}
