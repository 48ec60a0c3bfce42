package dev.ripcord;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every source looks as google-java-format writes it. */
final class FormatTest {
  private static final JavaFormatterOptions.Style STYLE = JavaFormatterOptions.Style.GOOGLE;
  private static final Formatter FORMATTER =
      new Formatter(JavaFormatterOptions.builder().style(STYLE).build());

  @Test
  void everySource_isFormatted() throws IOException {
    List<Path> unformatted;
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      unformatted =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .parallel()
              .filter(file -> !isFormatted(file))
              .sorted()
              .toList();
    }
    assertThat(unformatted)
        .as(
            "sources that are not formatted; run: .ci/format %s",
            String.join(" ", unformatted.stream().map(Path::toString).toList()))
        .isEmpty();
  }

  private static boolean isFormatted(Path file) {
    try {
      String text = Files.readString(file);
      return text.equals(format(text));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    } catch (FormatterException wrong) {
      throw new AssertionError(file + " cannot be parsed: " + wrong.getMessage(), wrong);
    }
  }

  /** What {@code google-java-format --replace} does: unused imports, order of imports, layout. */
  private static String format(String text) throws FormatterException {
    String used = RemoveUnusedImports.removeUnusedImports(text);
    return FORMATTER.formatSource(ImportOrderer.reorderImports(used, STYLE));
  }
}
