package dev.ripcord.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.port.Alert;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AlertTextsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private static Alert downFailed(String release, String why) {
    return AlertTexts.downFailed(
        new Release(new ServiceName("shop"), release, Optional.empty(), Optional.empty()),
        17,
        "02_create_orders",
        why,
        true,
        NOW);
  }

  @Test
  void s3_commandToPasteWithANameOfAnOlderJournal_isQuoted() {
    assertThat(downFailed("v2; touch pwned #", "x").lines().getLast())
        .endsWith(
            "To go on by hand (shows what would be lost, and asks before anything is deleted):"
                + " ripcord migrate down --release 'v2; touch pwned #'");
    assertThat(downFailed("v42", "x").lines().getLast()).endsWith("--release v42");
  }

  @Test
  void s4_alertWithTextFromOutside_showsControlCharactersAsEscapes() {
    Alert alert = downFailed("v2\n\u001b[2J", "ERROR\u001b]0;owned\u0007\n  line 2");

    assertThat(alert.title())
        .isEqualTo("shop v2\\n\\u001b[2J: down migration 02_create_orders failed");
    assertThat(alert.lines().getFirst()).isEqualTo("ERROR\\u001b]0;owned\\u0007\n  line 2");
  }
}
