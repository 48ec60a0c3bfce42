package dev.ripcord.postgres.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.port.SchemaException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows as {@code pg_restore} writes them into a script. */
final class CopyReaderTest {
  private static List<String> read(String script, Charset charset) throws IOException {
    List<String> told = new ArrayList<>();
    new CopyReader(
            new ByteArrayInputStream(script.getBytes(charset)),
            new CopyReader.Sink() {
              @Override
              public void begin(CopyReader.Table table) {
                told.add(table.schema() + "|" + table.name() + "|" + table.columns());
              }

              @Override
              public void row(@Nullable String[] values) {
                told.add(Arrays.toString(values));
              }

              @Override
              public void end() {
                told.add("end");
              }
            })
        .read();
    return told;
  }

  @Test
  void script_givesTheRowsOfEachTable_andNothingElse() throws IOException {
    assertThat(
            read(
                """
                SET client_encoding = 'UTF8';
                COPY public.orders (id, note) FROM stdin;
                1	a
                2	\\N
                \\.

                SELECT pg_catalog.setval('public.orders_id_seq', 2, true);
                COPY public.none  FROM stdin;

                \\.
                """,
                StandardCharsets.UTF_8))
        .containsExactly(
            "public|orders|[id, note]",
            "[1, a]",
            "[2, null]",
            "end",
            "public|none|[]",
            "[]",
            "end");
  }

  @ParameterizedTest
  @CsvSource({"LATIN1,ISO-8859-1", "EUC_KR,EUC-KR", "WIN1252,windows-1252", "UTF8,UTF-8"})
  void script_isReadInTheEncodingThatItNames(String name, String charset) throws IOException {
    String word = name.equals("EUC_KR") ? "주문" : "Größe";
    assertThat(
            read(
                "SET client_encoding = '%s';\nCOPY s.t (a) FROM stdin;\n%s\n\\.\n"
                    .formatted(name, word),
                Charset.forName(charset)))
        .contains("[" + word + "]");
  }

  @Test
  void scriptInAnUnknownEncoding_orCutOff_isRefused() {
    assertThatThrownBy(
            () -> read("SET client_encoding = 'MULE_INTERNAL';\n", StandardCharsets.UTF_8))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("encoding MULE_INTERNAL");
    assertThatThrownBy(() -> read("COPY s.t (a) FROM stdin;\nx\n", StandardCharsets.UTF_8))
        .hasMessage("the backup ends in the middle of the rows of t");
    assertThatThrownBy(() -> read("COPY s.t (a, b) FROM stdin;\nx\n\\.\n", StandardCharsets.UTF_8))
        .hasMessage("a row of the backup has 1 values for 2 columns");
  }

  @Test
  void value_isWhatWasWritten() {
    assertThat(CopyReader.values("a\\tb\\nc\\\\d\\re\\bf\\fg\\vh\t\\N\t\t\\\\N", 4))
        .containsExactly("a\tb\nc\\d\re\bf\fg\u000bh", null, "", "\\N");
  }

  @Test
  void header_namesTheTable_howeverItIsQuoted() {
    assertThat(CopyReader.table("public.orders (id, note)"))
        .isEqualTo(new CopyReader.Table("public", "orders", List.of("id", "note")));
    assertThat(CopyReader.table("\"My \"\"Shop\"\"\".\"a.b\" (\"x, (y)\", z)"))
        .isEqualTo(new CopyReader.Table("My \"Shop\"", "a.b", List.of("x, (y)", "z")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"orders", "public.\"orders", ""})
  void headerThatCannotBeRead_isRefused(String header) {
    assertThatThrownBy(() -> CopyReader.table(header)).isInstanceOf(SchemaException.class);
  }
}
