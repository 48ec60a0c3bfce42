package dev.ripcord.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ripcord.cli.console.Console;
import dev.ripcord.port.Clocks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * docs/man/ripcord.1 is what {@link ManPage} makes of the commands. With RIPCORD_WRITE_EXPECTED in
 * the environment it is written anew.
 */
class ManPageTest {
  private static final Path PAGE = Path.of("docs/man/ripcord.1");

  @Test
  void manPage_comparedWithTheCommands_saysTheSame() throws IOException {
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    Console console = new Console(nowhere, nowhere, Map.of(), false);
    Clocks clocks = new Clocks(InstantSource.system(), System::nanoTime);
    String made = ManPage.of(Cli.line(console, clocks).getCommandSpec());
    if (System.getenv("RIPCORD_WRITE_EXPECTED") != null) {
      Files.createDirectories(PAGE.getParent());
      Files.writeString(PAGE, made);
    }
    assertThat(Files.readString(PAGE)).isEqualTo(made);
  }

  @Test
  void manPage_readByMan_givesNoWarning() throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/man")), "man is not installed");
    ProcessBuilder man =
        new ProcessBuilder("man", "--warnings", "-l", PAGE.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    man.environment().putAll(Map.of("MANPAGER", "cat", "MANWIDTH", "80", "LC_ALL", "C.UTF-8"));
    Process process = man.start();
    String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).isEmpty();
  }
}
