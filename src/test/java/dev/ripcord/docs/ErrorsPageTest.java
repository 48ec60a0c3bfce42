package dev.ripcord.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.commonmark.ext.gfm.tables.TableBody;
import org.commonmark.ext.gfm.tables.TableRow;
import org.commonmark.node.Code;
import org.junit.jupiter.api.Test;

/**
 * The indexes by error text and by the first line of an alert, against the texts in the sources.
 */
class ErrorsPageTest {
  private static final int MESSAGES_LEAST = 60;
  private static final int FIRST_LINES_LEAST = 20;
  private static final int PIECE_LEAST = 6;

  @Test
  void everyMessage_isStillSaidByTheProgram() throws IOException {
    List<String> sources = sources();
    List<String> gone = new ArrayList<>();
    int seen = 0;
    Page page = Page.read(Path.of(""), Path.of("docs/errors.md"));
    for (TableBody body : page.nodes(TableBody.class)) {
      for (TableRow row : Page.below(body, TableRow.class)) {
        Code message = Page.below(row.getFirstChild(), Code.class).getFirst();
        seen++;
        if (sources.stream().noneMatch(source -> says(source, message.getLiteral()))) {
          gone.add(page.place(message) + ": no source says \"" + message.getLiteral() + "\"");
        }
      }
    }
    assertThat(gone).isEmpty();
    assertThat(seen).as("messages in docs/errors.md").isGreaterThan(MESSAGES_LEAST);
  }

  @Test
  void everyFirstLineOfAnAlert_isStillSaidByTheProgram() throws IOException {
    List<String> sources = sources();
    Page page = Page.read(Path.of(""), Path.of("docs/guide-sre.md"));
    TableBody index = page.nodes(TableBody.class).getFirst();
    List<Code> lines =
        Page.below(index, TableRow.class).stream()
            .flatMap(row -> Page.below(row.getFirstChild(), Code.class).stream())
            .toList();

    assertThat(lines)
        .hasSizeGreaterThan(FIRST_LINES_LEAST)
        .allSatisfy(
            line ->
                assertThat(sources)
                    .as(page.place(line) + ": " + line.getLiteral())
                    .anyMatch(source -> says(source, line.getLiteral())));
  }

  /** Whether one source has all pieces of a message, whose {@code …} stand for what varies. */
  private static boolean says(String source, String message) {
    List<String> pieces =
        Stream.of(message.split("…", -1))
            .map(String::strip)
            .filter(each -> each.length() >= PIECE_LEAST)
            .toList();
    return !pieces.isEmpty() && pieces.stream().allMatch(source::contains);
  }

  /** The sources, in each of them what two literals make together as one text. */
  private static List<String> sources() throws IOException {
    List<String> sources = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        sources.add(Files.readString(file).replaceAll("\"\\s*\\+\\s*\"", "").replace("\\\"", "\""));
      }
    }
    return sources;
  }
}
