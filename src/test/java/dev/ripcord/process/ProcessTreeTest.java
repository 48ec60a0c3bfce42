package dev.ripcord.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real programs with children and grandchildren. */
final class ProcessTreeTest {
  private static final Duration GRACE = Duration.ofMillis(500);

  @TempDir private Path folder;

  private Path file(String name) {
    return folder.resolve(name);
  }

  private Process start(String script) throws IOException {
    Process process =
        new ProcessBuilder("sh", "-c", script).directory(folder.toFile()).inheritIO().start();
    assertThat(Waiting.until(10, () -> Files.exists(file("up")))).isTrue();
    return process;
  }

  private void end(Process process) throws Exception {
    ProcessTree.end(process.toHandle(), GRACE).get(120, TimeUnit.SECONDS);
    assertThat(process.isAlive()).isFalse();
  }

  private boolean isGone(String name) throws IOException {
    long pid = Long.parseLong(Files.readString(file(name)).strip());
    return ProcessHandle.of(pid).map(p -> !ProcessTree.isRunning(p)).orElse(true);
  }

  @Test
  void c16_shellWhoseChildIsEnded_doesNotGoOn() throws Exception {
    end(start("touch up; sleep 600; touch next"));

    assertThat(file("next")).doesNotExist();
  }

  @Test
  void c16_shellsInShells_noneGoesOn() throws Exception {
    end(start("sh -c 'sh -c \"touch up; sleep 600; touch inner\"; touch middle'; touch outer"));

    for (String name : List.of("inner", "middle", "outer")) {
      assertThat(file(name)).doesNotExist();
    }
  }

  @Test
  void programThatIgnoresTheSignal_isKilledWithItsChildren() throws Exception {
    end(
        start(
            "trap '' TERM; sh -c 'trap \"\" TERM; echo $$ > child; touch up; sleep 600; touch x';"
                + " touch next"));

    assertThat(file("next")).doesNotExist();
    assertThat(file("x")).doesNotExist();
    assertThat(isGone("child")).isTrue();
  }

  @Test
  void programThatCleansUp_mayDoSo() throws Exception {
    end(start("trap 'touch clean; exit 0' TERM; touch up; while :; do sleep 0.05; done"));

    assertThat(file("clean")).exists();
  }

  @Test
  void programThatHasEnded_isNoTrouble() throws Exception {
    Process process = start("touch up");
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();

    end(process);
  }
}
