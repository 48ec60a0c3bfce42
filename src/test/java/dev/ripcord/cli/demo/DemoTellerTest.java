package dev.ripcord.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DemoTellerTest {
  @Test
  void e22_cost_namesTheTimeInWhichItsRequestsWereCounted() {
    assertThat(DemoTeller.cost(Duration.ofMillis(4900), Duration.ofMillis(10_920), 174, 546))
        .containsExactly(
            "From the third breach to healthy again: 4.9 s.",
            "From the release of v2 to healthy again: 11 s. Requests that failed in that time: 174"
                + " of 546, those during the restart included.");
  }
}
