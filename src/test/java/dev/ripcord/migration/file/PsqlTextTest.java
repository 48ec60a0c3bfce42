package dev.ripcord.migration.file;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file's text for psql ends so that what follows is not read as a part of it. */
final class PsqlTextTest {
  private static String text(String file) {
    return PsqlText.of(new SourceFile("01_a_up.sql", file.replace("\\n", "\n")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          SELECT 1                       | SELECT 1\\n;
          SELECT 1;                      | SELECT 1;
          SELECT 1 -- end                | SELECT 1 -- end\\n;
          SELECT 1; -- end               | SELECT 1; -- end
          SELECT 1 /* a ; */             | SELECT 1 /* a ; */\\n;
          SELECT $$a;$$                  | SELECT $$a;$$\\n;
          -- nothing                     | -- nothing
          COPY t FROM stdin;\\n1          | COPY t FROM stdin;\\n1\\n\\.
          SELECT 'é';                    | SET client_encoding = 'UTF8';\\nSELECT 'é';
          """)
  void b12_endOfAFile_endsItsLastStatement(String file, String expected) {
    assertThat(text(file)).isEqualTo(expected.replace("\\n", "\n"));
  }

  @Test
  void b12_byteOrderMark_isLeftOut() {
    assertThat(text("\uFEFFSELECT 1;")).isEqualTo("SELECT 1;");
  }
}
