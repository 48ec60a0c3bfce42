package dev.ripcord.config.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The table of all keys in docs/configuration.md is the table in {@link Keys}. With
 * RIPCORD_WRITE_EXPECTED in the environment it is written anew.
 */
class ReferenceTest {
  private static final Path DOCS = Path.of("docs/configuration.md");
  private static final Path EXAMPLE = Path.of("config/ripcord.example.yaml");
  private static final String BEGIN = "<!-- keys: written by ReferenceTest -->\n";
  private static final String END = "<!-- /keys -->";

  @Test
  void reference_comparedWithTheKeys_isTheirTable() throws IOException {
    String page = Files.readString(DOCS);
    String written =
        page.substring(0, page.indexOf(BEGIN) + BEGIN.length())
            + table()
            + page.substring(page.indexOf(END));
    if (System.getenv("RIPCORD_WRITE_EXPECTED") != null) {
      Files.writeString(DOCS, written);
    }
    assertThat(Files.readString(DOCS)).isEqualTo(written);
  }

  @Test
  void exampleFile_comparedWithTheStarter_isTheSame() throws IOException {
    String starter = ConfigurationFile.starter(EXAMPLE);
    if (System.getenv("RIPCORD_WRITE_EXPECTED") != null) {
      Files.writeString(EXAMPLE, starter);
    }
    assertThat(Files.readString(EXAMPLE)).isEqualTo(starter);
  }

  private static String table() {
    List<String> lines = new ArrayList<>();
    lines.add("| Key | Type | Default | Meaning | Example |");
    lines.add("|---|---|---|---|---|");
    rows(Keys.TOP.keys(), "", lines);
    return String.join("\n", lines) + "\n";
  }

  private static void rows(List<Key> keys, String path, List<String> lines) {
    for (Key key : keys) {
      boolean again = path.endsWith("NAME.") && SharedKeys.ALL.contains(key);
      if (!again) {
        row(key, path, lines);
      }
    }
  }

  private static void row(Key key, String path, List<String> lines) {
    String mark = path.isEmpty() && SharedKeys.ALL.contains(key) ? " ●" : "";
    switch (key) {
      case Key.Value<?> value -> {
        String name = code(path + key.name()) + mark;
        String file = value.mayBeInFile() ? ", " + code(path + value.fileName()) : "";
        lines.add(
            row(
                name + file,
                value.type().name(),
                value.fallback().isEmpty() ? "" : code(value.fallback()),
                key.text(),
                code(value.example())));
      }
      case Key.Group group -> {
        lines.add(row(code(path + key.name()) + mark, "map", "", key.text(), ""));
        rows(group.keys(), path + key.name() + ".", lines);
      }
      case Key.Named named -> {
        lines.add(row(code(path + key.name()), "map", "", key.text(), ""));
        rows(named.each().keys(), path + key.name() + ".NAME.", lines);
      }
      case Key.Listed list -> {
        lines.add(row(code(path + key.name()), "list of maps", "", key.text(), ""));
        rows(list.each().keys(), path + key.name() + "[].", lines);
      }
    }
  }

  private static String row(String... cells) {
    return "| " + String.join(" | ", cells) + " |";
  }

  private static String code(String text) {
    return "`" + text + "`";
  }
}
