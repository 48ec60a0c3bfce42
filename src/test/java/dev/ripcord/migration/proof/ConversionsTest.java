package dev.ripcord.migration.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.migration.proof.Shape.Column;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConversionsTest {
  private static Column column(String base, String type) {
    List<String> labels = base.startsWith("enum") ? List.of("a", "b") : List.of();
    return new Column(1, "c", type, base, true, Optional.empty(), false, false, labels);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "int4 | integer | int8 | bigint",
        "int8 | bigint | int2 | smallint",
        "int8 | bigint | numeric | numeric(20,0)",
        "int4 | integer | text | text",
        "int4 | integer | varchar | character varying(20)",
        "varchar | character varying(40) | varchar | character varying(80)",
        "varchar | character varying(40) | text | text",
        "text | text | varchar | character varying",
        "bpchar | character(4) | bpchar | character(9)",
        "numeric | numeric(10,2) | numeric | numeric(14,4)",
        "numeric | numeric(10,2) | numeric | numeric",
        "float4 | real | float8 | double precision",
        "jsonb | jsonb | json | json",
        "timestamp | timestamp(3) without time zone | timestamp | timestamp without time zone",
        "uuid | uuid | text | text",
        "enum | st | text | text",
        "text | text | enum | st",
        "enum | st | enum2 | n",
        "_varchar | character varying(10)[] | _text | text[]",
        "int4 | integer | int4 | percent",
      })
  void b1_typesThatKeepEveryValue_areKnown(String base, String type, String to, String other) {
    assertThat(Conversions.keep(column(base, type), column(to, other))).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "numeric | numeric | int4 | integer",
        "numeric | numeric | numeric | numeric(38,8)",
        "numeric | numeric(10,2) | numeric | numeric(10,1)",
        "int4 | integer | numeric | numeric(3,-2)",
        "int8 | bigint | float8 | double precision",
        "int4 | integer | float4 | real",
        "int4 | integer | varchar | character varying(2)",
        "float8 | double precision | float4 | real",
        "float8 | double precision | numeric | numeric",
        "varchar | character varying(40) | varchar | character varying(20)",
        "text | text | varchar | character varying(500)",
        "text | text | bpchar | character(9)",
        "text | text | int4 | integer",
        "text | text | uuid | uuid",
        "text | text | varchar | short",
        "json | json | jsonb | jsonb",
        "timestamp | timestamp without time zone | date | date",
        "timestamp | timestamp without time zone | timestamp | timestamp(3) without time zone",
        "timestamptz | timestamp with time zone | timestamp | timestamp without time zone",
        "inet | inet | cidr | cidr",
        "enum | st | varchar | character varying(1)",
        "_text | text[] | _varchar | character varying(10)[]",
        "point | point | text | text",
      })
  void b1_typesThatMayChangeAValue_areNotBelieved(
      String base, String type, String to, String other) {
    assertThat(Conversions.keep(column(base, type), column(to, other))).isFalse();
  }
}
