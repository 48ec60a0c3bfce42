package dev.ripcord.docs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.ext.gfm.tables.TableRow;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Node;

/**
 * A page in another language against the English one: what can be compared without understanding
 * either. Both must have the same headings by level, and in each section the same code and as many
 * rows of tables.
 */
final class Translation {
  private Translation() {}

  /** The English page of a translated one; empty for an English page. */
  static Optional<Path> original(Path page) {
    Path korean = Path.of("docs/ko");
    if (page.startsWith(korean)) {
      return Optional.of(Path.of("docs").resolve(korean.relativize(page)));
    }
    return page.equals(Path.of("README.ko.md"))
        ? Optional.of(Path.of("README.md"))
        : Optional.empty();
  }

  /** One line for each difference, with both places. */
  static List<String> differences(Page english, Page other) {
    List<Section> theirs = sections(english);
    List<Section> ours = sections(other);
    List<String> found = new ArrayList<>();
    for (int i = 0; i < Math.min(theirs.size(), ours.size()); i++) {
      Section here = ours.get(i);
      Section there = theirs.get(i);
      if (here.level() != there.level()) {
        found.add(
            "%s: a heading of level %d, and of level %d at %s"
                .formatted(here.place(), here.level(), there.level(), there.place()));
        return found;
      }
      compare(here, there, found);
    }
    if (theirs.size() != ours.size()) {
      boolean fewer = ours.size() < theirs.size();
      List<Section> longer = fewer ? theirs : ours;
      found.add(
          "%s has %d sections, %s has %d: look at %s"
              .formatted(
                  other.path(),
                  ours.size(),
                  english.path(),
                  theirs.size(),
                  longer.get(Math.min(theirs.size(), ours.size())).place()));
    }
    return found;
  }

  /** A heading and what stands below it, up to the next one. */
  private record Section(String place, int level, List<Node> nodes) {
    List<String> blocks() {
      List<String> blocks = new ArrayList<>();
      for (Node each : nodes) {
        if (each instanceof FencedCodeBlock block) {
          blocks.add(block.getLiteral());
        } else if (each instanceof IndentedCodeBlock block) {
          blocks.add(block.getLiteral());
        }
      }
      return blocks;
    }

    List<String> words() {
      return nodes.stream()
          .flatMap(each -> Page.below(each, Code.class).stream())
          .map(Code::getLiteral)
          .sorted()
          .toList();
    }

    long rows() {
      return nodes.stream()
          .filter(TableBlock.class::isInstance)
          .mapToLong(each -> Page.below(each, TableRow.class).size() - 1)
          .sum();
    }
  }

  private static List<Section> sections(Page page) {
    List<Section> sections = new ArrayList<>();
    for (Node each = page.document().getFirstChild(); each != null; each = each.getNext()) {
      if (each instanceof Heading heading) {
        String place = page.place(heading) + ", \"" + Page.text(heading) + "\"";
        sections.add(new Section(place, heading.getLevel(), new ArrayList<>(List.of(heading))));
      } else if (!sections.isEmpty()) {
        sections.getLast().nodes().add(each);
      }
    }
    return sections;
  }

  private static void compare(Section here, Section there, List<String> found) {
    List<String> ours = here.blocks();
    List<String> theirs = there.blocks();
    if (ours.size() != theirs.size()) {
      found.add(
          "%s: %d code blocks, and %d at %s"
              .formatted(here.place(), ours.size(), theirs.size(), there.place()));
    }
    for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
      line(ours.get(i), theirs.get(i), here, there, i + 1).ifPresent(found::add);
    }
    for (String word : without(there.words(), here.words())) {
      found.add("%s: lacks `%s` of %s".formatted(here.place(), word, there.place()));
    }
    for (String word : without(here.words(), there.words())) {
      found.add("%s: has `%s`, which %s has not".formatted(here.place(), word, there.place()));
    }
    if (here.rows() != there.rows()) {
      found.add(
          "%s: %d %s of tables, and %d at %s"
              .formatted(
                  here.place(),
                  here.rows(),
                  here.rows() == 1 ? "row" : "rows",
                  there.rows(),
                  there.place()));
    }
  }

  private static Optional<String> line(
      String ours, String theirs, Section here, Section there, int block) {
    List<String> left = ours.lines().toList();
    List<String> right = theirs.lines().toList();
    for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
      String mine = i < left.size() ? left.get(i) : "";
      String original = i < right.size() ? right.get(i) : "";
      if (!mine.equals(original)) {
        return Optional.of(
            "%s: code block %d differs in line %d: \"%s\", and \"%s\" at %s"
                .formatted(here.place(), block, i + 1, mine, original, there.place()));
      }
    }
    return Optional.empty();
  }

  private static List<String> without(List<String> all, List<String> these) {
    List<String> left = new ArrayList<>(all);
    these.forEach(left::remove);
    return left;
  }
}
