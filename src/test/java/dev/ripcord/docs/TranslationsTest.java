package dev.ripcord.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TranslationsTest {
  @TempDir private Path folder;

  @Test
  void everyTranslatedPage_isInStepWithTheEnglishOne() throws IOException {
    List<String> behind = new ArrayList<>();
    for (Page page : Page.all(Path.of(""))) {
      Optional<Path> english = Translation.original(page.path());
      if (english.isPresent()) {
        behind.addAll(Translation.differences(Page.read(Path.of(""), english.get()), page));
      }
    }
    assertThat(behind).isEmpty();
  }

  @Test
  void original_isTheEnglishPage_byPlaceOrByName() {
    assertThat(Translation.original(Path.of("docs/ko/guide.md")))
        .contains(Path.of("docs/guide.md"));
    assertThat(Translation.original(Path.of("README.ko.md"))).contains(Path.of("README.md"));
    assertThat(Translation.original(Path.of("docs/guide.md"))).isEmpty();
  }

  @Test
  void samePages_haveNoDifference() throws IOException {
    assertThat(
            differences(
                "# A\n\ntext `x`\n\n## B\n\n    run\n", "# 가\n\n글 `x`\n\n## 나\n\n    run\n"))
        .isEmpty();
  }

  @Test
  void sectionThatIsMissing_isNamed() throws IOException {
    assertThat(differences("# A\n\n## B\n\n## C\n", "# 가\n\n## 나\n"))
        .containsExactly(
            "docs/ko/page.md has 2 sections, docs/page.md has 3: look at docs/page.md:5, \"C\"");
  }

  @Test
  void headingOfAnotherLevel_isNamed() throws IOException {
    assertThat(differences("# A\n\n### B\n\n## C\n", "# 가\n\n## 나\n\n## 다\n"))
        .containsExactly(
            "docs/ko/page.md:3, \"나\": a heading of level 2, and of level 3 at docs/page.md:3,"
                + " \"B\"");
  }

  @Test
  void codeThatDiffers_isNamedWithTheSection() throws IOException {
    assertThat(
            differences(
                "# A\n\n## B\n\nsay `--for`\n\n    run\n    stop\n\n|a|\n|-|\n|1|\n|2|\n",
                "# 가\n\n## 나\n\n말 `--by`\n\n    run\n    halt\n\n|a|\n|-|\n|1|\n"))
        .containsExactly(
            "docs/ko/page.md:3, \"나\": code block 1 differs in line 2: \"halt\", and \"stop\" at"
                + " docs/page.md:3, \"B\"",
            "docs/ko/page.md:3, \"나\": lacks `--for` of docs/page.md:3, \"B\"",
            "docs/ko/page.md:3, \"나\": has `--by`, which docs/page.md:3, \"B\" has not",
            "docs/ko/page.md:3, \"나\": 1 row of tables, and 2 at docs/page.md:3, \"B\"");
  }

  private List<String> differences(String english, String korean) throws IOException {
    Files.createDirectories(folder.resolve("docs/ko"));
    Files.writeString(folder.resolve("docs/page.md"), english);
    Files.writeString(folder.resolve("docs/ko/page.md"), korean);
    return Translation.differences(
        Page.read(folder, Path.of("docs/page.md")), Page.read(folder, Path.of("docs/ko/page.md")));
  }
}
