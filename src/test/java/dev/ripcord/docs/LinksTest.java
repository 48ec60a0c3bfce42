package dev.ripcord.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinksTest {
  @TempDir private Path folder;

  @Test
  void everyLinkAndPicture_leadsSomewhere() throws IOException {
    assertThat(new LinkCheck(Path.of("")).problems()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [a](other.md)                  |
          [a](other.md#a-long-way)       |
          [a](#here-it-is)               |
          [a](../LICENSE)                |
          [a](https://example.org/x#y)   |
          ![a picture](drawn.svg)        |
          `[a](nowhere.md)`              |
          [a](nowhere.md)                | docs/page.md:3: nowhere.md leads to no file of the project
          [a](other.md#a-short-way)      | docs/page.md:3: other.md#a-short-way: docs/other.md has no heading with the anchor #a-short-way
          [a](#there)                    | docs/page.md:3: #there: docs/page.md has no heading with the anchor #there
          [a](drawn.svg#there)           | docs/page.md:3: drawn.svg#there names a place in what is no page
          [a](../../passwd)              | docs/page.md:3: ../../passwd leads to no file of the project
          [a]()                          | docs/page.md:3: the link has no address
          [a](http://example.org)        | docs/page.md:3: http://example.org is no https address with a host
          [a](https:example.org)         | docs/page.md:3: https:example.org is no https address with a host
          ![](drawn.svg)                 | docs/page.md:3: the picture drawn.svg has no text for those who do not see it
          ![a](gone.svg)                 | docs/page.md:3: gone.svg leads to no file of the project
          """)
  void problems_nameThePlaceAndTheRule(String line, String problem) throws IOException {
    Files.createDirectories(folder.resolve("docs"));
    Files.writeString(folder.resolve("LICENSE"), "free");
    Files.writeString(folder.resolve("docs/drawn.svg"), "<svg/>");
    Files.writeString(folder.resolve("docs/other.md"), "# Other\n\n## A `long` way!\n");
    Files.writeString(folder.resolve("docs/page.md"), "# Here it is\n\n" + line + "\n");

    LinkCheck check = new LinkCheck(folder);

    if (problem == null) {
      assertThat(check.problems()).isEmpty();
    } else {
      assertThat(check.problems()).containsExactly(problem);
    }
  }
}
