package dev.ripcord.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.Waiting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real programs and files. */
final class ProgramNoteTest {
  @TempDir private Path folder;

  private ProgramNote note() {
    return new ProgramNote(folder.resolve("programs/shop.pid"));
  }

  private Process start(String... command) throws IOException {
    Process process = new ProcessBuilder(note().noting(List.of(command))).start();
    assertThat(Waiting.until(10, () -> note().running().isPresent() || !process.isAlive()))
        .isTrue();
    return process;
  }

  @Test
  void c14_programThatRuns_isFoundByAnotherProcess() throws IOException {
    Process process = start("sleep", "600");

    assertThat(note().running().map(ProcessHandle::pid)).isEqualTo(Optional.of(process.pid()));
    process.destroyForcibly();
  }

  @Test
  void programThatEnded_isNotFound() throws Exception {
    Process process = start("true");
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();

    assertThat(note().running()).isEmpty();
  }

  @Test
  void c14_anotherProcessThatGotTheNumberLater_isNotTaken() throws IOException {
    Process process = start("sleep", "600");
    Files.setLastModifiedTime(note().file(), FileTime.from(Instant.now().minusSeconds(3600)));

    assertThat(note().running()).isEmpty();
    process.destroyForcibly();
  }

  @Test
  void noNote_orOneThatIsNoNumber_findsNothing() throws IOException {
    assertThat(note().running()).isEmpty();
    Files.createDirectories(folder.resolve("programs"));
    Files.writeString(note().file(), "not a number\n");
    assertThat(note().running()).isEmpty();
  }

  @Test
  void noting_wherePlaceIsNoFolder_runsTheProgramWithoutANote() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");

    assertThat(new ProgramNote(file.resolve("below/shop.pid")).noting(List.of("true")))
        .containsExactly("true");
  }

  @Test
  void noting_keepsArgumentsAndExitCode() throws Exception {
    Process process = start("sh", "-c", "printf '%s|' \"$@\"; exit 7", "x", "a b", "", "$HOME");

    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("a b||$HOME|");
    assertThat(process.waitFor()).isEqualTo(7);
  }
}
