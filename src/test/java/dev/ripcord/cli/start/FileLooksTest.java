package dev.ripcord.cli.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FileLooksTest {
  private static Map<Path, String> holding(String content) {
    return Map.of(Path.of("ripcord.yaml"), content.equals("gone") ? "" : content);
  }

  /** What the file holds at the start and then at each look; and at which looks it is read. */
  @ParameterizedTest
  @CsvSource({
    "a a a a,          ''",
    "a b b b,          2",
    "a b c c c,        3",
    "a half b b,       3",
    "a b a a,          ''",
    "a b b a a,        '2,4'",
    "a gone gone,      2",
    "a gone b b,       3",
  })
  void file_isReadWhenItHoldsSomethingElse_atTwoLooks(String contents, String due) {
    List<String> all = List.of(contents.split(" ", -1));
    FileLooks looks = FileLooks.after(holding(all.getFirst()));
    List<String> read = new ArrayList<>();
    for (int look = 1; look < all.size(); look++) {
      Map<Path, String> now = holding(all.get(look));
      if (looks.isDue(now)) {
        read.add("" + look);
        looks = FileLooks.after(now);
      } else {
        looks = looks.and(now);
      }
    }

    assertThat(String.join(",", read)).isEqualTo(due);
  }
}
