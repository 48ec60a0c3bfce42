package dev.ripcord.postgres.journal;

import static dev.ripcord.postgres.journal.JournalRoom.SHOP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal.Append;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFileTest {
  private static final LocalFile.Kept KEPT =
      new LocalFile.Kept(
          SHOP,
          7,
          new Append(
              "one",
              3,
              JournalRoom.NOON,
              List.of(
                  new Entry.Watched(new WatchEvent.AbortAsked("ann\nand\u001b")),
                  new Entry.Finished(Outcome.ABORTED, "by ann")),
              List.of(JournalRoom.alert("key/1"))));

  @TempDir private Path folder;

  @Test
  void lines_areReadAsTheyWereWritten_whenTheProcessIsGone() throws IOException {
    LocalFile file = new LocalFile(folder.resolve("deeper"));
    assertThat(LocalFile.left(folder.resolve("deeper"))).isEmpty();
    file.add(KEPT);
    file.add(KEPT);
    assertThat(LocalFile.left(folder.resolve("deeper"))).isEmpty();
    file.close();

    assertThat(LocalFile.left(folder.resolve("deeper"))).containsExactly(file.path());
    assertThat(LocalFile.read(file.path())).containsExactly(KEPT, KEPT);
  }

  @Test
  void cleared_isNoFile_andTheNextLineMakesAnother() throws IOException {
    LocalFile file = new LocalFile(folder);
    file.add(KEPT);
    Path before = file.path();
    file.clear();
    assertThat(before).doesNotExist();
    file.add(KEPT);
    file.close();
    assertThat(LocalFile.read(file.path())).containsExactly(KEPT);
  }

  @Test
  void lastLineThatWasNotFinished_isLeftOut() throws IOException {
    LocalFile file = new LocalFile(folder);
    file.add(KEPT);
    file.close();
    Files.writeString(file.path(), "{\"service\":\"sh", StandardOpenOption.APPEND);
    assertThat(LocalFile.read(file.path())).containsExactly(KEPT);
  }

  @Test
  void lineThatIsSomethingElse_isNamed() throws IOException {
    LocalFile file = new LocalFile(folder);
    file.add(KEPT);
    file.close();
    for (String bad : List.of("[]", "{}", "no json", "{\"service\":7}")) {
      Files.writeString(file.path(), bad + "\n", StandardOpenOption.APPEND);
      assertThatThrownBy(() -> LocalFile.read(file.path()))
          .as(bad)
          .hasMessageContaining(file.path() + ", line 2");
    }
  }
}
