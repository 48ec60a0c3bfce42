package dev.ripcord.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands behind the ? of a database URL is carried out or refused. */
final class DatabaseParametersTest {
  @Test
  void b9_whatIsKnown_isReadWithItsEscapes() {
    assertThat(
            DatabaseParameters.read(
                "options=-c%20search_path%3Da%5C%20b&application_name=x+y&keepalives_idle=5"
                    + "&target_session_attrs=any&%73slmode=require&user=%C3%A9"))
        .containsEntry("options", "-c search_path=a\\ b")
        .containsEntry("application_name", "x+y")
        .containsEntry("sslmode", "require")
        .containsEntry("user", "é")
        .hasSize(4);
    assertThat(DatabaseParameters.read("ssl=true")).containsEntry("sslmode", "require");
    assertThat(DatabaseParameters.read("")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          search_path=app;                 parameter "search_path" of the database URL is not known to Ripcord; write options=-c%20search_path%3DSCHEMA (known: application_name,
          currentSchema=app;               parameter "currentSchema"
          service=prod;                    parameter "service"
          x-migrations-table=t;            parameter "x-migrations-table"
          Options=-c;                      parameter "Options"
          target_session_attrs=read-write; parameter target_session_attrs of the database URL is carried out as any only
          gssencmode=require;              parameter gssencmode
          connect_timeout=soon;            parameter connect_timeout of the database URL is not a whole number
          keepalives_idle=x;               parameter keepalives_idle
          sslcert=/a.pem;                  sslcert and sslkey of the database URL belong together
          host=a,b;                        the database URL names several hosts
          port=1,2;                        the database URL names several hosts
          dbname;                          *** is not a database URL
          dbname=%e9;                      the database URL has percent-escapes that are not UTF-8
          dbname=%2;                       the database URL has a % that is not followed by two hex digits
          dbname=%00;                      the database URL has a %00
          """)
  void b9_whatIsNotCarriedOut_isRefusedByName(String query, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DatabaseParameters.read(query))
        .satisfies(e -> assertThat(e.getMessage()).startsWith(message));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"postgresql://u:p@a,b/x", "postgresql://a:1,b:2/x", "postgresql://a/x?host=b,c"})
  void b9_severalHosts_areRefused(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DatabaseUrl.parse(url))
        .withMessageContaining("several hosts");
  }
}
