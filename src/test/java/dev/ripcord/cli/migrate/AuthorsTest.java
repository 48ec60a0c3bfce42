package dev.ripcord.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthorsTest {
  @TempDir Path folder;

  @Test
  void d6_programThatDoesNotEnd_isEndedAtTheLimit() {
    List<String> endless = List.of("sh", "-c", "echo ann; exec tail -f /dev/null");
    assertThat(Authors.lines(folder, endless, Duration.ofMillis(200))).isEmpty();
  }

  @Test
  void lines_ofAProgramThatEnds_areGiven() {
    List<String> quick = List.of("sh", "-c", "echo ann; echo bob");
    assertThat(Authors.lines(folder, quick, Duration.ofSeconds(20))).containsExactly("ann", "bob");
  }
}
