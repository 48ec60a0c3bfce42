package dev.ripcord.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.BulletList;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.Image;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Link;
import org.commonmark.node.ListItem;
import org.commonmark.node.Node;
import org.commonmark.renderer.html.AttributeProvider;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * The documentation as a static site: one HTML page for each Markdown file, one style sheet, no
 * script. The navigation is the list in {@code docs/README.md}. The same pages give the same bytes.
 */
final class Site {
  private static final String STYLE = "style.css";
  private static final int CONTENTS_FROM = 3;

  private final Path root;
  private final Path out;
  private final Map<Path, Page> pages = new TreeMap<>();

  /**
   * @param root the project's folder
   * @param out where it is written; what is there is written over
   */
  Site(Path root, Path out) {
    this.root = root;
    this.out = out;
  }

  /** Reads all pages and writes the site. */
  void write() throws IOException {
    for (Page page : Page.all(root)) {
      pages.put(page.path(), page);
    }
    List<Section> sections = sections();
    for (Page page : pages.values()) {
      Path file = out.resolve(address(page.path()));
      Files.createDirectories(parent(file));
      Files.writeString(file, html(page, sections));
    }
    Files.copy(
        root.resolve("src/test/resources/docs").resolve(STYLE),
        out.resolve(STYLE),
        StandardCopyOption.REPLACE_EXISTING);
  }

  /** Where a file of the project is in the site, relative to the site's folder. */
  static Path address(Path file) {
    String name = String.valueOf(file.getFileName());
    Path docs = Path.of("docs");
    if (!name.endsWith(".md")) {
      return file.startsWith(docs) ? docs.relativize(file) : Path.of("files").resolve(file);
    }
    if (file.equals(Path.of("README.md"))) {
      return Path.of("index.html");
    }
    if (file.equals(Path.of("docs/README.md"))) {
      return Path.of("contents.html");
    }
    Path below = file.startsWith(docs) ? docs.relativize(file) : file;
    return below.resolveSibling(name.substring(0, name.length() - 2) + "html");
  }

  /** A heading of the list of all pages, with the links below it. */
  private record Section(String title, List<Entry> entries) {}

  private record Entry(Path page, String title) {}

  private List<Section> sections() {
    List<Section> sections = new ArrayList<>();
    Page list = pages.get(Path.of("docs/README.md"));
    if (list == null) {
      return sections;
    }
    String title = "";
    for (Node each = list.document().getFirstChild(); each != null; each = each.getNext()) {
      if (each instanceof Heading heading) {
        title = Page.text(heading);
      } else if (each instanceof BulletList bullets) {
        List<Entry> entries = entries(bullets);
        if (!entries.isEmpty()) {
          sections.add(new Section(title, entries));
        }
      }
    }
    return sections;
  }

  private static List<Entry> entries(BulletList bullets) {
    List<Entry> entries = new ArrayList<>();
    for (ListItem item : Page.below(bullets, ListItem.class)) {
      Page.below(item, Link.class).stream()
          .findFirst()
          .filter(link -> link.getDestination().endsWith(".md"))
          .ifPresent(
              link ->
                  entries.add(
                      new Entry(
                          Path.of("docs").resolve(link.getDestination()).normalize(),
                          Page.text(link))));
    }
    return entries;
  }

  private String html(Page page, List<Section> sections) throws IOException {
    Map<Heading, String> anchors = page.anchors();
    for (Link link : page.nodes(Link.class)) {
      link.setDestination(to(page, link.getDestination()));
    }
    for (Image image : page.nodes(Image.class)) {
      image.setDestination(to(page, image.getDestination()));
    }
    page.nodes(HtmlBlock.class).stream()
        .filter(each -> each.getLiteral().startsWith("<!--"))
        .forEach(Node::unlink);
    HtmlRenderer renderer =
        HtmlRenderer.builder()
            .extensions(List.of(TablesExtension.create()))
            .escapeHtml(true)
            .attributeProviderFactory(context -> attributes(anchors))
            .build();
    Frame frame = Frame.of(page.path());
    String body =
        renderer
            .render(page.document())
            .replace("<table>", "<div class=\"scroll\" tabindex=\"0\"><table>")
            .replace("</table>", "</table></div>")
            .replaceFirst(
                "</h1>\n", "</h1>\n" + Matcher.quoteReplacement(contents(anchors, frame)));
    String up = "../".repeat(address(page.path()).getNameCount() - 1);
    return """
    <!DOCTYPE html>
    <html lang="%s">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>%s</title>
    <link rel="stylesheet" href="%s">
    </head>
    <body>
    <a class="skip" href="#main">%s</a>
    <header><a class="home" href="%sindex.html">Ripcord</a> <a class="jump" href="#pages">%s</a></header>
    <main id="main">
    %s</main>
    <nav id="pages" aria-label="%s">
    %s</nav>
    </body>
    </html>
    """
        .formatted(
            frame.language(),
            title(page),
            up + STYLE,
            frame.skip(),
            up,
            frame.all(),
            body,
            frame.all(),
            navigation(page, sections, up));
  }

