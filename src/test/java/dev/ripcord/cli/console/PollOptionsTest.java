package dev.ripcord.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.config.Loaded;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.file.ConfigurationFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What is set for one run obeys the rules of the configuration. */
class PollOptionsTest {
  @TempDir private Path folder;

  private ServiceSettings shop() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("r.yaml"), "services: {shop: {url: http://127.0.0.1:1/}}\n");
    Loaded loaded = ConfigurationFile.load(Optional.of(file), Map.of(), folder);
    return ((Loaded.Valid) loaded).settings().services().values().iterator().next();
  }

  private static PollOptions options(String... words) {
    return CommandLine.populateCommand(new PollOptions(), words);
  }

  @Test
  void set_isTaken() throws IOException {
    ServiceSettings set =
        options("--interval", "2s", "--threshold", "3%").over(shop(), Optional.empty());

    assertThat(set.schedule().interval()).isEqualTo(Duration.ofSeconds(2));
    assertThat(set.rules().threshold()).hasToString("3%");
  }

  @ParameterizedTest
  @CsvSource({
    "--interval, 0s, 'above 0'",
    "--threshold, 0%, 'a threshold of 0%'",
    "--breaches, 0, 'breaches'",
  })
  void nothing_isRefused_asBadUsage_withTheOption(String option, String value, String said)
      throws IOException {
    ServiceSettings shop = shop();

    assertThatThrownBy(() -> options(option, value).over(shop, Optional.empty()))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(option + ": ")
        .hasMessageContaining(said);
  }
}
