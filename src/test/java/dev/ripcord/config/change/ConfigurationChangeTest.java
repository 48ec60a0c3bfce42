package dev.ripcord.config.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.config.FullFile;
import dev.ripcord.config.Loaded;
import dev.ripcord.config.Settings;
import dev.ripcord.config.file.ConfigurationFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigurationChangeTest {
  private static final String RUNNING =
      """
      listen: 127.0.0.1:9100
      token: letmein
      alerts: {slack: "http://slack.example/1", slack-channel: "#deploys"}
      threshold: 5%
      services:
        cart: {url: "http://127.0.0.1:8081/health"}
        shop:
          url: http://127.0.0.1:8080/health
          rules: {cpu: {limit: 90%}}
          platform: {docker: {container: shop}}
          headers: {Authorization: one}
      """;

  @TempDir private Path folder;

  private Settings settings(String yaml) throws IOException {
    Files.writeString(folder.resolve("r.yaml"), yaml);
    Loaded loaded = ConfigurationFile.load(Optional.of(Path.of("r.yaml")), Map.of(), folder);
    if (loaded instanceof Loaded.Invalid invalid) {
      throw new AssertionError(invalid.report());
    }
    return ((Loaded.Valid) loaded).settings();
  }

  private ConfigurationChange change(String after) throws IOException {
    return ConfigurationChange.of(settings(RUNNING), settings(after));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          cart: {url      | extra: {url: "http://e/h"}\\n  cart: {url | 1 service added (extra) |
          # nothing        | # nothing at all                           | nothing has changed |
          threshold: 5%   | threshold: 4%                              | 2 services changed (cart: threshold; shop: threshold) |
          threshold: 5%   | threshold: 5.0%                            | nothing has changed |
          limit: 90%      | limit: 80%                                 | 1 service changed (shop: rules.cpu.limit) |
          container: shop | container: shop-1                          | 1 service changed (shop: platform.docker.container) |
          Authorization: one | Authorization: two                      | 1 service changed (shop: a secret) |
          #deploys        | #alerts                                    | other keys changed (alerts.slack-channel) |
          example/1       | example/2                                  | other keys changed (a secret) |
          token: letmein  | token: other                               | other keys changed (a secret) |
          token: letmein  | reading: open                              | other keys changed (token) |
          9100            | 9101                                       | nothing has changed | listen
          listen:         | data: elsewhere\\nlisten:                   | nothing has changed | data
          listen:         | database: postgresql://h/d\\nlisten:       | nothing has changed | database
          listen:         | journal-away: local-file\\nlisten:         | nothing has changed | journal-away
          listen:         | retention: 30d\\nlisten:                   | nothing has changed | retention
          listen: 127.0.0.1 | retention: 30d\\nlisten: 0.0.0.0         | nothing has changed | listen,retention
          """)
  void difference_ofTwoFiles_isSaidByName(String found, String instead, String text, String waiting)
      throws IOException {
    String base = RUNNING + "# nothing\n";
    assertThat(base).contains(found);

    ConfigurationChange change =
        ConfigurationChange.of(
            settings(base), settings(base.replace(found, instead.replace("\\n", "\n"))));

    assertThat(change.text()).isEqualTo(text);
    assertThat(String.join(",", change.waiting())).isEqualTo(waiting == null ? "" : waiting);
    assertThat(change.isEmpty()).isEqualTo(text.equals("nothing has changed"));
  }

  @Test
  void addedChangedAndRemoved_areToldTogether() throws IOException {
    ConfigurationChange change =
        change(
            RUNNING
                .replace(
                    "  cart: {url: \"http://127.0.0.1:8081/health\"}",
                    "  pay: {url: \"http://p/h\"}")
                .replace("limit: 90%", "limit: 80%"));

    assertThat(change.text())
        .isEqualTo("1 service added (pay), 1 changed (shop: rules.cpu.limit), 1 removed (cart)");
    assertThat(change.added()).containsOnlyKeys(new dev.ripcord.release.ServiceName("pay"));
    assertThat(change.taken().services()).hasSize(2);
  }

  @Test
  void manyServices_areCountedAndSomeNamed() throws IOException {
    StringBuilder more = new StringBuilder(RUNNING);
    for (int i = 0; i < 8; i++) {
      more.append("  new").append(i).append(": {url: \"http://n/h\"}\n");
    }

    assertThat(change(more.toString()).text())
        .isEqualTo("8 services added (new0; new1; new2; new3; new4; 3 more)");
  }

  /** Where a thing stands is no difference, and every kind of value is equal to itself. */
  @Test
  void everyKey_readTwiceAtOtherLines_isNoDifference() throws IOException {
    FullFile.putFiles(folder);
    Path full = Path.of("src/test/resources/config/full.yml");
    Map<String, String> environment =
        Map.of("PASS", "p", "SLACK", "http://s/1", "SHOP_TOKEN", "t", "TOKEN", "t");
    Files.writeString(folder.resolve("one.yaml"), Files.readString(full));
    Files.writeString(folder.resolve("two.yaml"), "\n\n# moved\n" + Files.readString(full));

    ConfigurationChange change =
        ConfigurationChange.of(loaded("one.yaml", environment), loaded("two.yaml", environment));

    assertThat(change.text()).isEqualTo("nothing has changed");
    assertThat(change.waiting()).isEmpty();
  }

  private Settings loaded(String name, Map<String, String> environment) {
    Loaded loaded = ConfigurationFile.load(Optional.of(Path.of(name)), environment, folder);
    if (loaded instanceof Loaded.Invalid invalid) {
      throw new AssertionError(invalid.report());
    }
    return ((Loaded.Valid) loaded).settings();
  }

  @Test
  void whatWaits_staysAsItRuns_andTheRestIsTaken() throws IOException {
    Settings running = settings(RUNNING);

    ConfigurationChange change =
        ConfigurationChange.of(
            running, settings(RUNNING.replace("9100", "9101").replace("limit: 90%", "limit: 80%")));

    assertThat(change.taken().listen()).isEqualTo(running.listen());
    assertThat(change.changed()).hasSize(1);
    assertThat(ConfigurationChange.of(change.taken(), running).waiting()).isEmpty();
  }

  @Test
  void lastToken_ofAnAddressThatNeedsOne_isKeptUntilTheNextStart() throws IOException {
    Settings open = settings(RUNNING.replace("127.0.0.1:9100", "0.0.0.0:9100"));

    ConfigurationChange change =
        ConfigurationChange.of(open, settings(RUNNING.replace("token: letmein\n", "")));

    assertThat(change.waiting()).containsExactlyInAnyOrder("listen", "tokens");
    assertThat(change.taken().access()).isEqualTo(open.access());
    assertThat(change.isEmpty()).isTrue();
  }
}
