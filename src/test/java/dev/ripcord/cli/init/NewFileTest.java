package dev.ripcord.cli.init;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewFileTest {
  @TempDir private Path folder;

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(each -> String.valueOf(each.getFileName())).toList();
    }
  }

  @Test
  void file_isWrittenAndNothingElseIsLeft() throws IOException {
    Path file = folder.resolve("a/b.yaml");

    NewFile.write(file, "x: 1\n");

    assertThat(file).hasContent("x: 1\n");
    assertThat(names(folder.resolve("a"))).containsExactly("b.yaml");
  }

  @Test
  void fileThatAppearedMeanwhile_isLeftAlone() throws IOException {
    Path file = Files.writeString(folder.resolve("b.yaml"), "mine");

    assertThatThrownBy(() -> NewFile.write(file, "theirs"))
        .isInstanceOf(FileAlreadyExistsException.class);

    assertThat(file).hasContent("mine");
    assertThat(names(folder)).containsExactly("b.yaml");
  }
}
