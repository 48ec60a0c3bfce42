package dev.ripcord.cli.init;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.cli.init.Findings.ComposeService;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComposeReaderTest {
  private static List<ComposeService> read(String text) {
    return ComposeReader.read(text, Map.of("PORT", "9000"));
  }

  @Test
  void services_areReadInTheirOrder() {
    String text =
        """
        x-common: &common
          restart: always
          ports: ["8080:80"]
        services:
          web:
            <<: *common
            build: .
            image: ${REGISTRY:-acme}/web:${TAG-1}
          db:
            image: postgres:18
            ports: !reset []
        """;

    assertThat(read(text))
        .containsExactly(
            new ComposeService("web", "acme/web:1", true, List.of(Place.local(8080))),
            new ComposeService("db", "postgres:18", false, List.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'\"8080:80\"'|http://127.0.0.1:8080",
        "'\"8080:80/tcp\"'|http://127.0.0.1:8080",
        "'\"127.0.0.1:8080:80\"'|http://127.0.0.1:8080",
        "'\"0.0.0.0:8080:80\"'|http://127.0.0.1:8080",
        "'\"[::]:8080:80\"'|http://127.0.0.1:8080",
        "'\"10.1.2.3:8080:80\"'|http://10.1.2.3:8080",
        "'\"3000-3005:3000-3005\"'|http://127.0.0.1:3000",
        "'\"${PORT:-1}:80\"'|http://127.0.0.1:9000",
        "'\"$PORT:80\"'|http://127.0.0.1:9000",
        "'\"${NONE:-81}:80\"'|http://127.0.0.1:81",
        "'{target: 80, published: \"8080\"}'|http://127.0.0.1:8080",
        "'{target: 80, published: 8080, host_ip: 10.1.2.3}'|http://10.1.2.3:8080",
        "'{target: 80, published: 8080-8090, protocol: tcp}'|http://127.0.0.1:8080",
      })
  void port_isWhereTheServiceIsReached(String port, String expected) {
    assertThat(read("services: {web: {ports: [" + port + "]}}").getFirst().ports())
        .containsExactly(new Place(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"80\"",
        "80",
        "\"8080:80/udp\"",
        "\"99999:80\"",
        "\"${NONE}:80\"",
        "{target: 80}",
        "{target: 80, published: 0}",
        "{target: 80, published: 8080, protocol: udp}",
        "nonsense",
        "[1]"
      })
  void port_thatNobodyKnows_isLeftOut(String port) {
    assertThat(read("services: {web: {ports: [" + port + "]}}"))
        .containsExactly(new ComposeService("web", "", false, List.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'services: [unclosed'|is not YAML that can be read",
        "'just text'|has no services",
        "'services: {}'|has no services",
        "''|has no services",
        "'version: \"3\"'|has no services",
      })
  void fileThatIsNone_saysSo(String text, String expected) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(expected);
  }

  /** Nothing in a folder may end the command. */
  @Test
  void fileThatIsNestedWithoutEnd_isRefused() {
    assertThatThrownBy(() -> read("a: " + "[".repeat(50_000)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void mergeOfItself_ends() {
    assertThat(read("services: &s {web: {image: a}, <<: *s}")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "postgres,true",
    "postgres:18-alpine,true",
    "docker.io/library/Redis:7,true",
    "timescale/timescaledb-ha@sha256:00,true",
    "acme/shop:41,false",
    "acme/postgres-shop,false",
    "'',false"
  })
  void backing_isTold(String image, boolean expected) {
    assertThat(Backing.isBacking(image)).isEqualTo(expected);
  }
}
