package dev.ripcord.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.TestPostgres;
import dev.ripcord.cli.Cli;
import dev.ripcord.cli.console.Console;
import dev.ripcord.port.Clocks;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Isolated: it answers on the standard input of the process. */
@Isolated
class RollbackCommandTest {
  @TempDir private Path folder;
  private final InputStream before = System.in;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @AfterEach
  void giveTheInputBack() {
    System.setIn(before);
  }

  @Test
  void answeredWithNo_changesNothing_andSaysSo() throws IOException {
    for (String version : List.of("v1", "v2")) {
      Files.createDirectories(folder.resolve("srv/releases").resolve(version));
    }
    Path current = folder.resolve("srv/current");
    Files.createSymbolicLink(current, Path.of("releases/v2"));
    Path file =
        Files.writeString(
            folder.resolve("r.yaml"),
            """
            database: %s
            services:
              shop:
                url: http://127.0.0.1:1/
                platform: {directory: {path: %s}}
            """
                .formatted(TestPostgres.freshDatabaseUrl(), folder.resolve("srv")));
    System.setIn(new ByteArrayInputStream("n\n".getBytes(StandardCharsets.UTF_8)));

    int code = rollback(file, "--release", "v2", "--previous-image", "v1");

    assertThat(code).isEqualTo(14);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("Roll back now? [y/N]");
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("Nothing was changed. Exit code 14");
    assertThat(Files.readSymbolicLink(current)).isEqualTo(Path.of("releases/v2"));
  }

  private int rollback(Path file, String... more) {
    String[] args = new String[more.length + 3];
    System.arraycopy(new String[] {"rollback", "-c", file.toString()}, 0, args, 0, 3);
    System.arraycopy(more, 0, args, 3, more.length);
    return Cli.run(
        args,
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of(),
            true),
        new Clocks(InstantSource.system(), System::nanoTime));
  }
}
