package dev.ripcord.cli.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.config.MigrationSettings.Losses;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SalvageRulesTest {
  @ParameterizedTest
  @CsvSource({"SALVAGE, true", "ASK, true", "DEFER, false"})
  void whatARollbackDestroys_isKept_unlessItsDownsAreLeftOut(Losses.Act act, boolean keeps) {
    assertThat(SalvageRules.of(new Losses(act, 7, Duration.ofSeconds(3))).keeps()).isEqualTo(keeps);
  }
}
