package dev.ripcord.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.heading.anchor.IdGenerator;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.Heading;
import org.commonmark.node.Node;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.SourceSpan;
import org.commonmark.node.Text;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;

/**
 * One page of the documentation, as Markdown.
 *
 * @param path relative to the project's folder
 * @param document its parsed text
 */
record Page(Path path, Node document) {
  static final List<Extension> EXTENSIONS = List.of(TablesExtension.create());

  private static final Parser PARSER =
      Parser.builder()
          .extensions(EXTENSIONS)
          .includeSourceSpans(IncludeSourceSpans.BLOCKS_AND_INLINES)
          .build();

  static Page read(Path root, Path path) throws IOException {
    return new Page(path, PARSER.parse(Files.readString(root.resolve(path))));
  }

  /** The Markdown files of a project: those beside its pom.xml, and all below {@code docs}. */
  static List<Page> all(Path root) throws IOException {
    List<Path> paths = new ArrayList<>();
    try (Stream<Path> beside = Files.list(root);
        Stream<Path> docs = Files.walk(root.resolve("docs"))) {
      Stream.concat(beside, docs)
          .filter(each -> each.toString().endsWith(".md"))
          .map(root::relativize)
          .sorted()
          .forEach(paths::add);
    }
    List<Page> pages = new ArrayList<>();
    for (Path path : paths) {
      pages.add(read(root, path));
    }
    return pages;
  }

  /** Its headings with their anchors, as GitHub makes them, in the page's order. */
  Map<Heading, String> anchors() {
    IdGenerator ids = IdGenerator.builder().build();
    Map<Heading, String> anchors = new LinkedHashMap<>();
    nodes(Heading.class).forEach(each -> anchors.put(each, ids.generateId(text(each))));
    return anchors;
  }

  boolean hasAnchor(String anchor) {
    return Set.copyOf(anchors().values()).contains(anchor);
  }

  /** Its first heading, or its file's name where it has none. */
  String title() {
    return nodes(Heading.class).stream()
        .findFirst()
        .map(Page::text)
        .orElseGet(() -> String.valueOf(path.getFileName()));
  }

  /** All nodes of a kind, in the page's order. */
  <N extends Node> List<N> nodes(Class<N> kind) {
    return below(document, kind);
  }

  static <N extends Node> List<N> below(Node top, Class<N> kind) {
    List<N> found = new ArrayList<>();
    for (Node each = top.getFirstChild(); each != null; each = each.getNext()) {
      if (kind.isInstance(each)) {
        found.add(kind.cast(each));
      }
      found.addAll(below(each, kind));
    }
    return found;
  }

  /** What a person reads of a node, without its marks. */
  static String text(Node node) {
    StringBuilder text = new StringBuilder();
    node.accept(
        new AbstractVisitor() {
          @Override
          public void visit(Text words) {
            text.append(words.getLiteral());
          }

          @Override
          public void visit(Code code) {
            text.append(code.getLiteral());
          }

          @Override
          public void visit(SoftLineBreak end) {
            text.append(' ');
          }
        });
    return text.toString();
  }

  /** The file and line of a node, for people: {@code docs/guide.md:12}. */
  String place(Node node) {
    List<SourceSpan> spans = node.getSourceSpans();
    return path + (spans.isEmpty() ? "" : ":" + (spans.getFirst().getLineIndex() + 1));
  }
}
