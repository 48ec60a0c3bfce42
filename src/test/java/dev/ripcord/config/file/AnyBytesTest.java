package dev.ripcord.config.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.config.Loaded;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a file holds, loading it gives an answer and throws nothing. */
class AnyBytesTest {
  private static final List<String> PIECES =
      List.of(
          "services:",
          "\n",
          "\n  ",
          "\n    ",
          ": ",
          "- ",
          "shop",
          "url",
          "{",
          "}",
          "[",
          "]",
          "&a ",
          "*a",
          "<<: *a",
          "!tag ",
          "${A",
          "${B:-",
          "}",
          "$$",
          "'",
          "\"",
          "|\n",
          ">\n",
          "# ",
          "---",
          "...",
          "%YAML 1.2\n",
          "%YAML 9.99999999999\n",
          "? ",
          "\t",
          "\u0000",
          "\u2028",
          "é",
          "😀",
          "rules",
          "platform",
          "token_file: .",
          "database: postgres://",
          "headers",
          "null",
          "~");

  @TempDir private Path folder;

  private void load(byte[] bytes) throws IOException {
    Path file = folder.resolve("r.yaml");
    Files.write(file, bytes);
    Loaded loaded = ConfigurationFile.load(Optional.of(file), Map.of("A", "\u0000x"), folder);
    if (loaded instanceof Loaded.Invalid invalid) {
      assertThat(invalid.problems()).isNotEmpty();
      assertThat(invalid.report()).isNotBlank();
    }
  }

  private static long seed() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    return seed;
  }

  @Test
  void randomBytes_loaded_giveAnAnswer() throws IOException {
    Random random = new Random(seed());
    for (int i = 0; i < 500; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      load(bytes);
    }
  }

  @Test
  void randomPieces_loaded_giveAnAnswer() throws IOException {
    Random random = new Random(seed());
    for (int i = 0; i < 1_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(40); n > 0; n--) {
        text.append(PIECES.get(random.nextInt(PIECES.size())));
      }
      load(text.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void goodFileWithOneChange_loaded_givesAnAnswer() throws IOException {
    byte[] good = Files.readAllBytes(Path.of("src/test/resources/config/full.yml"));
    Random random = new Random(seed());
    for (int i = 0; i < 500; i++) {
      byte[] changed = good.clone();
      changed[random.nextInt(changed.length)] = (byte) random.nextInt(128);
      load(changed);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{a: ", "- ", "? ", "&a [", "${A:-", "!", "\"", "a: |\n"})
  void deepNesting_loaded_givesAnAnswer(String piece) throws IOException {
    load(piece.repeat(5_000).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void multiplyingAliases_loaded_giveAnAnswer() throws IOException {
    StringBuilder text = new StringBuilder("a0: &a0 {x: 1}\n");
    for (int i = 1; i < 200; i++) {
      text.append(
          "a%d: &a%d {<<: [*a%d, *a%d], y: [*a%d, *a%d]}%n"
              .formatted(i, i, i - 1, i - 1, i - 1, i - 1));
    }
    load(text.toString().getBytes(StandardCharsets.UTF_8));
  }
}
