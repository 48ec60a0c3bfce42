package dev.ripcord.cli.help;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The scripts, as the shells themselves take them. */
class CompletionCommandTest {
  @TempDir private Path folder;

  private String script(String shell) throws IOException {
    CommandLineRun run = CommandLineRun.of("completion", shell);
    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    return Files.writeString(folder.resolve("ripcord." + shell), run.out()).toString();
  }

  /** What a shell prints for a piece of a program; fails where it complains. */
  private String output(String shell, String program) throws Exception {
    ProcessBuilder call = new ProcessBuilder(shell, "-c", program).redirectErrorStream(true);
    call.environment().put("HOME", folder.toString());
    Process process = call.directory(folder.toFile()).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    assertThat(process.waitFor()).as(out).isZero();
    return out;
  }

  @Test
  void bash_takesTheScript() throws Exception {
    assertThat(output("bash", "source " + script("bash") + " && complete -p ripcord"))
        .contains("complete ")
        .endsWith(" ripcord");
  }

  @ParameterizedTest
  @CsvSource({
    "mig, migrate",
    "migrate sta, stage1 stage2 status",
    "check --thr, --threshold",
    "completion z, zsh",
    "status -o j, json"
  })
  void bash_atTab_offersWhatBeginsSo(String typed, String offered) throws Exception {
    String[] words = typed.split(" ", -1);
    assertThat(
            output(
                "bash",
                "source %s; compopt() { :; }; COMP_WORDS=(ripcord %s); COMP_CWORD=%d; _complete_ripcord; echo ${COMPREPLY[@]}"
                    .formatted(script("bash"), typed, words.length)))
        .satisfies(
            out ->
                assertThat(List.of(out.split(" ", -1)))
                    .containsExactlyInAnyOrder(offered.split(" ", -1)));
  }

  @Test
  void zsh_takesTheScript() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/zsh")), "zsh is not installed (Debian: zsh)");
    assertThat(
            output(
                "zsh",
                "autoload -U +X compinit && compinit -u; source "
                    + script("zsh")
                    + "; print -r -- $_comps[ripcord]"))
        .contains("_complete_ripcord");
  }

  @ParameterizedTest
  @CsvSource({
    "mig, migrate",
    "migrate sta, stage1 stage2 status",
    "check --thr, --threshold",
    "migrate up --forw, --forward-only",
    "completion z, zsh",
    "status -o j, json"
  })
  void fish_atTab_offersWhatBeginsSo(String typed, String offered) throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/fish")), "fish is not installed (Debian: fish)");
    assertThat(
            output("fish", "source %s; complete -C'ripcord %s'".formatted(script("fish"), typed))
                .lines()
                .map(line -> line.replaceFirst("\t.*", "")))
        .containsExactlyInAnyOrder(offered.split(" ", -1));
  }

  @Test
  void fish_isToldWhatEachCommandDoes() throws Exception {
    assertThat(script("fish")).isNotEmpty();
    assertThat(Files.readString(folder.resolve("ripcord.fish")))
        .contains("-n '__ripcord_at' -a check -d 'Measures a service once, and judges it.'");
  }

  @Test
  void otherShell_isRefused_namingThoseThatThereAre() {
    CommandLineRun run = CommandLineRun.of("completion", "tcsh");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo("ripcord: no completion for the shell \"tcsh\": bash, zsh or fish\n");
  }
}
