package dev.ripcord.alert;

import dev.ripcord.config.AlertSettings;
import dev.ripcord.port.Alert;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a message leads to: the page of its release or service, and what to do about it.
 *
 * @param links what is configured
 */
record AlertLinks(AlertSettings.Links links) {
  /** A page, and what it is. */
  record Link(String text, String url) {}

  /** The page of the release, or of the service where no release is watched. */
  Optional<String> page(Alert alert) {
    String path =
        alert.watch().isPresent()
            ? "/releases/" + alert.watch().getAsLong()
            : "/services/" + URLEncoder.encode(alert.service().text(), StandardCharsets.UTF_8);
    return front().map(base -> base + path);
  }

  /** The daemon's first page. */
  Optional<String> front() {
    return links.daemon().map(AlertLinks::withoutEnd);
  }

  /** What the one on call does about alerts of a kind. */
  Optional<String> runbook(Alert.Kind kind) {
    return links.runbooks().map(base -> withoutEnd(base) + "#" + kind.text());
  }

  /** The pages of an alert that there are. */
  List<Link> of(Alert alert) {
    List<Link> found = new ArrayList<>();
    String name = alert.watch().isPresent() ? "Release page" : "Service page";
    page(alert).ifPresent(url -> found.add(new Link(name, url)));
    runbook(alert.kind()).ifPresent(url -> found.add(new Link("What to do", url)));
    return found;
  }

  /** The pages of a group of one kind. */
  List<Link> ofGroup(Alert.Kind kind) {
    List<Link> found = new ArrayList<>();
    front().ifPresent(url -> found.add(new Link("All services", url)));
    runbook(kind).ifPresent(url -> found.add(new Link("What to do", url)));
    return found;
  }

  private static String withoutEnd(URI base) {
    return base.toString().replaceAll("[/#]+$", "");
  }
}
