package dev.ripcord.cli.start;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.config.file.ConfigurationFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDigestsTest {
  private final FileDigests digests = new FileDigests();
  private final Instant later = Instant.now().plus(Duration.ofMinutes(1));

  @TempDir private Path folder;

  @Test
  void everyChange_isSeen() throws IOException {
    Path file = folder.resolve("a");
    Files.writeString(file, "one");
    FileTime old = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));
    Files.setLastModifiedTime(file, old);
    assertIsRight(file);
    assertIsRight(file);

    Files.writeString(file, "two");
    Files.setLastModifiedTime(file, old);
    assertIsRight(file);

    Path other = Files.writeString(folder.resolve("b"), "six");
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
    assertIsRight(file);

    Files.delete(file);
    assertThat(digests.of(file, later)).isEmpty();
  }

  @Test
  void link_isFollowed() throws IOException {
    Path one = Files.writeString(folder.resolve("one"), "1");
    Path two = Files.writeString(folder.resolve("two"), "2");
    Path link = Files.createSymbolicLink(folder.resolve("link"), one);
    assertIsRight(link);

    Files.delete(link);
    Files.createSymbolicLink(link, two);

    assertIsRight(link);
    assertThat(digests.of(link, later)).isEqualTo(ConfigurationFile.digest(two));
  }

  @Test
  void fileThatWasJustChanged_isReadAgain() throws IOException {
    Path file = Files.writeString(folder.resolve("a"), "one");
    Instant now = Instant.now();
    String first = digests.of(file, now);

    Files.writeString(file, "two");

    assertThat(digests.of(file, now)).isNotEqualTo(first);
  }

  private void assertIsRight(Path file) {
    assertThat(digests.of(file, later)).isEqualTo(ConfigurationFile.digest(file));
  }
}
