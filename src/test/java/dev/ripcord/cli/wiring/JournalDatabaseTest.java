package dev.ripcord.cli.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.Program;
import dev.ripcord.Waiting;
import dev.ripcord.config.Loaded;
import dev.ripcord.config.Settings;
import dev.ripcord.config.file.ConfigurationFile;
import dev.ripcord.postgres.embedded.EmbeddedServer;
import dev.ripcord.postgres.embedded.ServerChild;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two commands at once on one data folder, the other one in a process of its own. */
class JournalDatabaseTest {
  @TempDir private Path folder;

  @Test
  void open_whileAnotherProcessStartsTheServer_waitsForIt() throws Exception {
    Path data = folder.resolve("data");
    Process other =
        new ProcessBuilder(
                Stream.concat(
                        Program.command(ServerChild.class).stream(), Stream.of(data.toString()))
                    .toList())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertThat(Waiting.until(60, () -> isTaken(data, other))).isTrue();

      JournalDatabase joined = JournalDatabase.open(settings(data), JournalDatabase.Sharing.JOIN);

      assertThat(joined.server().map(EmbeddedServer::port)).isPresent();
      joined.close();
    } finally {
      other.getOutputStream().close();
      assertThat(other.waitFor(120, TimeUnit.SECONDS)).isTrue();
    }
  }

  private Settings settings(Path data) throws IOException {
    Path file = Files.writeString(folder.resolve("r.yaml"), "data: " + data + "\n");
    return ((Loaded.Valid) ConfigurationFile.load(Optional.of(file), Map.of(), folder)).settings();
  }

  /** It makes the cluster first, which takes far longer than it takes to see this. */
  private static boolean isTaken(Path data, Process by) {
    try {
      return Files.readString(data.resolve("lock")).strip().equals("" + by.pid());
    } catch (IOException e) {
      return false;
    }
  }
}
