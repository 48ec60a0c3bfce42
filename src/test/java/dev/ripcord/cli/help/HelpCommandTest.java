package dev.ripcord.cli.help;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HelpCommandTest {
  @Test
  void help_alone_listsEveryCommandInItsGroup() {
    CommandLineRun run = CommandLineRun.of("help");

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    for (CommandGroup group : CommandGroup.values()) {
      assertThat(group.commands())
          .allSatisfy(name -> assertThat(run.out()).containsPattern("(?m)^  " + name + " +[A-Z]"));
    }
  }

  @Test
  void program_withoutACommand_listsThemAsAnError() {
    CommandLineRun run = CommandLineRun.of();

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).isEqualTo(CommandLineRun.of("help").out());
    assertThat(CommandLineRun.of("--help").out()).isEqualTo(run.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"check", "pause", "migrate", "migrate up", "config check", "help"})
  void help_ofACommand_isItsOwn(String command) {
    String[] words = command.split(" ", -1);
    CommandLineRun run = CommandLineRun.of(("help " + command).split(" ", -1));

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("Usage: ripcord " + command + " ");
    String[] asked = Arrays.copyOf(words, words.length + 1);
    asked[words.length] = "--help";
    assertThat(run.out()).isEqualTo(CommandLineRun.of(asked).out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "chek                    | 2 | unknown command chek; did you mean ripcord check?",
        "stat                    | 2 | unknown command stat; did you mean ripcord status?",
        "stage1                  | 2 | unknown command stage1; did you mean ripcord migrate"
            + " stage1?",
        "frobnicate              | 2 | unknown command frobnicate",
        "migrate stats           | 2 | unknown command stats; did you mean ripcord migrate status?",
        "help chek               | 2 | unknown command chek; did you mean ripcord check?",
        "help migrate stats      | 2 | unknown command stats; did you mean ripcord migrate status?",
        "check --treshold 5%     | 3 | unknown option --treshold; did you mean --threshold?",
        "check --Threshold=5%    | 3 | unknown option --Threshold; did you mean --threshold?",
        "plan --prev app:1       | 2 | unknown option --prev; did you mean --previous-image?",
        "plan --frobnicate       | 2 | unknown option --frobnicate",
        "watch --relase v42      | 2 | unknown option --relase; did you mean --release?",
        "watch --service shop    | 2 | Missing required option: '--release=NAME'",
        "deploy --image a:1 --skip-migrate --auto-migrate | 2 | --auto-migrate, --skip-migrate are"
            + " mutually exclusive (specify only one)",
        "abort shop --for 5m     | 2 | unknown option --for",
      })
  void misspelt_isAnsweredInOneLine_withWhatIsMeant(String call, int exitCode, String said) {
    CommandLineRun run = CommandLineRun.of(call.split(" ", -1));

    assertThat(run.exitCode()).isEqualTo(exitCode);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines().toList())
        .hasSize(2)
        .startsWith("ripcord: " + said)
        .last()
        .asString()
        .matches("Help: ripcord( [a-z]+)* --help");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "migrate status --database-urll=postgresql://ann:s3cret@db/shop",
        "migrate status --database-urll postgresql://ann:s3cret@db/shop",
        "status shop postgresql://ann:s3cret@db/shop"
      })
  void misspelt_withASecretBehindIt_neverShowsIt(String call) {
    assertThat(CommandLineRun.of(call.split(" ", -1)).err())
        .startsWith("ripcord: ")
        .doesNotContain("s3cret");
  }

  @Test
  void help_ofTheSayInAWatch_hasAnExampleOfItsOwn() {
    assertThat(CommandLineRun.of("help", "pause").out())
        .contains("Example: ripcord pause shop --for 10m", "--for=TIME");
    assertThat(CommandLineRun.of("help", "resume").out())
        .contains("Example: ripcord resume shop")
        .doesNotContain("--for");
    assertThat(CommandLineRun.of("help", "approve").out())
        .contains("Example: ripcord approve shop")
        .doesNotContain("--for");
    assertThat(CommandLineRun.of("help", "abort").out())
        .contains("Example: ripcord abort shop")
        .doesNotContain("--for");
  }
}
