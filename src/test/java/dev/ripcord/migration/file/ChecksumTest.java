package dev.ripcord.migration.file;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChecksumTest {
  private static final String TEXT = "SELECT 1;\nSELECT 2;\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1;\nSELECT 2;\n",
        "SELECT 1;\r\nSELECT 2;\r\n",
        "\uFEFFSELECT 1;\nSELECT 2;\n",
        "\uFEFFSELECT 1;\r\nSELECT 2;\r\n"
      })
  void b28_byteOrderMarkAndLineEnds_areNoChange(String saved) {
    assertThat(Checksum.fits(Checksum.of(TEXT), saved)).isTrue();
    assertThat(Checksum.fits(Checksum.of(saved), TEXT)).isTrue();
    assertThat(Checksum.fits384(Checksum.of384(TEXT), saved)).isTrue();
    assertThat(Checksum.fits384(Checksum.of384(saved), TEXT)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SELECT 1; \nSELECT 2;\n", "SELECT 1;\n\uFEFFSELECT 2;\n"})
  void anythingElse_isAChange(String saved) {
    assertThat(Checksum.fits(Checksum.of(TEXT), saved)).isFalse();
  }
}
