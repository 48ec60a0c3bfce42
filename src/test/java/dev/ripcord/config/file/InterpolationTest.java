package dev.ripcord.config.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InterpolationTest {
  private static final Interpolation ENVIRONMENT =
      new Interpolation(Map.of("VAR", "value", "EMPTY", "", "TRICKY", "${VAR} $$ : {a: b}"));

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      nullValues = "NULL",
      value = {
        "plain                         ; plain",
        "${VAR}                        ; value",
        "a ${VAR} b ${VAR}             ; a value b value",
        "${VAR:-default}               ; value",
        "${VAR-default}                ; value",
        "${VAR:?message}               ; value",
        "${EMPTY}                      ; ''",
        "${EMPTY:-default}             ; default",
        "${EMPTY-default}              ; ''",
        "${EMPTY?message}              ; ''",
        "${UNSET:-default}             ; default",
        "${UNSET-default}              ; default",
        "${UNSET:-}                    ; ''",
        "${UNSET:-${VAR}}              ; value",
        "${UNSET:-${UNSET:-a}b}c       ; abc",
        "${UNSET:-a:-b}                ; a:-b",
        "${VAR:-${UNSET}}              ; value",
        "$$                            ; $",
        "$${VAR}                       ; ${VAR}",
        "$$$${VAR}                     ; $${VAR}",
        "${UNSET:-$$}                  ; $",
        "$VAR                          ; $VAR",
        "p4$$w0rd$                     ; p4$w0rd$",
        "a}b{c                         ; a}b{c",
        "${TRICKY}                     ; ${VAR} $$ : {a: b}",
      })
  void text_resolved_givesTheValue(String text, String value) {
    assertThat(ENVIRONMENT.resolve(text)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "${UNSET}           | the environment variable UNSET is not set; set it, or write"
            + " ${UNSET:-default}",
        "${UNSET:?why}      | the environment variable UNSET is not set: why",
        "${UNSET?why}       | the environment variable UNSET is not set: why",
        "${EMPTY:?why}      | the environment variable EMPTY is not set: why",
        "${UNSET:-${UNSET}} | the environment variable UNSET is not set; set it, or write"
            + " ${UNSET:-default}",
        "secret${UNSET      | has a ${ without its }; write $$ for a dollar",
        "${UNSET:-$$}{      | ''",
      })
  void textThatCannotBeResolved_resolved_isRefusedWithTheRule(String text, String message) {
    if (message.isEmpty()) {
      assertThat(ENVIRONMENT.resolve(text)).isEqualTo("${");
      return;
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ENVIRONMENT.resolve(text))
        .withMessage(message);
  }

  @ParameterizedTest
  @CsvSource({"${}", "${1A}", "${A B}", "${VAR:+x}", "${-x}", "${VAR!}"})
  void otherForms_resolved_areRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ENVIRONMENT.resolve(text))
        .withMessageContaining("has a ${…} that is not ${NAME}");
  }

  @Test
  void endlessNesting_resolved_isRefused() {
    String text = "${A:-".repeat(50_000) + "}".repeat(50_000);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ENVIRONMENT.resolve(text))
        .withMessageContaining("nested deeper than 10");
  }
}
