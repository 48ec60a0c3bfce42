package dev.ripcord.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.cli.console.Ansi;
import dev.ripcord.health.Sample;
import dev.ripcord.json.Examples;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Recorded;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchEvent;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The story of a watch with its arithmetic. */
final class ExplainTextTest {
  private static String explained(Sample... samples) {
    List<Recorded> entries = new ArrayList<>();
    entries.add(Examples.recorded(1, new Entry.Opened(Examples.charter("v42"))));
    for (Sample sample : samples) {
      entries.add(
          Examples.recorded(
              entries.size() + 1L, new Entry.Watched(new WatchEvent.Sampled(sample))));
    }
    entries.add(Examples.recorded(99, new Entry.Finished(Outcome.CONDEMNED, "it was bad")));
    return String.join(
        "\n",
        new ExplainText(new Ansi(false, true), ZoneOffset.UTC)
            .lines(Examples.ended(17, Outcome.CONDEMNED, "it was bad"), entries));
  }

  @Test
  void rule_polls_andEnd_areThere_inTheirOrder() {
    String text = explained(Examples.sample(100, 0), Examples.sample(200, 40));

    assertThat(text)
        .startsWith("shop v42   condemned\n  it was bad.\n  rule: 3 breaches")
        .containsSubsequence(
            "poll 1  ok healthy",
            "0 errors of 100 requests (0.0%), below 5%: healthy",
            "poll 2",
            "1/3",
            "40 errors of 200 requests (20.0%), at or above 5%");
  }

  @Test
  void pollThatWasNotMeasured_saysWhy() {
    assertThat(explained(Examples.nothing()))
        .contains("requests were not counted: unknown, and the breaches so far stay");
  }
}
