package dev.ripcord.platform.git;

import dev.ripcord.port.PlatformException;
import dev.ripcord.release.ImageRef;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The images that a file names, as manifests, Compose files and values of charts do: {@code image:
 * NAME}. Only the reference is ever changed; every other byte stays. Pure.
 *
 * @param text the file, a character for each byte
 * @param file its name, for people
 * @param wanted which image is meant, without tag and digest; empty where there is only one
 */
record ImageLines(String text, String file, Optional<String> wanted) {
  private static final Pattern IMAGE =
      Pattern.compile(
          "(?m)^([ \\t]*(?:- +)*(?:\\{ *)?[\"']?image[\"']?[ \\t]*:[ \\t]*[\"']?)"
              + "([^\\s\"'#,}\\]]+)");

  /** The one image that is meant. */
  ImageRef current() {
    Set<String> found = references(name(Optional.empty()));
    if (found.size() > 1) {
      throw new PlatformException(
          "%s names one image in several versions: %s; put it in order by hand"
              .formatted(file, String.join(", ", found)));
    }
    String reference = found.iterator().next();
    if (!ImageRef.isValid(reference) || isTemplate(reference)) {
      throw new PlatformException(
          "%s has the image \"%s\", which is none; is it still a template?"
              .formatted(file, reference));
    }
    return new ImageRef(reference);
  }

  /** The same; empty where the file does not name exactly one. */
  Optional<ImageRef> one() {
    try {
      return Optional.of(current());
    } catch (PlatformException several) {
      return Optional.empty();
    }
  }

  private static boolean isTemplate(String reference) {
    return reference.indexOf('{') >= 0 || reference.indexOf('$') >= 0;
  }

  /** The text with another image in place of the one that is meant. */
  String with(ImageRef image) {
    String name = name(Optional.of(nameOf(image.text())));
    return IMAGE
        .matcher(text)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    nameOf(found.group(2)).equals(name)
                        ? found.group(1) + image.text()
                        : found.group()));
  }

  /** Which of the names in the file is meant. */
  private String name(Optional<String> ofTheTarget) {
    Set<String> names =
        all().stream().map(ImageLines::nameOf).collect(Collectors.toCollection(TreeSet::new));
    if (names.isEmpty()) {
      throw new PlatformException(file + " names no image: it has no line with image: NAME");
    }
    if (wanted.isPresent()) {
      if (!names.contains(wanted.get())) {
        throw new PlatformException(
            "%s does not name %s (platform.git.image); it names %s"
                .formatted(file, wanted.get(), String.join(", ", names)));
      }
      return wanted.get();
    }
    if (names.size() == 1) {
      return names.iterator().next();
    }
    return ofTheTarget
        .filter(names::contains)
        .orElseThrow(
            () ->
                new PlatformException(
                    "%s names several images: %s; say which with platform.git.image"
                        .formatted(file, String.join(", ", names))));
  }

  private Set<String> references(String name) {
    return all().stream()
        .filter(reference -> nameOf(reference).equals(name))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private List<String> all() {
    return IMAGE.matcher(text).results().map(ImageLines::reference).toList();
  }

  private static String reference(MatchResult found) {
    return found.group(2);
  }

  /** Without tag and digest: a colon before the last slash is one of a port. */
  static String nameOf(String reference) {
    int at = reference.indexOf('@');
    String tagged = at < 0 ? reference : reference.substring(0, at);
    int colon = tagged.lastIndexOf(':');
    return colon > tagged.lastIndexOf('/') ? tagged.substring(0, colon) : tagged;
  }
}
