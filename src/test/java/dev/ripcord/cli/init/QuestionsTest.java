package dev.ripcord.cli.init;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.cli.init.Findings.ComposeFile;
import dev.ripcord.cli.init.Findings.ComposeService;
import dev.ripcord.cli.init.Findings.DatabaseIn;
import dev.ripcord.cli.init.Findings.Endpoint;
import dev.ripcord.cli.init.Findings.Page;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QuestionsTest {
  private static final Path COMPOSE = Path.of("/srv/shop/compose.yaml");
  private static final Findings FINDINGS =
      new Findings(
          Path.of("/srv/shop"),
          new Look.Found<>(
              new ComposeFile(
                  COMPOSE,
                  List.of(
                      new ComposeService("web", "", true, List.of(Place.local(8080))),
                      new ComposeService("api", "", true, List.of(Place.local(81)))))),
          new Look.Nothing<>(""),
          new Look.Nothing<>(""),
          new Look.Found<>(DatabaseIn.URL),
          new Look.Nothing<>(""),
          List.of(
              new Endpoint(
                  Place.local(8080), Optional.empty(), Optional.of("/health"), Optional.empty())));

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final List<Place> looked = new ArrayList<>();

  private Proposal ask(String... answers) throws IOException {
    String typed = answers.length == 0 ? "" : String.join("\n", answers) + "\n";
    return new Questions(
            new BufferedReader(new StringReader(typed)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            place -> {
              looked.add(place);
              return Optional.of(
                  new Endpoint(
                      place,
                      Optional.of(new Page("/metrics", Optional.of("http_requests_total"), "")),
                      Optional.empty(),
                      Optional.empty()));
            })
        .ask(FINDINGS);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void enter_takesWhatWasFound() throws IOException {
    assertThat(ask("", "", "", "")).isEqualTo(Proposer.of(FINDINGS));
    assertThat(out())
        .contains("Name of the service (web, api) [web]: ")
        .contains("Where it answers [http://127.0.0.1:8080/health]: ")
        .contains("  1  the Compose service web of compose.yaml\n")
        .contains("  3  none of them: alerts, and no rollback of the image\n")
        .contains("What runs it [1]: ")
        .contains("Its database is that of DATABASE_URL [yes]: ");
    assertThat(looked).isEmpty();
  }

  @Test
  void anotherService_bringsWhatBelongsToIt() throws IOException {
    Proposal proposal = ask("api", "", "", "");

    assertThat(proposal.health().url()).isEqualTo("http://127.0.0.1:81/");
    assertThat(proposal.runner().value())
        .contains(new Runner.ComposeService(Optional.of(COMPOSE), "", "api"));
  }

  @Test
  void answers_areTaken_andTheMetricsPageBesideTheAddressToo() throws IOException {
    Proposal proposal = ask("shop", "https://shop.example/ready", "3", "no");

    assertThat(proposal.name().value()).isEqualTo("shop");
    assertThat(proposal.health().url()).isEqualTo("https://shop.example/ready");
    assertThat(proposal.health().metrics()).contains("https://shop.example/metrics");
    assertThat(proposal.runner().value()).isEmpty();
    assertThat(proposal.database()).isEmpty();
    assertThat(looked).containsExactly(new Place("https://shop.example"));
  }

  @Test
  void answerThatCannotBeUsed_isSaidAndAskedForAgain() throws IOException {
    Proposal proposal =
        ask("a b", "web", "here", "http://me:secret@127.0.0.1/", "", "9", "x", "2", "what", "y");

    assertThat(proposal.name().value()).isEqualTo("web");
    assertThat(proposal.runner().value())
        .contains(new Runner.ComposeService(Optional.of(COMPOSE), "", "api"));
    assertThat(proposal.database()).isPresent();
    assertThat(out())
        .contains("  1 to 63 letters, digits")
        .contains("  That does not begin with http:// or https://\n")
        .contains("  That has a user or a password; put it under headers later\n")
        .contains("  A number from 1 to 3\n")
        .contains("  yes or no\n")
        .doesNotContain("secret");
  }

  @Test
  void endOfInput_isNoAnswer() {
    for (String[] answers : new String[][] {{}, {""}, {"", ""}, {"", "", ""}}) {
      assertThatThrownBy(() -> ask(answers)).isInstanceOf(Questions.InputEnded.class);
    }
  }
}
