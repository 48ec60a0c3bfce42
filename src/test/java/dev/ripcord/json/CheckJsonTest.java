package dev.ripcord.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.health.HealthReading;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class CheckJsonTest {
  @Test
  void check_everythingMeasured_hasTheExactShape() {
    var sample = Examples.sample(1240, 7);

    String json =
        CheckJson.of(Examples.SHOP, sample, Examples.reading(HealthReading.Kind.HEALTHY, sample))
            .toString();

    assertThat(json)
        .isEqualTo(
            "{\"service\":\"shop\",\"time\":\"2026-01-02T03:04:05.678Z\",\"verdict\":\"healthy\","
                + "\"status\":200,\"requests\":1240,\"errors\":7,\"errorRate\":0.00564516,"
                + "\"latency\":{\"p50\":0.012,\"p95\":0.08,\"p99\":0.21},\"cpu\":0.42,"
                + "\"memory\":0.61,\"database\":{\"up\":true,\"latency\":0.0012},\"reasons\":[],"
                + "\"window\":30,\"probed\":false}");
  }

  @Test
  void check_nothingMeasured_isNullNeverZero() {
    var sample = Examples.nothing();

    String json =
        CheckJson.of(Examples.SHOP, sample, Examples.reading(HealthReading.Kind.UNKNOWN, sample))
            .toString();

    assertThat(json)
        .isEqualTo(
            "{\"service\":\"shop\",\"time\":\"2026-01-02T03:04:05.678Z\",\"verdict\":\"unknown\","
                + "\"status\":null,\"requests\":null,\"errors\":null,\"errorRate\":null,"
                + "\"latency\":{\"p50\":null,\"p95\":null,\"p99\":null},\"cpu\":null,"
                + "\"memory\":null,\"database\":null,\"reasons\":[{\"code\":\"dns\","
                + "\"text\":\"shop.invalid does not resolve\"}],\"window\":30,\"probed\":false}");
  }

  @Test
  void check_readBack_saysTheSameAgain() throws JsonProcessingException {
    for (var sample : List.of(Examples.sample(1240, 7), Examples.nothing())) {
      for (HealthReading.Kind kind : HealthReading.Kind.values()) {
        String json =
            CheckJson.of(Examples.SHOP, sample, Examples.reading(kind, sample)).toString();

        CheckJson.Check read = CheckJson.read(new ObjectMapper().readTree(json)).orElseThrow();

        assertThat(CheckJson.of(read.service(), read.sample(), read.reading()).toString())
            .isEqualTo(json);
      }
    }
  }

  @Test
  void whatIsNoCheck_isNotReadBack() throws JsonProcessingException {
    for (String json : List.of("{}", "[]", "{\"verdict\":\"fine\"}", "{\"verdict\":\"healthy\"}")) {
      assertThat(CheckJson.read(new ObjectMapper().readTree(json))).as(json).isEmpty();
    }
  }

  @Test
  void check_withoutRequests_hasNoErrorRate() {
    var sample = Examples.sample(0, 0);

    ObjectNode json =
        CheckJson.of(Examples.SHOP, sample, Examples.reading(HealthReading.Kind.UNKNOWN, sample));

    assertThat(json.toString()).contains("\"requests\":0,\"errors\":0,\"errorRate\":null");
  }

  @Test
  void figure_ofAnySize_hasSixDigitsAndNoExponent() {
    assertThat(figure(0.00000012345678)).isEqualTo("{\"x\":0.000000123457}");
    assertThat(figure(123456789)).isEqualTo("{\"x\":123457000}");
    assertThat(figure(0)).isEqualTo("{\"x\":0}");
    assertThat(figure(1)).isEqualTo("{\"x\":1}");
    assertThat(figure(1.0 / 3)).isEqualTo("{\"x\":0.333333}");
    assertThat(figure(Double.NaN)).isEqualTo("{\"x\":null}");
    assertThat(figure(Double.POSITIVE_INFINITY)).isEqualTo("{\"x\":null}");
  }

  private static String figure(double value) {
    ObjectNode node = Json.object();
    Json.figure(node, "x", OptionalDouble.of(value));
    return node.toString();
  }
}
