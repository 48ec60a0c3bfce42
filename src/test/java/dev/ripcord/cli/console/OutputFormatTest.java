package dev.ripcord.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OutputFormatTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "the database is as before   | the database is as before.",
        "the database is as before.  | the database is as before.",
        "the database is as before.. | the database is as before.",
        "'it ended .\n'              | it ended.",
        "3 of 3 polls                | 3 of 3 polls."
      })
  void a29_textThatEndsWithAFullStopOrNot_hasOne(String text, String sentence) {
    assertThat(Format.sentence(text)).isEqualTo(sentence);
  }
}
