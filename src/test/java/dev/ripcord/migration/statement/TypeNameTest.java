package dev.ripcord.migration.statement;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TypeNameTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "varchar(20)                  | character varying(20)",
        "VARCHAR ( 20 )               | character varying(20)",
        "character varying            | character varying",
        "char                         | character(1)",
        "bpchar                       | character",
        "numeric(10)                  | numeric(10,0)",
        "DECIMAL(10 , 2)              | numeric(10,2)",
        "int                          | integer",
        "int4                         | integer",
        "float                        | double precision",
        "float(24)                    | real",
        "timestamp(3)                 | timestamp without time zone(3)",
        "timestamp (3) with time zone | timestamp with time zone(3)",
        "timestamptz                  | timestamp with time zone",
        "time                         | time without time zone",
        "interval day to second(3)    | interval(3)",
        "interval year to month       | interval year to month",
        "int[]                        | integer[]",
        "int ARRAY[3]                 | integer[]",
        "varchar(5)[][]               | character varying(5)[]",
        "pg_catalog.int8              | bigint",
        "app.mood                     | app.mood",
        "bit                          | bit(1)",
        "varbit(8)                    | bit varying(8)"
      })
  void spellings_ofOneType_areOne(String text, String canonical) {
    assertThat(TypeName.of(text)).hasToString(canonical);
  }
}
