package dev.ripcord.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Makes {@code target/site}, and looks at every page of it. */
class SiteTest {
  private static final Pattern CODE = Pattern.compile("<(code|pre)\\b.*?</\\1>", Pattern.DOTALL);
  private static final Pattern TARGET = Pattern.compile(" (?:href|src)=\"([^\"]*)\"");

  @TempDir private Path folder;

  @Test
  void site_ofThisProject_hasNoBrokenLinkAndNoScript() throws IOException {
    Path site = Path.of("target/site");
    new Site(Path.of(""), site).write();

    List<Path> pages = pages(site);
    List<String> broken = new ArrayList<>();
    for (Path page : pages) {
      String html = Files.readString(page);
      assertThat(html).as(page.toString()).doesNotContain("<script").contains("<h1 id=");
      assertThat(CODE.matcher(html).replaceAll(""))
          .as("%s: a * that Markdown did not take for a mark", page)
          .doesNotContain("*");
      Matcher target = TARGET.matcher(html);
      while (target.find()) {
        if (!leadsSomewhere(page, target.group(1))) {
          broken.add(page + " -> " + target.group(1));
        }
      }
    }
    assertThat(broken).isEmpty();
    assertThat(pages).hasSameSizeAs(Page.all(Path.of("")));
  }

  @Test
  void page_hasItsPlaceInTheNavigation_andSafeText() throws IOException {
    write("README.md", "# Ripcord\n\n[Guide](docs/guide.md#one), [licence](LICENSE)\n");
    write("LICENSE", "free");
    write("docs/README.md", "# All\n\n## Begin & go on\n\n- [The guide](guide.md): read it\n");
    write(
        "docs/guide.md",
        "# Guide\n\n<!-- for us -->\n\n<b>raw</b>\n\n## One\n\n    a < b\n\n|a|\n|-|\n|b|\n");
    write("docs/ko/guide.md", "# 안내서\n\n[영어](../guide.md)\n");
    write("src/test/resources/docs/style.css", "body {}");

    new Site(folder, folder.resolve("out")).write();

    assertThat(read("out/index.html"))
        .contains("<title>Ripcord</title>")
        .contains("href=\"guide.html#one\"")
        .contains("href=\"files/LICENSE\"");
    assertThat(read("out/files/LICENSE")).isEqualTo("free");
    assertThat(read("out/guide.html"))
        .contains("<title>Guide · Ripcord</title>")
        .contains("<h2 lang=\"en\">Begin &amp; go on</h2>")
        .contains("<a href=\"guide.html\" aria-current=\"page\">The guide</a>")
        .contains("<h2 id=\"one\">One</h2>")
        .doesNotContain("for us")
        .contains("&lt;b&gt;raw&lt;/b&gt;")
        .contains("<pre tabindex=\"0\"><code>a &lt; b")
        .contains("<div class=\"scroll\" tabindex=\"0\"><table>");
    assertThat(read("out/ko/guide.html"))
        .contains("<html lang=\"ko\">")
        .contains("href=\"../style.css\"")
        .contains("<a href=\"../guide.html\">영어</a>");
  }

  private static boolean leadsSomewhere(Path page, String target) throws IOException {
    if (target.startsWith("https://")) {
      return true;
    }
    int hash = target.indexOf('#');
    String file = hash < 0 ? target : target.substring(0, hash);
    Path to = file.isEmpty() ? page : page.resolveSibling(file).normalize();
    return Files.isRegularFile(to)
        && (hash < 0
            || Files.readString(to).contains(" id=\"" + target.substring(hash + 1) + "\""));
  }

  private static List<Path> pages(Path site) throws IOException {
    try (Stream<Path> files = Files.walk(site)) {
      return files.filter(each -> each.toString().endsWith(".html")).sorted().toList();
    }
  }

  private void write(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.resolveSibling(""));
    Files.writeString(path, text);
  }

  private String read(String file) throws IOException {
    return Files.readString(folder.resolve(file));
  }
}
