package dev.ripcord.migration.risk;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SizeTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0             | READ    | 0 bytes, under 1 s at 200 MB/s",
        "16384         | REWRITE | 16 kB, under 1 s at 50 MB/s",
        "3328599654    | BUILD   | 3.1 GB, about 40 s at 80 MB/s",
        "53687091200   | REWRITE | 50 GB, about 17 min at 50 MB/s",
        "1099511627776 | REWRITE | 1.0 TB, about 5.8 h at 50 MB/s"
      })
  void sizeAndDuration_areAsPeopleSayThem(long bytes, Size.Work work, String words) {
    assertThat(new Size(bytes).during(work)).isEqualTo(words);
  }
}
