package dev.ripcord.config.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.config.Loaded;
import dev.ripcord.config.Loaded.Invalid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every {@code bad-*.yaml} against the {@code bad-*.txt} beside it: the whole report, word by word.
 */
class BadFilesTest {
  private static final Path FOLDER = Path.of("src/test/resources/config");

  static List<Path> badFiles() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("badFiles")
  void badFile_loaded_givesItsReport(Path file) throws IOException {
    Path name = file.getFileName();
    Loaded loaded = ConfigurationFile.load(Optional.of(name), Map.of(), FOLDER);

    assertThat(loaded).isInstanceOf(Invalid.class);
    String report =
        ((Invalid) loaded).report().replace(FOLDER.toAbsolutePath().toString(), "FOLDER") + "\n";
    Path expected = Path.of(file.toString().replace(".yaml", ".txt"));
    if (System.getenv("RIPCORD_WRITE_EXPECTED") != null) {
      Files.writeString(expected, report);
    }
    assertThat(report).isEqualTo(Files.readString(expected)).doesNotContain("hunter2");
  }
}