  private static String title(Page page) {
    String title = escaped(page.title());
    return title.equals("Ripcord") ? title : title + " · Ripcord";
  }

  /** What a page says around its text, in the text's language. */
  private record Frame(String language, String skip, String all, String contents) {
    static final Frame ENGLISH = new Frame("en", "To the text", "All pages", "On this page");
    static final Frame KOREAN = new Frame("ko", "본문으로", "모든 페이지", "이 페이지의 내용");

    static Frame of(Path page) {
      return Translation.original(page).isPresent() ? KOREAN : ENGLISH;
    }
  }

  private static AttributeProvider attributes(Map<Heading, String> anchors) {
    return (node, tag, attributes) -> {
      if (node instanceof Heading heading) {
        attributes.put("id", anchors.getOrDefault(heading, ""));
      } else if (tag.equals("pre")
          && (node instanceof FencedCodeBlock || node instanceof IndentedCodeBlock)) {
        attributes.put("tabindex", "0");
      }
    };
  }

  /** The list of a long page's sections. */
  private static String contents(Map<Heading, String> anchors, Frame frame) {
    StringBuilder list = new StringBuilder();
    long count = anchors.keySet().stream().filter(each -> each.getLevel() == 2).count();
    if (count < CONTENTS_FROM) {
      return "";
    }
    list.append(
        "<details class=\"contents\"><summary>%s</summary><ul>\n".formatted(frame.contents()));
    anchors.forEach(
        (heading, anchor) -> {
          if (heading.getLevel() == 2) {
            list.append("<li><a href=\"#%s\">%s</a></li>\n".formatted(anchor, text(heading)));
          }
        });
    return list.append("</ul></details>\n").toString();
  }

  private static String navigation(Page current, List<Section> sections, String up) {
    StringBuilder list = new StringBuilder();
    for (Section section : sections) {
      String language = Frame.of(section.entries().getFirst().page()).language();
      list.append(
          "<h2 lang=\"%1$s\">%2$s</h2>\n<ul lang=\"%1$s\">\n"
              .formatted(language, escaped(section.title())));
      for (Entry entry : section.entries()) {
        String here = entry.page().equals(current.path()) ? " aria-current=\"page\"" : "";
        list.append(
            "<li><a href=\"%s%s\"%s>%s</a></li>\n"
                .formatted(up, slashes(address(entry.page())), here, escaped(entry.title())));
      }
      list.append("</ul>\n");
    }
    return list.toString();
  }

  /** Where a link of a page leads in the site; a file that is no page is copied there. */
  private String to(Page page, String link) throws IOException {
    if (link.startsWith("#") || link.matches("[a-z][a-z0-9+.-]*:.*")) {
      return link;
    }
    int hash = link.indexOf('#');
    String file = hash < 0 ? link : link.substring(0, hash);
    Path target = sibling(page.path(), file);
    Path address = address(target);
    if (!pages.containsKey(target) && Files.isRegularFile(root.resolve(target))) {
      Files.createDirectories(parent(out.resolve(address)));
      Files.copy(root.resolve(target), out.resolve(address), StandardCopyOption.REPLACE_EXISTING);
    }
    Path from = Optional.ofNullable(address(page.path()).getParent()).orElse(Path.of(""));
    return slashes(from.relativize(address)) + (hash < 0 ? "" : link.substring(hash));
  }

  private static Path sibling(Path page, String file) {
    Path folder = page.getParent();
    return (folder == null ? Path.of(file) : folder.resolve(file)).normalize();
  }

  private static Path parent(Path file) {
    return Optional.ofNullable(file.getParent()).orElse(Path.of(""));
  }

  private static String slashes(Path path) {
    return path.toString().replace('\\', '/');
  }

  private static String text(Heading heading) {
    return escaped(Page.text(heading));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
