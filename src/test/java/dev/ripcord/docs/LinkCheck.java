package dev.ripcord.docs;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.commonmark.node.Image;
import org.commonmark.node.Link;

/**
 * Whether every link and picture of the Markdown files leads somewhere. Addresses elsewhere are
 * looked at by their shape only: a build must not depend on other people's servers.
 */
final class LinkCheck {
  private final Path root;
  private final Map<Path, Page> pages;

  LinkCheck(Path root) throws IOException {
    this.root = root;
    this.pages = Page.all(root).stream().collect(Collectors.toMap(Page::path, Function.identity()));
  }

  /** One line for each fault: where it is, what it names, and the rule. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    for (Page page : pages.values()) {
      for (Link link : page.nodes(Link.class)) {
        problem(page, link.getDestination())
            .ifPresent(each -> problems.add(page.place(link) + ": " + each));
      }
      for (Image image : page.nodes(Image.class)) {
        problem(page, image.getDestination())
            .ifPresent(each -> problems.add(page.place(image) + ": " + each));
        if (Page.text(image).isBlank()) {
          problems.add(
              page.place(image)
                  + ": the picture "
                  + image.getDestination()
                  + " has no text for those who do not see it");
        }
      }
    }
    return problems.stream().sorted().toList();
  }

  private Optional<String> problem(Page page, String to) {
    if (to.matches("[a-z][a-z0-9+.-]*:.*")) {
      return elsewhere(to);
    }
    int hash = to.indexOf('#');
    String file = hash < 0 ? to : to.substring(0, hash);
    Path folder = root.resolve(page.path()).getParent();
    Path target =
        file.isEmpty()
            ? page.path()
            : root.relativize((folder == null ? root : folder).resolve(file).normalize());
    if (to.isEmpty()) {
      return Optional.of("the link has no address");
    }
    if (target.startsWith("..") || !Files.exists(root.resolve(target))) {
      return Optional.of(to + " leads to no file of the project");
    }
    return hash < 0 ? Optional.empty() : anchor(to, target, to.substring(hash + 1));
  }

  private Optional<String> anchor(String to, Path target, String anchor) {
    Page page = pages.get(target);
    if (page == null) {
      return Optional.of(to + " names a place in what is no page");
    }
    return page.hasAnchor(anchor)
        ? Optional.empty()
        : Optional.of(to + ": " + target + " has no heading with the anchor #" + anchor);
  }

  private static Optional<String> elsewhere(String to) {
    try {
      URI uri = new URI(to);
      boolean well = "https".equals(uri.getScheme()) && uri.getHost() != null;
      return well ? Optional.empty() : Optional.of(to + " is no https address with a host");
    } catch (URISyntaxException wrong) {
      return Optional.of(to + " is no address: " + wrong.getReason());
    }
  }
}
