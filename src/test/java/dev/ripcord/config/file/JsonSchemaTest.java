package dev.ripcord.config.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.client.WireMock.JsonSchemaVersion;
import com.github.tomakehurst.wiremock.matching.MatchesJsonSchemaPattern;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The schema against a validator of Draft-07, the one that WireMock carries. */
class JsonSchemaTest {
  private static final Path FOLDER = Path.of("src/test/resources/config");
  private static final ObjectMapper JSON = new ObjectMapper();

  private static boolean accepts(String yaml) throws IOException {
    Object document = new Load(LoadSettings.builder().build()).loadFromString(yaml);
    String schema = JSON.writeValueAsString(ConfigurationFile.schema());
    return new MatchesJsonSchemaPattern(schema, JsonSchemaVersion.V7)
        .match(JSON.writeValueAsString(document))
        .isExactMatch();
  }

  @Test
  void goodFiles_checked_areAccepted() throws IOException {
    assertThat(accepts(Files.readString(Path.of("config/ripcord.example.yaml")))).isTrue();
    assertThat(accepts(Files.readString(FOLDER.resolve("full.yml")))).isTrue();
    assertThat(accepts("services: {shop: {url: http://127.0.0.1}}")).isTrue();
    assertThat(accepts("{threshold: 0.05, interval: '${I:-5}', services: }")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bad-nothing-to-measure",
        "bad-platforms",
        "bad-secrets",
        "bad-types",
        "bad-unknown-keys",
        "bad-urls",
        "bad-values",
        "bad-words"
      })
  void badFile_checked_isRefused(String name) throws IOException {
    assertThat(accepts(Files.readString(FOLDER.resolve(name + ".yaml")))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{interval: 30}",
        "{interval: 30 s}",
        "{threshold: 5}",
        "{breaches: 0}",
        "{minimum-requests: 0}",
        "{order: sideways}",
        "{stop-first: maybe}",
        "{listen: 9095}",
        "{tresholds: 5%}",
        "{token: [a]}",
        "{rules: {cpu: {limit: 90}}}",
        "{rules: {cpu: {limit: 90%, act: panic}}}",
        "{services: {'a b': {url: http://h}}}",
        "{services: {shop: {url: ftp://h}}}",
        "{services: {shop: {url: http://h, platform: {}}}}",
        "{services: {shop: {url: http://h, platform: {docker: {}}}}}",
        "{services: {shop: {url: http://h, platform: {command: {switch: [a]}}}}}"
      })
  void badValue_checked_isRefused(String yaml) throws IOException {
    assertThat(accepts(yaml)).isFalse();
  }

  @Test
  void everyProperty_hasADescription() {
    List<String> without = new ArrayList<>();
    describe("", ConfigurationFile.schema(), without);
    assertThat(without).isEmpty();
  }

  private static void describe(String path, Map<?, ?> schema, List<String> without) {
    if (schema.get("description") == null) {
      without.add(path);
    }
    for (String kind : List.of("properties", "patternProperties")) {
      if (schema.get(kind) instanceof Map<?, ?> properties) {
        properties.forEach(
            (name, inner) -> describe(path + "." + name, (Map<?, ?>) inner, without));
      }
    }
  }
}
