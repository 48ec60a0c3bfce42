package dev.ripcord.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.process.ProcessRequest.Output;
import dev.ripcord.process.ProcessResult.Ending;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ProcessRunnerTest {
  private static final Optional<Duration> LONG = Optional.of(Duration.ofMinutes(1));

  private static ProcessRequest shell(String text, Optional<Duration> deadline, Output output) {
    return new ProcessRequest(
        List.of("/bin/sh", "-c", text), Path.of("/"), Map.of("SAID", "word"), deadline, output);
  }

  @Test
  void run_givesCodeAndStreamsApart_withOnlyTheGivenEnvironment() throws Exception {
    String text = "echo $SAID$HOME; echo trouble >&2; cat; exit 3";
    assertThat(ProcessRunner.run(shell(text, LONG, Output.WHOLE)))
        .isEqualTo(new ProcessResult(Ending.EXITED, 3, "word\n", "trouble\n"));
  }

  @Test
  void run_together_keepsTheOrderOfPrinting() throws Exception {
    String text = "echo one; echo two >&2; echo three";
    ProcessResult result = ProcessRunner.run(shell(text, LONG, Output.WHOLE_TOGETHER));
    assertThat(result.output()).isEqualTo("one\ntwo\nthree\n");
    assertThat(result.errors()).isEmpty();
  }

  @Test
  void run_whole_keepsALongOutput_andTails_itsEnd() throws Exception {
    String text = "i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done";
    List<String> whole =
        ProcessRunner.run(shell(text, LONG, Output.WHOLE)).output().lines().toList();
    assertThat(whole).hasSize(3000).startsWith("line 0").endsWith("line 2999");

    String tail = ProcessRunner.run(shell(text, LONG, Output.TAILS)).output();
    assertThat(tail).startsWith("…").endsWith("line 2998\nline 2999").hasSizeLessThan(4_200);
  }

  @Test
  void run_beyondItsDeadline_isEndedWithWhatItStarted() throws Exception {
    String text = "echo begun; sleep 1000 & echo $!; wait";
    ProcessResult result =
        ProcessRunner.run(shell(text, Optional.of(Duration.ofMillis(300)), Output.WHOLE));
    assertThat(result.ending()).isEqualTo(Ending.LATE);
    assertThat(result.isGood()).isFalse();
    List<String> lines = result.output().lines().toList();
    assertThat(lines).first().isEqualTo("begun");
    assertThat(ProcessHandle.of(Long.parseLong(lines.get(1))).filter(ProcessTree::isRunning))
        .isEmpty();
  }

  @Test
  void start_thatIsRevoked_isEnded() throws Exception {
    CompletableFuture<Void> revoked = new CompletableFuture<>();
    CompletableFuture<ProcessResult> running =
        ProcessRunner.start(shell("exec tail -f /dev/null", LONG, Output.TAILS), revoked);
    revoked.complete(null);
    assertThat(running.join().ending()).isEqualTo(Ending.REVOKED);
    assertThat(running.join().exitCode()).isEqualTo(143);
  }

  @Test
  void start_tails_doNotWaitForWhoHoldsThePipe() throws Exception {
    ProcessResult result = ProcessRunner.run(shell("sleep 1000 & echo $!", LONG, Output.TAILS));
    long child = Long.parseLong(result.output().strip());
    ProcessHandle.of(child).ifPresent(ProcessHandle::destroyForcibly);
    assertThat(result.ending()).isEqualTo(Ending.EXITED);
  }

  /** The program stays until its output is surely read: else its pipe is closed at its end. */
  @Test
  void start_answer_isWaitedForAfterTheEnd() throws Exception {
    String late = "(sleep 4; echo shop:2) & sleep 2";
    assertThat(ProcessRunner.run(shell(late, LONG, Output.ANSWER)).output()).isEqualTo("shop:2\n");
    assertThat(ProcessRunner.run(shell(":", LONG, Output.ANSWER)).output()).isEmpty();
  }

  @Test
  void run_ofNoProgram_fails() {
    ProcessRequest none =
        new ProcessRequest(List.of("/no/such/program"), Path.of("/"), Map.of(), LONG, Output.WHOLE);
    assertThatThrownBy(() -> ProcessRunner.run(none)).isInstanceOf(IOException.class);
  }
}
